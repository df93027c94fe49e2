// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/ofrep.h"

#include "core/base/hash.h"
#include "core/gateway/admission.h"
#include "core/gateway/ofrepanswer.h"
#include "core/gateway/urltext.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::gateway {

namespace {

constexpr JsonLimits kBodyLimits{std::size_t{256} << 10U, 64};
constexpr std::string_view kTicket = "ticket";

const ServedFlags& flagsOf(const ServingTable& table)
{
    static const ServedFlags kNone{};
    return table.flags ? *table.flags : kNone;
}

/// The answer's headers; a browser's page may read it, since its origin was let through.
class Headers
{
public:
    explicit Headers(const net::HttpExchange& exchange)
        : m_origin(exchange.request().headers.find("origin"))
    {
        if (!m_origin.empty()) {
            add("access-control-allow-origin", m_origin);
            add("access-control-expose-headers", "etag, retry-after");
            add("vary", "origin");
        }
    }
    Headers& add(std::string_view name, std::string_view value)
    {
        m_headers[m_count++] = {name, value};
        return *this;
    }
    [[nodiscard]] std::span<const net::Header> all() const
    {
        return std::span(m_headers).first(m_count);
    }

private:
    std::string_view m_origin;
    std::array<net::Header, 8> m_headers;
    std::size_t m_count = 0;
};

void answer(net::HttpExchange& exchange, int status, std::string body)
{
    exchange.respond(status, Headers(exchange).add("content-type", "application/json").all(),
                     std::move(body));
}

/// 401, 403: without a body, as the protocol has them.
void turnAway(net::HttpExchange& exchange, int status)
{
    Headers headers(exchange);
    if (status == 401) {
        headers.add("www-authenticate", "Bearer");
    }
    exchange.respond(status, headers.all(), {});
}

/// Whether If-None-Match names the tag (weak comparison, RFC 9110 13.1.2).
bool matches(std::string_view given, std::string_view tag)
{
    while (!given.empty()) {
        const std::size_t comma = std::min(given.find(','), given.size());
        std::string_view one = given.substr(0, comma);
        given.remove_prefix(std::min(comma + 1, given.size()));
        while (!one.empty() && (one.front() == ' ' || one.front() == '\t')) {
            one.remove_prefix(1);
        }
        while (!one.empty() && (one.back() == ' ' || one.back() == '\t')) {
            one.remove_suffix(1);
        }
        if (one.starts_with("W/")) {
            one.remove_prefix(2);
        }
        if (one == tag || one == "*") {
            return true;
        }
    }
    return false;
}

/// The caller's key, by either header.
std::string_view tokenOf(const net::HeaderList& headers)
{
    const std::string_view bearer = bearerToken(headers);
    return bearer.data() != nullptr ? bearer : headers.find("x-api-key");
}

/// What the caller's context is: as sent, and over it what its key fixes.
void applyKey(flags::Context& context, const ApiKey* key)
{
    if (key == nullptr || !key->attributes.is_object()) {
        return;
    }
    static_cast<void>(context.merge(key->attributes)); // an object: cannot fail
    const auto user = key->attributes.find("user_id");
    if (user != key->attributes.end() && user->is_string()) {
        context.set("targetingKey", user->get_ref<const std::string&>());
    }
}

} // namespace

Ofrep::Ofrep(Shared& shared)
    : m_shared(shared)
    , m_ticketKey(32, '\0')
{
    if (shared.options.hmacKey.empty()) {
        fillRandom({reinterpret_cast<unsigned char*>(m_ticketKey.data()), m_ticketKey.size()});
    } else { // the same in each gateway of the workspace, also after a restart
        m_ticketKey = toHex(hmacSha256(shared.options.hmacKey, "flag event streams"));
    }
}

std::string Ofrep::ticketOf(const std::string& keyId) const
{
    return keyId + "." + toHex(hmacSha256(m_ticketKey, keyId));
}

