// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/adminclient.h"

#include <fmt/format.h>

#include <future>

namespace sluice::ctl {

namespace {

/// Collects one answer; on the I/O thread.
class Collector final : public net::CallHandler
{
public:
    struct Answer
    {
        int status = 0;
        std::string body;
        std::string problem; ///< why there is no answer
    };

    explicit Collector(std::promise<Answer>& done)
        : m_done(done)
    {
    }
    void onConnected(bool, std::chrono::microseconds) override {}
    void onHead(int status, const net::HeaderList&) override { m_answer.status = status; }
    void onBody(std::string_view bytes) override { m_answer.body += bytes; }
    void onEnd() override { m_done.set_value(std::move(m_answer)); }
    void onError(net::NetError error, std::string_view detail) override
    {
        m_answer.problem =
            fmt::format("{}{}{}", net::netErrorName(error), detail.empty() ? "" : ": ", detail);
        m_done.set_value(std::move(m_answer));
    }

private:
    std::promise<Answer>& m_done;
    Answer m_answer;
};

} // namespace

struct AdminClient::Impl
{
    std::string url;
    Secret token;
    net::IoThread thread{0, "sluicectl"};
    std::unique_ptr<net::HttpClient> client; ///< on `thread`

    ~Impl()
    {
        thread.runAndWait([this] { client.reset(); });
        thread.stop();
    }

    Result<Json> call(std::string_view method, std::string target, std::string body,
                      std::optional<std::uint64_t> base);
};

AdminClient::AdminClient(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}

AdminClient::~AdminClient() = default;

Result<std::unique_ptr<AdminClient>> AdminClient::make(const std::string& url, Secret token,
                                                       std::string caFile)
{
    auto endpoint = net::endpointFromUrl(url, true);
    if (!endpoint) {
        return std::move(endpoint).error();
    }
    endpoint->caFile = std::move(caFile);
    auto impl = std::make_unique<Impl>();
    impl->url = url;
    impl->token = std::move(token);
    impl->thread.start();
    impl->thread.runAndWait([&] {
        impl->client = std::make_unique<net::HttpClient>(std::move(*endpoint), impl->thread);
    });
    return std::unique_ptr<AdminClient>(new AdminClient(std::move(impl)));
}

Result<Json> AdminClient::Impl::call(std::string_view method, std::string target, std::string body,
                                     std::optional<std::uint64_t> base)
{
    std::promise<Collector::Answer> done;
    auto answered = done.get_future();
    Collector collector(done);
    std::unique_ptr<net::Call> running;
    thread.runAndWait([&] {
        net::CallRequest request;
        request.method = method;
        request.target = std::move(target);
        request.body = std::move(body);
        request.headers = {{"authorization", "Bearer " + token.reveal()},
                           {"accept", "application/json"}};
        if (method == "POST") {
            request.headers.emplace_back("content-type", "application/json");
        }
        if (base) {
            request.headers.emplace_back("if-match", std::to_string(*base));
        }
        running = client->start(std::move(request), collector);
    });
    const Collector::Answer answer = answered.get();
    thread.runAndWait([&] { running.reset(); });
    if (!answer.problem.empty()) {
        return fail(ErrorCode::Unavailable,
                    fmt::format("{} cannot be reached: {}", url, answer.problem));
    }
    auto json = parseJson(answer.body, {std::size_t{256} << 20U, 128});
    if (!json) {
        return fail(
            ErrorCode::Unavailable,
            fmt::format("{} does not answer like an admin port (HTTP {})", url, answer.status));
    }
    if (answer.status == 200) {
        return json;
    }
    const Json error = json->value("error", Json::object());
    const Json details = error.value("details", Json::object());
    Error failure = fail(errorCodeFromName(error.value("code", "internal")),
                         error.value("message", "no message"), details.value("where", ""));
    failure.details = std::make_shared<const Json>(details);
    return failure;
}

Result<Json> AdminClient::commands()
{
    auto json = m_impl->call("GET", "/admin/v1/commands", {}, {});
    if (!json) {
        return json;
    }
    return json->value("commands", Json::array());
}

Result<Json> AdminClient::run(const std::string& command, const Json& arguments,
                              std::optional<std::uint64_t> base)
{
    auto json = m_impl->call("POST", "/admin/v1/commands/" + command, arguments.dump(), base);
    if (!json) {
        return json;
    }
    return json->value("result", Json());
}

} // namespace sluice::ctl
