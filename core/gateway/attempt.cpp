// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/attempt.h"

#include "core/gateway/simulatedcall.h"

#include <algorithm>

namespace sluice::gateway {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

/// Where a route's guard says nothing, a provider that sends no byte for so long is given up all
/// the same.
constexpr milliseconds kSilence = std::chrono::minutes(10);
/// So much of an error's body is waited for.
constexpr std::size_t kErrorBytes = std::size_t{64} << 10U;

std::uint32_t micros(SteadyTime::duration time) noexcept
{
    const auto count = std::chrono::duration_cast<microseconds>(time).count();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(count, 0, UINT32_MAX));
}

} // namespace

Attempt::Attempt(const Setup& setup)
    : m_state(setup.state)
    , m_events(setup.events)
    , m_unit(setup.unit)
    , m_guard(setup.guard)
    , m_stream(setup.stream)
    , m_decoder(m_unit->parts().codec->decoder(setup.stream, setup.includeUsage))
    , m_onPiece([this](const providers::Piece& decoded) { piece(decoded); })
    , m_ttft(
          [](void* self) {
              auto* attempt = static_cast<Attempt*>(self);
              attempt->limitTimer(attempt->m_ttft, *attempt->m_guard.ttft, "ttft_timeout");
          },
          this)
    , m_total(
          [](void* self) {
              auto* attempt = static_cast<Attempt*>(self);
              attempt->limitTimer(attempt->m_total, *attempt->m_guard.total, "total_timeout");
          },
          this)
    , m_quiet([](void* self) { static_cast<Attempt*>(self)->quietTimer(); }, this)
    , m_slow([](void* self) { static_cast<Attempt*>(self)->rateTimer(); }, this)
    , m_started(setup.now)
    , m_lastByte(m_started)
    , m_lastContent(m_started)
{
    m_record.unit = m_unit->parts().id.text();
}

Attempt::~Attempt()
{
    m_call.reset();
    if (m_pool != nullptr) {
        --m_pool->users;
    }
}

void Attempt::start(providers::UpstreamRequest request)
{
    net::Deadlines& deadlines = m_state.thread().deadlines();
    if (m_stream && m_guard.ttft) {
        deadlines.arm(m_ttft, *m_guard.ttft);
    }
    if (m_guard.total) {
        deadlines.arm(m_total, *m_guard.total);
    }
    if (!m_guard.total || *m_guard.total > kSilence) {
        deadlines.arm(m_quiet, kSilence);
    }
    if (m_unit->simulated()) {
        m_call = std::make_unique<SimulatedCall>(m_state, *m_unit, request.body, m_stream, *this);
        return;
    }
    m_pool = &m_state.pool(*m_unit);
    ++m_pool->users;
    m_pool->lastUsed = m_started;
    net::CallRequest call;
    call.target = std::move(request.target);
    call.headers = std::move(request.headers);
    call.body = std::move(request.body);
    std::unique_ptr<net::Call> started = m_pool->client->start(std::move(call), *this);
    if (m_over) {
        started->cancel(); // it failed at once
    }
    m_call = std::move(started);
}

void Attempt::cancel(std::string_view why)
{
    if (!m_over) {
        close(why);
    }
}

void Attempt::pause()
{
    if (!m_over && !m_isPaused) {
        m_isPaused = true;
        m_pausedAt = m_state.clock().steady();
        m_call->pause();
    }
}

void Attempt::resume()
{
    if (m_over || !m_isPaused) {
        return;
    }
    m_isPaused = false;
    const SteadyTime now = m_state.clock().steady();
    m_paused += now - m_pausedAt;
    m_lastByte = now;
    m_lastContent = now;
    m_rate.restart(now, m_decoder->tokensSaid());
    m_call->resume();
}

microseconds Attempt::upstreamWait() const noexcept
{
    return microseconds(m_record.totalMicros) -
           std::min(microseconds(m_record.totalMicros),
                    std::chrono::duration_cast<microseconds>(m_busy));
}