bool Ofrep::admit(ThreadState& state, const Exchange& exchange, Asked& asked, bool ticket)
{
    asked.table = state.table();
    if (!asked.table) {
        exchange->respond(503, Headers(*exchange).add("retry-after", "1").all(), {});
        return false;
    }
    const ServingTable& table = *asked.table->table;
    const net::HttpRequest& request = exchange->request();
    const auto error =
        authenticate(table, m_shared.options.requireKeys, tokenOf(request.headers), asked.key);
    if (!error) {
        return true;
    }
    if (ticket) { // an EventSource cannot send headers
        const std::string shown = queryValue(request.query, kTicket);
        const bool known = std::any_of(table.keys.begin(), table.keys.end(), [&](const auto& key) {
            return shown.starts_with(key.second.id + ".") &&
                   equalConstantTime(shown, ticketOf(key.second.id));
        });
        if (known) {
            return true;
        }
    }
    turnAway(*exchange, 401);
    return false;
}

bool Ofrep::readContext(ThreadState& state, const Exchange& exchange, Asked& asked,
                        std::string_view flag)
{
    const auto refuse = [&](int status, std::string_view code, std::string_view details) {
        std::string body;
        appendFailure(body, flag, code, details);
        answer(*exchange, status, std::move(body));
        return false;
    };
    const net::HttpRequest& request = exchange->request();
    if (const auto error = checkMediaType(request.headers)) {
        return refuse(error->status, "PARSE_ERROR", error->message);
    }
    const Result<Json> body = parseJson(request.body, kBodyLimits);
    if (!body) {
        return refuse(request.body.size() > kBodyLimits.bytes ? 413 : 400, "PARSE_ERROR",
                      "the body is not JSON with each member once: " + body.error().where);
    }
    const auto given = body->is_object() ? body->find("context") : body->end();
    if (given == body->end() || !given->is_object()) {
        return refuse(400, "INVALID_CONTEXT", "the body needs an object \"context\"");
    }
    const auto target = given->find("targetingKey");
    if (target != given->end() && !target->is_string() && !target->is_null()) {
        return refuse(400, "INVALID_CONTEXT", "\"targetingKey\" is text");
    }
    flags::Context& context = state.context();
    context.clear();
    static_cast<void>(context.merge(*given)); // an object: cannot fail
    applyKey(context, asked.key);
    asked.canonical = given->dump(-1, ' ', false, Json::error_handler_t::replace);
    return true;
}

void Ofrep::single(ThreadState& state, const Exchange& exchange)
{
    Asked asked;
    if (!admit(state, exchange, asked)) {
        return;
    }
    const std::string_view raw = exchange->request().path.substr(kSingle.size());
    const auto decoded = percentDecoded(raw);
    std::string body;
    if (!decoded) {
        appendFailure(body, raw, "PARSE_ERROR", "the key is not UTF-8 in percent-encoding");
        answer(*exchange, 400, std::move(body));
        return;
    }
    const std::string& key = *decoded;
    if (!readContext(state, exchange, asked, key)) {
        return;
    }
    m_singles.fetch_add(1, std::memory_order_relaxed);
    const ServingTable& table = *asked.table->table;
    const ServedFlags& served = flagsOf(table);
    if (const auto route = served.routes.find(key); route != served.routes.end()) {
        if (!mayCall(asked.key, key)) {
            turnAway(*exchange, 403);
            return;
        }
        nameUser(state.context());
        appendRoute(body, *table.routing->find(key), route->second, state.context());
        answer(*exchange, 200, std::move(body));
        return;
    }
    const flags::FlagSet* set = served.find(key);
    if (set == nullptr) {
        appendFailure(body, key, "FLAG_NOT_FOUND", fmt::format("there is no flag \"{}\"", key));
        answer(*exchange, 404, std::move(body));
        return;
    }
    const flags::Evaluation found = set->evaluate(key, state.context(), state.clock().now());
    appendEvaluation(body, key, found);
    answer(*exchange, found.error == flags::EvaluationError::None ? 200 : 400, std::move(body));
}

