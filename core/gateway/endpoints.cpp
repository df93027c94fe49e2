// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/endpoints.h"

#include "core/gateway/admission.h"
#include "core/providers/jsontext.h"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <array>

namespace sluice::gateway {

namespace {

constexpr std::string_view kModelPrefix = "/v1/models/";

void answer(net::HttpExchange& exchange, int status, std::string body,
            std::string_view type = "application/json")
{
    const std::array<net::Header, 1> headers{net::Header{"content-type", type}};
    exchange.respond(status, headers, std::move(body));
}

void refuse(net::HttpExchange& exchange, const ApiError& error, std::string_view allow = {})
{
    std::array<net::Header, 2> headers{net::Header{"content-type", "application/json"},
                                       {"allow", allow}};
    if (error.status == 401) {
        headers[1] = {"www-authenticate", "Bearer"};
    }
    exchange.respond(error.status, std::span(headers).first(headers[1].value.empty() ? 1 : 2),
                     errorBody(error));
}

void appendModel(std::string& out, const std::string& route, std::int64_t created)
{
    out += R"({"id":)";
    providers::appendJsonString(out, route);
    out += fmt::format(R"(,"object":"model","created":{},"owned_by":"sluice"}})", created);
}

ApiError notReady()
{
    return {503, "not_ready", "The gateway has no routes yet; try again shortly.", {}};
}

/// HEAD asks for what GET would give.
bool methodFits(std::string_view asked, std::string_view served) noexcept
{
    return asked == served || (asked == "HEAD" && served == "GET");
}

bool pathFits(std::string_view asked, std::string_view served) noexcept
{
    return served.ends_with('/') ? asked.size() > served.size() && asked.starts_with(served)
                                 : asked == served;
}

} // namespace

std::span<const Endpoints::Path> Endpoints::paths()
{
    static const std::array<Path, 9> kPaths{{
        {"POST", "/v1/chat/completions", Access::Request, &Endpoints::chat},
        {"GET", "/v1/models", Access::Key, &Endpoints::models},
        {"GET", kModelPrefix, Access::Key, &Endpoints::model},
        {"POST", Ofrep::kBulk, Access::Flags, &Endpoints::flags},
        {"POST", Ofrep::kSingle, Access::Flags, &Endpoints::flag},
        {"GET", Ofrep::kEvents, Access::Flags, &Endpoints::flagEvents},
        {"GET", "/healthz", Access::Open, &Endpoints::health},
        {"GET", "/readyz", Access::Open, &Endpoints::ready},
        {"GET", "/metrics", Access::Scrape, &Endpoints::metrics},
    }};
    return kPaths;
}

Endpoints::Endpoints(Shared& shared, std::function<std::string()> gauges)
    : m_shared(shared)
    , m_gauges(std::move(gauges))
    , m_ofrep(shared)
{
}

Endpoints::~Endpoints()
{
    stop();
}

void Endpoints::stop()
{
    m_scrapes.stop();
    m_scrapes.join();
}

void Endpoints::handle(ThreadState& state, std::shared_ptr<net::HttpExchange> exchange)
{
    const net::HttpRequest& request = exchange->request();
    for (const Path& path : paths()) {
        if (!pathFits(request.path, path.path)) {
            continue;
        }
        if (request.method == "OPTIONS" && request.path.starts_with(Ofrep::kPrefix)) {
            Ofrep::preflight(exchange);
            return;
        }
        if (!methodFits(request.method, path.method)) {
            refuse(*exchange,
                   {405,
                    "method_not_allowed",
                    fmt::format("{} is answered to {} only.", path.path, path.method),
                    {}},
                   path.method);
            return;
        }
        const ApiKey* key = nullptr;
        const std::shared_ptr<LocalTable> kept = state.table(); // the key points into it
        if (permit(state, exchange, path.access, key)) {
            (this->*path.serve)(state, exchange, key);
        }
        return;
    }
    other(state, exchange);
}

bool Endpoints::permit(ThreadState& state, const Exchange& exchange, Access access,
                       const ApiKey*& key)
{
    if (access == Access::Open || access == Access::Request || access == Access::Flags ||
        (access == Access::Scrape && !m_shared.options.requireKeys)) {
        return true;
    }
    const std::shared_ptr<LocalTable>& table = state.table();
    std::optional<ApiError> error =
        table ? authenticate(*table->table, m_shared.options.requireKeys,
                             bearerToken(exchange->request().headers), key)
              : notReady();
    if (error) {
        refuse(*exchange, *error);
        return false;
    }
    return true;
}

void Endpoints::chat(ThreadState& state, const Exchange& exchange, const ApiKey*)
{
    state.serve(exchange);
}

void Endpoints::models(ThreadState& state, const Exchange& exchange, const ApiKey* key)
{
    std::string body = R"({"object":"list","data":[)";
    bool first = true;
    for (const auto& route : state.table()->table->routing->routes()) {
        const std::string& name = route->route().name.text();
        if (mayCall(key, name)) {
            body += first ? "" : ",";
            appendModel(body, name, m_shared.startedSeconds);
            first = false;
        }
    }
    body += "]}";
    answer(*exchange, 200, std::move(body));
}

void Endpoints::model(ThreadState& state, const Exchange& exchange, const ApiKey* key)
{
    const std::string name(exchange->request().path.substr(kModelPrefix.size()));
    if (state.table()->table->routing->find(name) == nullptr || !mayCall(key, name)) {
        refuse(*exchange,
               {404, "model_not_found",
                "There is no such route; GET /v1/models lists those that there are.", "model"});
        return;
    }
    std::string body;
    appendModel(body, name, m_shared.startedSeconds);
    answer(*exchange, 200, std::move(body));
}

void Endpoints::health(ThreadState&, const Exchange& exchange, const ApiKey*)
{
    answer(*exchange, 200, R"({"status":"ok"})");
}

void Endpoints::ready(ThreadState& state, const Exchange& exchange, const ApiKey*)
{
    const std::shared_ptr<LocalTable>& table = state.table();
    if (m_shared.draining.load(std::memory_order_relaxed)) {
        answer(*exchange, 503, R"({"status":"draining"})");
    } else if (!table) {
        answer(*exchange, 503, R"({"status":"starting"})");
    } else {
        answer(*exchange, 200,
               fmt::format(R"({{"status":"ready","revision":{}}})", table->revision));
    }
}

void Endpoints::metrics(ThreadState& state, const Exchange& exchange, const ApiKey*)
{
    const std::uint64_t number = state.park(exchange);
    boost::asio::post(m_scrapes, [this, &state, number] {
        std::string text =
            m_shared.options.metricsText ? m_shared.options.metricsText() : std::string{};
        text += m_gauges();
        text += m_ofrep.metrics();
        state.thread().post([&state, number, text = std::move(text)]() mutable {
            if (const Exchange parked = state.unpark(number)) {
                answer(*parked, 200, std::move(text), "text/plain; version=0.0.4; charset=utf-8");
            }
        });
    });
}

void Endpoints::flags(ThreadState& state, const Exchange& exchange, const ApiKey*)
{
    m_ofrep.bulk(state, exchange);
}

void Endpoints::flag(ThreadState& state, const Exchange& exchange, const ApiKey*)
{
    m_ofrep.single(state, exchange);
}

void Endpoints::flagEvents(ThreadState& state, const Exchange& exchange, const ApiKey*)
{
    m_ofrep.events(state, exchange);
}

void Endpoints::other(ThreadState& state, const Exchange& exchange)
{
    const ApiKey* key = nullptr;
    if (m_shared.commands == nullptr) {
        refuse(*exchange, {404,
                           "unknown_url",
                           "There is nothing at this path; see the gateway's help page.",
                           {}});
    } else if (permit(state, exchange, Access::Key, key)) {
        m_shared.commands->handle(exchange);
    }
}

} // namespace sluice::gateway
