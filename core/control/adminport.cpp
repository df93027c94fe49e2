// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/adminport.h"

#include "core/control/adminevents.h"
#include "core/control/openapi.h"
#include "core/control/tokens.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace sluice::control {

namespace {

constexpr std::string_view kCommands = "/admin/v1/commands/";

constexpr std::array<AdminRoute, 5> kRoutes{{
    {"POST", kCommands, Access::Token, BodyRule::Json, Audited::ByCommand},
    {"GET", "/admin/v1/commands", Access::Token, BodyRule::None, Audited::No},
    {"GET", "/admin/v1/openapi.json", Access::Token, BodyRule::None, Audited::No},
    {"GET", "/admin/v1/events", Access::Token, BodyRule::None, Audited::No},
    {"GET", "/healthz", Access::Open, BodyRule::None, Audited::No},
}};

bool fits(const AdminRoute& route, std::string_view path)
{
    return route.path.ends_with('/')
               ? path.starts_with(route.path) && path.size() > route.path.size() &&
                     path.find('/', route.path.size()) == std::string_view::npos
               : path == route.path;
}

/// One request on its way through the chain.
struct Request
{
    std::shared_ptr<net::HttpExchange> exchange;
    const AdminRoute* route = nullptr;
    Caller caller;
    Json body = Json::object();
    std::optional<std::uint64_t> base;
};

/// An exchange while control works on it: wherever the last reference goes, the exchange goes on
/// its own thread.
struct Held
{
    explicit Held(std::shared_ptr<net::HttpExchange> given)
        : exchange(std::move(given))
    {
    }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held()
    {
        net::IoThread& home = exchange->thread();
        home.post([last = std::move(exchange)] {});
    }
    std::shared_ptr<net::HttpExchange> exchange;
};

void answerJson(net::HttpExchange& exchange, int status, const Json& body)
{
    std::array<net::Header, 4> headers{{{"content-type", "application/json"},
                                        {"cache-control", "no-store"},
                                        {"x-content-type-options", "nosniff"},
                                        {"www-authenticate", "Bearer realm=\"sluice\""}}};
    const std::span<const net::Header> all(headers);
    exchange.respond(status, status == 401 ? all : all.first(3),
                     body.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

void answerError(net::HttpExchange& exchange, const Error& error)
{
    answerJson(exchange, httpStatus(error.code), errorJson(error));
}

std::string_view bearerOf(const net::HttpRequest& request)
{
    constexpr std::string_view scheme = "bearer ";
    const std::string_view header = request.headers.find("authorization");
    return header.size() > scheme.size() &&
                   net::equalIgnoringCase(header.substr(0, scheme.size()), scheme)
               ? header.substr(scheme.size())
               : std::string_view();
}

Status readBody(Request& request)
{
    const net::HttpRequest& http = request.exchange->request();
    const std::string_view type = http.headers.find("content-type");
    if (!net::equalIgnoringCase(type.substr(0, type.find(';')), "application/json")) {
        return fail(ErrorCode::InvalidArgument,
                    "send the arguments as content-type application/json", "content-type");
    }
    if (!http.body.empty()) {
        auto body = parseJson(http.body);
        if (!body) {
            return std::move(body).error();
        }
        request.body = std::move(*body);
    }
    std::string_view match = http.headers.find("if-match");
    if (match.data() == nullptr) {
        return {};
    }
    if (match.size() >= 2 && match.front() == '"' && match.back() == '"') {
        match = match.substr(1, match.size() - 2);
    }
    std::uint64_t base = 0;
    const auto [end, problem] = std::from_chars(match.data(), match.data() + match.size(), base);
    if (problem != std::errc() || end != match.data() + match.size()) {
        return fail(ErrorCode::InvalidArgument, "If-Match takes a routing revision, a whole number",
                    "if-match");
    }
    request.base = base;
    return {};
}

std::optional<std::uint64_t> lastEventId(const net::HttpRequest& request)
{
    const std::string_view text = request.headers.find("last-event-id");
    std::uint64_t id = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), id);
    return problem == std::errc() && !text.empty() ? std::optional(id) : std::nullopt;
}

net::HttpServerOptions withErrorBodies(net::HttpServerOptions options)
{
    options.errorBody = [](int status, std::string_view message, std::string_view) {
        const ErrorCode code = status == 403                    ? ErrorCode::Refused
                               : status == 413 || status == 431 ? ErrorCode::TooLarge
                               : status == 408                  ? ErrorCode::Timeout
                                                                : ErrorCode::InvalidArgument;
        return std::make_pair(errorJson(fail(code, std::string(message))).dump() + "\n",
                              std::string("application/json"));
    };
    return options;
}

} // namespace

