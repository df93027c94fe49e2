// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/requestflow.h"

#include "core/gateway/identity.h"
#include "core/gateway/meter.h"
#include "core/gateway/promptbinding.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace sluice::gateway {

namespace {

using telemetry::Fallback;
using telemetry::Outcome;

/// What may come before the first content of a stream.
constexpr std::size_t kMostHeld = std::size_t{1} << 20U;

providers::EncodeInput::Params paramsOf(routing::RequestParams policy) noexcept
{
    switch (policy) {
    case routing::RequestParams::Reject:
        return providers::EncodeInput::Params::Reject;
    case routing::RequestParams::Allow:
        return providers::EncodeInput::Params::Allow;
    case routing::RequestParams::Unit:
        break;
    }
    return providers::EncodeInput::Params::Unit;
}

/// What serves in place of a route's killed unit: stable, or the known good unit where stable
/// itself was killed.
const UnitId& successor(const routing::Route& route) noexcept
{
    return route.definition.stable == route.killed->unit ? route.knownGood.unit
                                                         : route.definition.stable;
}

bool isRetry(std::string_view count) noexcept
{
    int value = 0;
    std::from_chars(count.data(), count.data() + count.size(), value);
    return value > 0;
}

} // namespace

RequestFlow::RequestFlow(ThreadState& state, std::shared_ptr<net::HttpExchange> exchange)
    : m_state(state)
    , m_exchange(std::move(exchange))
    , m_deadline([](void* self) { static_cast<RequestFlow*>(self)->deadlinePassed(); }, this)
{
}

void RequestFlow::begin()
{
    const SteadyTime entered = m_state.clock().steady();
    m_started = std::min(entered, m_exchange->request().started);
    m_record.id = m_state.ids().next();
    m_record.at = m_state.clock().now();
    m_record.gateway = m_state.shared().options.id;
    m_exchange->onClosed([this] { clientGone(); });

    if (const std::optional<ApiError> error = admit()) {
        refuse(*error);
        return;
    }
    const SteadyTime admitted = m_state.clock().steady();
    m_record.stages.admit = sinceStart(admitted);
    if (const std::optional<ApiError> error = assign()) {
        refuse(*error);
        return;
    }
    const SteadyTime assigned = m_state.clock().steady();
    m_record.stages.route = sinceStart(assigned) - m_record.stages.admit;
    const std::shared_ptr<UnitRuntime> unit = find(*m_table->table, *m_assignedId);
    if (!unit) {
        refuse({503,
                "unit_unavailable",
                "The route's unit is not loaded on this gateway; try again shortly.",
                {}});
        return;
    }
    if (m_route->route().definition.guard.deadline) {
        m_state.thread().deadlines().arm(m_deadline, *m_route->route().definition.guard.deadline);
    }
    if (const std::optional<ApiError> error = tryUnit(unit, assigned)) {
        refuse(*error);
    }
}

std::optional<ApiError> RequestFlow::admit()
{
    const net::HttpRequest& request = m_exchange->request();
    m_table = m_state.table();
    if (!m_table) {
        return ApiError{503, "not_ready", "The gateway has no routes yet; try again shortly.", {}};
    }
    if (std::optional<ApiError> error = checkMediaType(request.headers)) {
        return error;
    }
    const ServingTable& table = *m_table->table;
    if (std::optional<ApiError> error = authenticate(table, m_state.shared().options.requireKeys,
                                                     bearerToken(request.headers), m_key)) {
        return error;
    }
    m_record.revision = table.routing->revision();
    m_record.retry = isRetry(request.headers.find("x-stainless-retry-count"));
    m_record.traceId = traceIdOf(request.headers.find("traceparent"));
    if (m_key != nullptr) {
        m_record.apiKey = m_key->id;
    }
    Result<providers::ChatRequest> chat = m_state.reader().read(request.body);
    if (!chat) {
        return ApiError{400, "invalid_request_body", chat.error().message, chat.error().where};
    }
    m_chat = std::move(*chat);
    m_record.streamed = m_chat.stream;
    m_route = table.routing->find(m_chat.model);
    if (m_route == nullptr) {
        return ApiError{
            404, "model_not_found",
            fmt::format("There is no route \"{}\"; GET /v1/models lists those that there are.",
                        m_chat.model.substr(0, 128)),
            "model"};
    }
    m_record.route = m_chat.model;
    if (!mayCall(m_key, m_chat.model)) {
        return ApiError{
            403, "route_not_allowed",
            fmt::format(
                "The API key \"{}\" may not call the route \"{}\"; have it added to the key's "
                "routes.",
                m_key->id, m_chat.model),
            "model"};
    }
    return std::nullopt;
}