std::string Ofrep::bulkBody(ThreadState& state, const Asked& asked) const
{
    const ServingTable& table = *asked.table->table;
    const ServedFlags& served = flagsOf(table);
    const SystemTime now = state.clock().now();
    std::string body = R"({"flags":[)";
    const auto comma = [&body] {
        if (body.back() != '[') {
            body += ',';
        }
    };
    for (const auto& set : served.sets) {
        for (const std::string_view key : set->names()) {
            comma();
            appendEvaluation(body, key, set->evaluate(key, state.context(), now));
        }
    }
    nameUser(state.context());
    for (const auto& [name, flag] : served.routes) {
        if (mayCall(asked.key, name)) {
            comma();
            appendRoute(body, *table.routing->find(name), flag, state.context());
        }
    }
    body += ']';
    if (!served.metadata.empty()) {
        body += R"(,"metadata":)" + served.metadata;
    }
    body += fmt::format(
        R"(,"eventStreams":[{{"type":"sse","endpoint":{{"requestUri":"{}{}{}"}},"inactivityDelaySec":120}}]}})",
        kEvents, asked.key != nullptr ? fmt::format("?{}=", kTicket) : std::string(),
        asked.key != nullptr ? ticketOf(asked.key->id) : std::string());
    return body;
}

void Ofrep::bulk(ThreadState& state, const Exchange& exchange)
{
    Asked asked;
    if (!admit(state, exchange, asked) || !readContext(state, exchange, asked, {})) {
        return;
    }
    m_bulks.fetch_add(1, std::memory_order_relaxed);
    std::string body = bulkBody(state, asked);
    // Of the version, the context and what came of them: a rule may read the clock.
    const std::string tag =
        '"' +
        sha256Hex(flagsOf(*asked.table->table).version + '\n' + asked.canonical + '\n' + body)
            .substr(0, 32) +
        '"';
    Headers headers(*exchange);
    headers.add("etag", tag);
    if (matches(exchange->request().headers.find("if-none-match"), tag)) {
        m_unmodified.fetch_add(1, std::memory_order_relaxed);
        exchange->respond(304, headers.all(), {});
        return;
    }
    exchange->respond(200, headers.add("content-type", "application/json").all(), std::move(body));
}

void Ofrep::events(ThreadState& state, const Exchange& exchange)
{
    Asked asked;
    if (!admit(state, exchange, asked, true)) {
        return;
    }
    Headers headers(*exchange);
    if (m_shared.draining.load(std::memory_order_relaxed)) {
        exchange->respond(503, headers.add("retry-after", "5").all(), {});
        return;
    }
    if (m_shared.flagListeners.load(std::memory_order_relaxed) >=
        m_shared.options.maxFlagListeners) {
        exchange->respond(429, headers.add("retry-after", "30").all(), {});
        return;
    }
    headers.add("content-type", "text/event-stream").add("cache-control", "no-store");
    state.listeners().add(exchange, headers.all(), flagsOf(*asked.table->table).version);
}

void Ofrep::preflight(const Exchange& exchange)
{
    Headers headers(*exchange);
    headers.add("access-control-allow-methods", "POST, GET")
        .add("access-control-allow-headers",
             "authorization, content-type, if-none-match, x-api-key")
        .add("access-control-max-age", "600");
    exchange->respond(204, headers.all(), {});
}

std::pair<std::string, std::string> Ofrep::listenerError(std::string_view message)
{
    std::string body;
    appendFailure(body, {}, "GENERAL", message);
    return {std::move(body), "application/json"};
}

std::string Ofrep::metrics() const
{
    return fmt::format(
        "# HELP sluice_flag_evaluations_total OFREP requests answered.\n"
        "# TYPE sluice_flag_evaluations_total counter\n"
        "sluice_flag_evaluations_total{{gateway=\"{0}\",kind=\"single\"}} {1}\n"
        "sluice_flag_evaluations_total{{gateway=\"{0}\",kind=\"bulk\"}} {2}\n"
        "# HELP sluice_flag_not_modified_total OFREP bulk requests answered with 304.\n"
        "# TYPE sluice_flag_not_modified_total counter\n"
        "sluice_flag_not_modified_total{{gateway=\"{0}\"}} {3}\n"
        "# HELP sluice_flag_listeners Open event streams about flags.\n"
        "# TYPE sluice_flag_listeners gauge\n"
        "sluice_flag_listeners{{gateway=\"{0}\"}} {4}\n",
        m_shared.options.id, m_singles.load(std::memory_order_relaxed),
        m_bulks.load(std::memory_order_relaxed), m_unmodified.load(std::memory_order_relaxed),
        m_shared.flagListeners.load(std::memory_order_relaxed));
}

} // namespace sluice::gateway