bool Attempt::mayBeBilled() const noexcept
{
    return m_sent && (m_record.status == 0 || succeeded());
}

void Attempt::onConnected(bool reused, microseconds connectTime)
{
    m_sent = true;
    m_record.connectMicros = reused ? 0 : micros(connectTime);
}

void Attempt::onHead(int status, const net::HeaderList& headers)
{
    const ThreadState::Busy busy(m_state);
    m_record.status = static_cast<std::uint16_t>(status);
    m_lastByte = m_state.clock().steady();
    m_record.firstByteMicros = micros(m_lastByte - m_started);
    m_decoder->head(status, headers.find("content-type"));
    m_events.attemptHead(headers);
}

void Attempt::onBody(std::string_view bytes)
{
    const ThreadState::Busy busy(m_state);
    if (m_over) {
        return;
    }
    m_lastByte = m_state.clock().steady();
    feed(bytes);
    if (m_stream) { // a body that comes whole is only kept until its end
        m_busy += m_state.clock().steady() - m_lastByte;
    }
}

void Attempt::feed(std::string_view bytes)
{
    const Status fed = m_decoder->feed(bytes, m_onPiece);
    if (m_over) {
        return;
    }
    if (!succeeded()) {
        m_errorBytes += bytes.size();
        if (m_errorBytes > kErrorBytes) {
            statusFailure();
        }
        return;
    }
    if (m_sawError) {
        fail(AttemptFailure::Kind::Answer, "provider_error");
    } else if (!fed) {
        fail(AttemptFailure::Kind::Answer, fed.error().where);
    }
}

void Attempt::piece(const providers::Piece& piece)
{
    using Kind = providers::Piece::Kind;
    if (m_over || m_sawError) {
        return;
    }
    if (piece.kind == Kind::Error) {
        m_sawError = true;
        m_errorEvent = piece.bytes;
        return;
    }
    m_sawDone = m_sawDone || piece.kind == Kind::Done;
    if (piece.kind == Kind::Content) {
        m_lastContent = m_lastByte;
        if (!m_content) {
            m_content = true;
            m_ttft.cancel();
            if (m_stream && m_guard.idle) {
                m_state.thread().deadlines().arm(m_quiet, *m_guard.idle);
            }
            if (m_stream && m_guard.minTokensPerSecond) {
                m_rate.restart(m_lastByte, 0); // what came first counts too
                armRate();
            }
        }
    }
    m_events.attemptPiece(piece);
}

void Attempt::onEnd()
{
    const ThreadState::Busy busy(m_state);
    m_callEnded = true;
    if (!m_over) {
        const SteadyTime entered = m_state.clock().steady();
        m_record.totalMicros = micros(entered - m_started);
        bodyComplete();
    }
}

void Attempt::bodyComplete()
{
    if (!succeeded()) {
        statusFailure();
        return;
    }
    const Status ended = m_decoder->end(m_onPiece);
    if (m_over) {
        return;
    }
    if (m_sawError) {
        fail(AttemptFailure::Kind::Answer, "provider_error");
    } else if (!ended) {
        fail(AttemptFailure::Kind::Answer, ended.error().where);
    } else {
        complete();
    }
}

void Attempt::onError(net::NetError error, std::string_view)
{
    const ThreadState::Busy busy(m_state);
    m_callEnded = true;
    if (m_over) {
        return;
    }
    if (m_record.status != 0 && !succeeded()) {
        statusFailure(); // its status says more than how its body ended
    } else if (m_record.status != 0 &&
               (error == net::NetError::Cut || error == net::NetError::Malformed)) {
        fail(AttemptFailure::Kind::Answer, net::netErrorName(error));
    } else {
        fail(AttemptFailure::Kind::Connection, net::netErrorName(error));
    }
}

