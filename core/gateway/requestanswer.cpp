// SPDX-License-Identifier: GPL-3.0-or-later
// RequestFlow's side towards the client: commit point, relay, errors, the end and its record.
#include "core/gateway/meter.h"
#include "core/gateway/requestflow.h"

#include <algorithm>

namespace sluice::gateway {

namespace {

using telemetry::Fallback;
using telemetry::Outcome;

constexpr std::size_t kPauseAbove = std::size_t{256} << 10U;
constexpr int kClientGone = 499; ///< for records only; nobody gets it

std::uint32_t micros(SteadyTime::duration time) noexcept
{
    const auto count = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(count, 0, UINT32_MAX));
}

/// An error event's data: what the provider said, as a body of its own.
std::string unframed(std::string_view event)
{
    constexpr std::string_view kData = "data: ";
    if (event.starts_with(kData)) {
        event.remove_prefix(kData.size());
    }
    return std::string(event.substr(0, event.find_last_not_of("\r\n") + 1));
}

} // namespace

std::uint32_t RequestFlow::sinceStart(SteadyTime now) const noexcept
{
    return micros(now - m_started);
}

/// The facts of contracts.md, "every answer carries".
void RequestFlow::addFacts(AnswerHeaders& headers) const
{
    headers.add("x-sluice-request-id", m_record.id);
    headers.add("x-request-id", m_record.id);
    if (m_table) {
        headers.add("x-sluice-revision", m_table->revision);
    }
    if (const Attempt* tried = attempt()) {
        headers.add("x-sluice-unit", tried->unit().parts().id.text());
        headers.add("x-sluice-arm", units::armName(m_record.arm));
        headers.add("x-sluice-fallback", telemetry::fallbackName(m_record.fallback));
        headers.addUnlessEmpty("x-sluice-prompt", m_record.prompt);
        if (tried->unit().simulated()) {
            headers.add("x-sluice-simulated", "true");
        }
    }
    headers.addUnlessEmpty("x-sluice-ignored", m_ignored);
    if (m_warnSystem) {
        headers.add("x-sluice-warning", "system_message");
    }
    for (const auto& [name, value] : m_forwarded) {
        headers.add(name, value);
    }
}

void RequestFlow::commit()
{
    m_committed = true;
    m_firstContent = attempt()->lastByte();
    m_record.stages.ttft = sinceStart(m_firstContent);
    AnswerHeaders headers;
    headers.add("content-type", "text/event-stream");
    headers.add("cache-control", "no-cache");
    headers.add("x-accel-buffering", "no");
    addFacts(headers);
    m_exchange->beginStream(200, headers.all());
    relay(m_held);
    m_held = {};
}

void RequestFlow::relay(std::string_view bytes)
{
    if (bytes.empty()) {
        return;
    }
    m_exchange->write(bytes);
    if (m_exchange->pending() <= kPauseAbove) {
        return;
    }
    attempt()->pause();
    if (!m_drainWatched) {
        m_drainWatched = true;
        m_exchange->onDrain([this] {
            const ThreadState::Busy busy(m_state);
            attempt()->resume();
        });
    }
}

void RequestFlow::refuse(const ApiError& error)
{
    m_record.outcome = error.status < 500 ? Outcome::ClientError : Outcome::Shed;
    answerError(error, errorBody(error));
}

void RequestFlow::answerFailure(const AttemptFailure& failure, const Verdict& verdict)
{
    ApiError error = clientError(failure, verdict, attempt()->unit());
    std::string body = verdict.passBody && !failure.body.empty() ? failure.body
                       : failure.event.empty()                   ? errorBody(error)
                                                                 : unframed(failure.event);
    error.code = failure.code;
    m_record.outcome = verdict.outcome;
    answerError(error, std::move(body));
}

/// Answers with m_record.outcome already set.
void RequestFlow::answerError(const ApiError& error, std::string body)
{
    AnswerHeaders headers;
    headers.add("content-type", "application/json");
    addFacts(headers);
    if (!m_attempts.empty()) {
        headers.add("x-should-retry", "false"); // ours are spent
    } else if (error.status == 401) {
        headers.add("www-authenticate", "Bearer");
    }
    m_exchange->respond(error.status, headers.all(), std::move(body));
    finish(m_record.outcome, error.status, error.code);
}

/// After the commit point: an error event, and a transfer that nobody can take for complete.
void RequestFlow::breakStream(const AttemptFailure& failure, const Verdict& verdict)
{
    m_exchange->write(failure.event.empty()
                          ? errorEvent(clientError(failure, verdict, attempt()->unit()))
                          : failure.event);
    m_exchange->breakStream();
    finish(verdict.outcome, 200, failure.code);
}

void RequestFlow::deadlinePassed()
{
    const ThreadState::Busy busy(m_state);
    attempt()->cancel("deadline");
    const AttemptFailure failure{AttemptFailure::Kind::Timeout, "deadline", 0, {}, {}};
    if (m_committed) {
        breakStream(failure, judge(failure));
    } else {
        answerFailure(failure, judge(failure)); // no time is left for another unit
    }
}

void RequestFlow::clientGone()
{
    const ThreadState::Busy busy(m_state);
    if (m_finished) {
        return;
    }
    if (Attempt* running = attempt()) {
        running->cancel("client_gone");
    }
    finish(Outcome::ClientGone, m_committed ? 200 : kClientGone, "client_gone");
}

void RequestFlow::abandon()
{
    clientGone();
}

void RequestFlow::finish(Outcome outcome, int status, std::string_view error)
{
    const SteadyTime now = m_state.clock().steady();
    m_finished = true;
    m_deadline.cancel();
    leaveUnit(now);
    m_record.outcome = outcome;
    m_record.status = static_cast<std::uint16_t>(status);
    m_record.error = error;
    m_record.stages.total = sinceStart(now);
    if (m_committed && m_chat.stream && m_lastContent > m_firstContent) {
        m_record.stages.stream = micros(m_lastContent - m_firstContent);
    }
    const Attempt* served = m_committed ? attempt() : nullptr;
    if (served != nullptr) {
        m_record.servedUnit = served->unit().parts().id.text();
    }
    // A client that left before the commit point may still leave usage behind, as an answer in
    // parts can.
    meter(m_record, m_attempts, outcome == Outcome::ClientGone ? attempt() : served,
          m_table ? m_table->table->prices.get() : nullptr);
    m_state.recorder().record(std::move(m_record));
    m_exchange->onClosed({});
    if (m_drainWatched) {
        m_exchange->onDrain({});
    }
    m_exchange.reset();
    m_state.retire(*this);
}

} // namespace sluice::gateway