std::span<const AdminRoute> adminRoutes() noexcept
{
    return kRoutes;
}

struct AdminPort::Impl
{
    Parts parts;
    std::shared_ptr<net::IoThread> thread = std::make_shared<net::IoThread>(0, "sluice-admin");
    AdminEvents events; ///< on `thread`
    std::unique_ptr<net::HttpServer> server;
    bool running = false;

    explicit Impl(Parts given)
        : parts(std::move(given))
        , events(parts.events)
    {
    }

    void handle(std::shared_ptr<net::HttpExchange> exchange)
    {
        Request request;
        request.exchange = std::move(exchange);
        if (auto status = admit(request); !status) {
            answerError(*request.exchange, status.error());
            return;
        }
        dispatch(request);
    }

    /// The one chain that every request passes: route, token, body.
    Status admit(Request& request)
    {
        const net::HttpRequest& http = request.exchange->request();
        const auto found =
            std::find_if(kRoutes.begin(), kRoutes.end(), [&](const AdminRoute& route) {
                return route.method == http.method && fits(route, http.path);
            });
        if (found == kRoutes.end() || found->access == Access::Token) {
            // Also for paths that do not exist: without a token nobody learns which do.
            auto caller = authenticate(parts.state()->tokens, bearerOf(http), parts.clock.now());
            if (!caller) {
                return std::move(caller).error();
            }
            request.caller = std::move(*caller);
        }
        if (found == kRoutes.end()) {
            return fail(ErrorCode::NotFound,
                        "there is no such path here; GET /admin/v1/openapi.json lists them");
        }
        request.route = &*found;
        return found->body == BodyRule::Json ? readBody(request) : Status();
    }

    void dispatch(Request& request)
    {
        net::HttpExchange& exchange = *request.exchange;
        const std::string_view path = request.route->path;
        if (path == kCommands) {
            runCommand(request);
        } else if (path == "/admin/v1/commands") {
            answerJson(exchange, 200, commandList(parts.plane.commands()));
        } else if (path == "/admin/v1/openapi.json") {
            answerJson(exchange, 200, openApi(parts.plane.commands(), parts.version));
        } else if (path == "/admin/v1/events") {
            events.open(request.exchange, request.caller.tokenId, lastEventId(exchange.request()));
        } else {
            answerJson(exchange, 200, {{"status", "ok"}});
        }
    }

    void runCommand(Request& request)
    {
        api::CommandRequest command;
        command.name = request.exchange->request().path.substr(kCommands.size());
        command.arguments = std::move(request.body);
        command.base = request.base;
        command.actor = request.caller.name;
        command.role = request.caller.role;
        auto held = std::make_shared<Held>(request.exchange);
        parts.plane.execute(std::move(command), [held](const Result<api::CommandReply>& reply) {
            held->exchange->thread().post([held, reply] {
                if (reply) {
                    answerJson(*held->exchange, 200,
                               {{"result", reply->result}, {"revision", reply->revision}});
                } else {
                    answerError(*held->exchange, reply.error());
                }
            });
        });
    }
};

AdminPort::AdminPort(net::HttpServerOptions listen, Parts parts)
    : m_impl(std::make_shared<Impl>(std::move(parts)))
{
    m_impl->server = std::make_unique<net::HttpServer>(
        withErrorBodies(std::move(listen)), std::vector{m_impl->thread},
        [impl = m_impl.get()](std::shared_ptr<net::HttpExchange> exchange) {
            impl->handle(std::move(exchange));
        });
}

AdminPort::~AdminPort()
{
    stop();
}

Status AdminPort::start()
{
    m_impl->thread->start();
    m_impl->running = true;
    return m_impl->server->start();
}

std::uint16_t AdminPort::port() const noexcept
{
    return m_impl->server->port();
}

void AdminPort::tick()
{
    m_impl->thread->post([impl = m_impl.get()] {
        impl->events.tick(*impl->parts.state(), impl->parts.clock.now());
    });
}

void AdminPort::stop()
{
    if (!m_impl->running) {
        return;
    }
    m_impl->running = false;
    m_impl->thread->runAndWait([impl = m_impl.get()] { impl->events.closeAll(); });
    m_impl->server->stop();
    m_impl->thread->stop();
}

} // namespace sluice::control