void Attempt::statusFailure()
{
    AttemptFailure failure;
    failure.kind = AttemptFailure::Kind::Status;
    failure.status = m_record.status;
    failure.code = "http_" + std::to_string(m_record.status);
    failure.body = m_decoder->errorBody();
    close(failure.code);
    m_events.attemptFailed(std::move(failure));
}

void Attempt::fail(AttemptFailure::Kind kind, std::string_view code)
{
    if (m_sawDone && !m_sawError) {
        complete(); // the answer was whole before the connection went wrong
        return;
    }
    AttemptFailure failure;
    failure.kind = kind;
    failure.status = m_record.status;
    failure.code = code.empty() ? "malformed" : code;
    failure.event = std::move(m_errorEvent);
    close(failure.code);
    m_events.attemptFailed(std::move(failure));
}

void Attempt::complete()
{
    close({});
    m_events.attemptDone();
}

void Attempt::close(std::string_view code)
{
    m_over = true;
    m_record.error = code;
    if (m_record.totalMicros == 0) {
        m_record.totalMicros = micros(m_state.clock().steady() - m_started);
    }
    m_ttft.cancel();
    m_total.cancel();
    m_quiet.cancel();
    m_slow.cancel();
    if (m_call && !m_callEnded) {
        m_call->cancel();
    }
}

SteadyTime::duration Attempt::pausedSoFar() const
{
    return m_paused + (m_isPaused ? m_state.clock().steady() - m_pausedAt : SteadyTime::duration{});
}

void Attempt::limitTimer(net::TimerWheel::Timer& timer, milliseconds limit, std::string_view code)
{
    const ThreadState::Busy busy(m_state);
    // What the client kept the provider waiting is not the provider's time.
    const auto left = limit - (m_state.clock().steady() - m_started - pausedSoFar());
    if (left > SteadyTime::duration::zero() && pausedSoFar() > SteadyTime::duration::zero()) {
        m_state.thread().deadlines().arm(timer, std::chrono::ceil<milliseconds>(left));
        return;
    }
    fail(AttemptFailure::Kind::Timeout, code);
}

void Attempt::armRate()
{
    const auto step = m_state.shared().options.rateWindow / static_cast<int>(OutputRate::kSteps);
    m_state.thread().deadlines().arm(m_slow, std::max(step, milliseconds(1)));
}

/// From the first content on, the stream's speed. A pause is the client's doing, so the window
/// begins again after it (resume()); after the finish only usage and the end marker are to come.
void Attempt::rateTimer()
{
    const ThreadState::Busy busy(m_state);
    if (!m_decoder->finishReason().empty()) {
        return;
    }
    if (!m_isPaused) {
        const auto rate = m_rate.sample(m_state.clock().steady(), m_decoder->tokensSaid());
        if (rate && *rate < *m_guard.minTokensPerSecond) {
            fail(AttemptFailure::Kind::Timeout, "rate_timeout");
            return;
        }
    }
    armRate();
}

milliseconds Attempt::quietLimit() const noexcept
{
    return m_stream && m_content && m_guard.idle ? *m_guard.idle : kSilence;
}

/// One lazy timer for the time between contents (idle) and for silence: nothing is armed per chunk;
/// when it fires it looks at when the last one came, and sleeps on if there was one.
void Attempt::quietTimer()
{
    const ThreadState::Busy busy(m_state);
    const bool idle = m_stream && m_content && m_guard.idle.has_value();
    const auto left =
        quietLimit() - (m_state.clock().steady() - (idle ? m_lastContent : m_lastByte));
    if (m_isPaused || left > SteadyTime::duration::zero()) {
        const auto wait = m_isPaused ? quietLimit() : std::chrono::ceil<milliseconds>(left);
        m_state.thread().deadlines().arm(m_quiet, wait);
        return;
    }
    fail(AttemptFailure::Kind::Timeout, idle ? "idle_timeout" : "silence_timeout");
}

} // namespace sluice::gateway
