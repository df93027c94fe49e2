// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/httpfetch.h"

#include "core/net/deadlines.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::control {

Result<HttpTarget> httpTargetFromUrl(std::string_view url, bool local)
{
    const std::size_t mark = std::min(url.find('?'), url.size());
    const std::string_view query = url.substr(mark);
    const bool plain = std::all_of(query.begin(), query.end(),
                                   [](char c) { return c > ' ' && c < 0x7f && c != '#'; });
    if (!plain) {
        return fail(ErrorCode::InvalidArgument,
                    "a URL's query is visible ASCII, without a fragment");
    }
    auto endpoint = net::endpointFromUrl(url.substr(0, mark), local);
    if (!endpoint) {
        return std::move(endpoint).error();
    }
    HttpTarget target{std::move(*endpoint), {}};
    target.target = target.endpoint.basePath.empty() ? "/" : target.endpoint.basePath;
    target.target += query;
    target.endpoint.basePath.clear();
    return target;
}

struct HttpFetch::Impl final : net::CallHandler
{
    net::IoThread& thread;
    Request request;
    Done done;
    net::HttpClient client;
    net::Deadlines::Handle deadline;
    std::unique_ptr<net::Call> call; ///< after the client: running calls go before it
    int status = 0;
    HttpFetched fetched;

    Impl(net::IoThread& ioThread, Request given, Done then)
        : thread(ioThread)
        , request(std::move(given))
        , done(std::move(then))
        , client(request.target.endpoint, ioThread, 0)
    {
    }

    void onConnected(bool, std::chrono::microseconds) override {}
    void onHead(int code, const net::HeaderList& headers) override
    {
        status = code;
        fetched.tag = headers.find("etag");
    }
    void onBody(std::string_view bytes) override
    {
        if (status == 200) { // an error's page is nobody's flags
            fetched.body += bytes;
        }
    }
    void onEnd() override { finish(judged()); }
    void onError(net::NetError error, std::string_view detail) override
    {
        finish(fail(
            error == net::NetError::TooLarge ? ErrorCode::TooLarge : ErrorCode::Unavailable,
            fmt::format("{}{}{}", net::netErrorName(error), detail.empty() ? "" : ": ", detail)));
    }

    Result<HttpFetched> judged()
    {
        if (status == 304 && !request.tag.empty()) {
            return HttpFetched{};
        }
        if (status >= 300 && status < 400) {
            return fail(ErrorCode::Unavailable,
                        fmt::format("it answers HTTP {}, and redirects are not followed; name the "
                                    "final address",
                                    status));
        }
        if (status != 200) {
            return fail(ErrorCode::Unavailable, fmt::format("it answers HTTP {}", status));
        }
        fetched.changed = true;
        return std::move(fetched);
    }

    /// `done` may destroy this.
    void finish(Result<HttpFetched> result)
    {
        deadline = {};
        const Done then = std::exchange(done, nullptr);
        if (then) {
            then(std::move(result));
        }
    }
};

HttpFetch::HttpFetch(net::IoThread& thread, Request request, Done done)
    : m_impl(std::make_unique<Impl>(thread, std::move(request), std::move(done)))
{
}

HttpFetch::~HttpFetch() = default;

void HttpFetch::start()
{
    Impl& impl = *m_impl;
    net::CallRequest call;
    call.method = "GET";
    call.target = impl.request.target.target;
    call.headers = {{"accept", "application/json"}};
    if (!impl.request.tag.empty()) {
        call.headers.emplace_back("if-none-match", impl.request.tag);
    }
    call.maxBodyBytes = impl.request.maxBytes;
    impl.deadline = impl.thread.deadlines().arm(impl.request.time, [&impl] {
        impl.call.reset();
        impl.finish(fail(ErrorCode::Timeout,
                         fmt::format("no whole answer within {} ms", impl.request.time.count())));
    });
    impl.call = impl.client.start(std::move(call), impl);
}

} // namespace sluice::control