std::optional<ApiError> RequestFlow::assign()
{
    const net::HeaderList& headers = m_exchange->request().headers;
    flags::Context& context = m_state.context();
    if (std::optional<ApiError> error = identify(context, headers, m_chat, m_key)) {
        return error;
    }
    if (std::optional<ApiError> error = checkSystemMessages()) {
        return error;
    }
    const routing::Assignment assignment = m_route->assign(context);
    m_record.arm = assignment.arm;
    m_record.assignedBy = assignment.by;
    m_record.assignedUnit = assignment.unit->text();
    m_assignedId = assignment.unit;
    m_fallbackId = m_route->fallbackFor(assignment);
    if (assignment.hasKey) {
        m_record.bucket = assignment.bucket;
        m_record.generation = static_cast<std::uint8_t>(m_route->generation());
        m_record.otherBucket =
            routing::bucketOf(m_record.route, assignment.key.text(),
                              routing::otherGeneration(m_route->generation()));
        const Sha256 hash = m_state.keyHash().of(assignment.key.text());
        std::copy_n(hash.begin(), m_record.keyHmac.size(), m_record.keyHmac.begin());
    }
    if (const std::optional<std::string_view> session = context.text("session_id")) {
        const Sha256 hash = m_state.keyHash().of(*session);
        m_record.session = toHex(std::span(hash).first(16));
    }
    const std::vector<std::string>& recorded = m_state.notes(*m_table, *m_route).recorded;
    if (!recorded.empty()) {
        m_record.attributes = attributesText(context, recorded);
    }
    return std::nullopt;
}

std::optional<ApiError> RequestFlow::checkSystemMessages()
{
    if (!m_chat.hasSystemMessage) {
        return std::nullopt;
    }
    switch (m_route->route().definition.systemMessages) {
    case routing::SystemMessages::Deny:
        return ApiError{400, "system_message_denied",
                        "This route does not take system or developer messages from callers: leave "
                        "them out; its unit "
                        "brings its own prompt.",
                        "messages"};
    case routing::SystemMessages::Warn:
        m_warnSystem = true;
        break;
    case routing::SystemMessages::Open:
    case routing::SystemMessages::Observe:
        break;
    }
    return std::nullopt;
}

/// Renders and encodes for a unit, and only then leaves the one before: an error changes nothing.
std::optional<ApiError> RequestFlow::tryUnit(const std::shared_ptr<UnitRuntime>& unit,
                                             SteadyTime now)
{
    std::optional<ApiError> refusal;
    Result<providers::UpstreamRequest> request = encode(*unit, refusal);
    if (refusal) {
        return refusal;
    }
    const SteadyTime rendered = m_state.clock().steady();
    m_record.stages.render += static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(rendered - now).count());
    launch(unit, std::move(*request), rendered);
    return std::nullopt;
}

Result<providers::UpstreamRequest> RequestFlow::encode(const UnitRuntime& unit,
                                                       std::optional<ApiError>& refusal)
{
    BoundPrompt bound;
    refusal = bindPrompt(unit, m_chat, bound);
    if (refusal) {
        return providers::UpstreamRequest{};
    }
    providers::EncodeInput input;
    input.request = &m_chat;
    input.unit = &unit.parts().unit;
    input.prepared = unit.ready().prepared.get();
    if (bound.prompt != nullptr) {
        input.prompt = &bound.prompt->messages;
        input.historyIndex = bound.prompt->historyIndex;
    }
    input.params = paramsOf(m_route->route().definition.requestParams);
    Result<providers::UpstreamRequest> request = unit.parts().codec->encode(input);
    if (!request) {
        const bool policy = request.error().code == ErrorCode::Refused;
        refusal = ApiError{400, policy ? "parameter_not_allowed" : "invalid_request_body",
                           request.error().message, request.error().where};
    }
    return request;
}

void RequestFlow::launch(const std::shared_ptr<UnitRuntime>& unit,
                         providers::UpstreamRequest request, SteadyTime now)
{
    m_ignored.clear();
    for (const std::string& name : request.ignored) {
        m_ignored += m_ignored.empty() ? "" : ", ";
        m_ignored += name;
    }
    if (!m_record.traceId.empty()) {
        const std::string_view parent = m_exchange->request().headers.find("traceparent");
        request.headers.emplace_back("traceparent",
                                     fmt::format("00-{}-{}-{}", m_record.traceId,
                                                 m_state.ids().nextSpan(), parent.substr(53)));
    }
    m_held.clear();
    m_forwarded.clear();
    leaveUnit(now);
    m_tracked = m_laterTable ? &m_state.tracked(m_route->route().name, unit->parts().id)
                             : &m_state.tracked(*m_table, *m_route, *unit);
    m_tracked->enter(*this, now);
    m_record.prompt = unit->ready().promptLabel;
    m_attempts.push_back(m_state.attempts().make(
        Attempt::Setup{m_state, *this, unit, m_route->route().definition.guard, m_chat.stream,
                       m_chat.includeUsage, now}));
    attempt()->start(std::move(request)); // may end this request at once
}

void RequestFlow::leaveUnit(SteadyTime now)
{
    if (m_tracked != nullptr) {
        std::exchange(m_tracked, nullptr)->leave(*this, now);
    }
}

std::shared_ptr<UnitRuntime> RequestFlow::find(const ServingTable& table, const UnitId& id) const
{
    const auto found = table.units.find(id);
    return found == table.units.end() ? nullptr : found->second;
}

/// The unit that answers instead, as of now: a stable unit that was killed since admission gives
/// way to the known good one, so that no fallback brings a killed unit back.
std::shared_ptr<UnitRuntime> RequestFlow::fallbackUnit()
{
    const std::shared_ptr<LocalTable>& now = m_state.table();
    const routing::CompiledRoute* route = now->table->routing->find(m_record.route);
    if (route != nullptr && route->route().killed && route->route().killed->unit == *m_fallbackId) {
        m_laterTable = now;
        return find(*now->table, successor(route->route()));
    }
    return find(*m_table->table, *m_fallbackId);
}

bool RequestFlow::fallBack(Fallback reason)
{
    if (m_fallbackId == nullptr) {
        return false;
    }
    const std::shared_ptr<UnitRuntime> unit = fallbackUnit();
    m_fallbackId = nullptr;
    if (!unit) {
        return false;
    }
    const Fallback before = std::exchange(m_record.fallback, reason);
    if (tryUnit(unit, m_state.clock().steady())) {
        m_record.fallback =
            before; // the other unit cannot take this request, so the first one's failure stands
        return false;
    }
    return true;
}

void RequestFlow::unitKilled()
{
    const ThreadState::Busy busy(m_state);
    attempt()->cancel("killed");
    m_laterTable = m_state.table();
    m_fallbackId = nullptr;
    const ServingTable& table = *m_laterTable->table;
    const routing::CompiledRoute* route = table.routing->find(m_record.route);
    // A table later still may have the kill acknowledged; then the route's stable unit it is.
    const std::shared_ptr<UnitRuntime> good = route == nullptr ? nullptr
                                              : route->route().killed
                                                  ? find(table, successor(route->route()))
                                                  : find(table, route->route().definition.stable);
    m_record.fallback = Fallback::Killed;
    if (!good || tryUnit(good, m_state.clock().steady())) {
        m_record.outcome = Outcome::ProviderError;
        const ApiError error{
            503,
            "unit_killed",
            "The unit that was answering has been taken out of service; try again.",
            {}};
        answerError(error, errorBody(error));
    }
}

void RequestFlow::attemptHead(const net::HeaderList& headers)
{
    collectForwarded(headers, m_forwarded);
}

void RequestFlow::attemptPiece(const providers::Piece& piece)
{
    using Kind = providers::Piece::Kind;
    if (piece.kind == Kind::Usage && !m_chat.includeUsage) {
        return;
    }
    if (piece.kind == Kind::Content) {
        m_lastContent = attempt()->lastByte();
    }
    if (m_committed) {
        relay(piece.bytes);
        return;
    }
    m_held.append(piece.bytes);
    if (m_chat.stream && piece.kind == Kind::Content) {
        commit();
    } else if (m_chat.stream && m_held.size() > kMostHeld) {
        attempt()->cancel("too_large");
        attemptFailed({AttemptFailure::Kind::Answer, "too_large", 200, {}, {}});
    }
}

void RequestFlow::attemptDone()
{
    if (m_chat.stream) {
        if (!m_committed) {
            commit(); // a whole answer without content, such as one that reached its token limit
                      // while thinking
        }
        m_exchange->endStream();
    } else {
        m_committed = true;
        AnswerHeaders headers;
        headers.add("content-type", "application/json");
        addFacts(headers);
        m_exchange->respond(200, headers.all(), std::move(m_held));
    }
    finish(Outcome::Ok, 200, {});
}

void RequestFlow::attemptFailed(AttemptFailure failure)
{
    if (m_finished) {
        return;
    }
    const Verdict verdict = judge(failure);
    m_everyoneRefused = m_everyoneRefused && requestRefused(verdict);
    if (m_committed) {
        breakStream(failure, verdict);
    } else if (!fallBack(verdict.reason)) {
        if (m_everyoneRefused && m_record.fallback == Fallback::Error) {
            m_record.fallback = Fallback::None; // the request's own fault: no unit has failed
        }
        answerFailure(failure, verdict);
    }
}

} // namespace sluice::gateway
