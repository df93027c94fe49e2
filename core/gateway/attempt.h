// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/outputrate.h"
#include "core/gateway/threadstate.h"
#include "core/gateway/verdict.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace sluice::gateway {

/// What an attempt tells its request. After attemptDone() or attemptFailed() nothing more comes.
class AttemptEvents
{
public:
    /// The provider's head, whatever its status.
    virtual void attemptHead(const net::HeaderList& headers) = 0;
    /// A piece of a good answer: never Kind::Error.
    virtual void attemptPiece(const providers::Piece& piece) = 0;
    /// The answer is complete.
    virtual void attemptDone() = 0;
    virtual void attemptFailed(AttemptFailure failure) = 0;

protected:
    ~AttemptEvents() = default;
};

/// One try at one unit: sends the encoded request, decodes the answer and guards it (ttft, total,
/// idle, speed). Streams and whole answers take the same way. Lives until its request's memory
/// goes, so that none of its callbacks can destroy it. One thread.
class Attempt final : public net::CallHandler
{
public:
    struct Setup
    {
        ThreadState& state;
        AttemptEvents& events;
        std::shared_ptr<UnitRuntime> unit;
        const routing::Guard& guard;
        bool stream = false;
        bool includeUsage = false;
        SteadyTime now; ///< when it starts
    };

    explicit Attempt(const Setup& setup);
    ~Attempt(); ///< cancels

    void start(providers::UpstreamRequest request);
    /// Ends it without an event; `why` is for the record. Nothing if it has ended.
    void cancel(std::string_view why);
    /// Back-pressure. Time spent paused counts against none of the provider's deadlines.
    void pause();
    void resume();

    [[nodiscard]] const UnitRuntime& unit() const noexcept { return *m_unit; }
    [[nodiscard]] const providers::Decoder& decoder() const noexcept { return *m_decoder; }
    /// When the last byte came; during attemptPiece() that is the piece's.
    [[nodiscard]] SteadyTime lastByte() const noexcept { return m_lastByte; }
    [[nodiscard]] const telemetry::Attempt& record() const noexcept { return m_record; }
    /// Time that was not ours: between sending and the end, less what handling the bytes took.
    [[nodiscard]] std::chrono::microseconds upstreamWait() const noexcept;
    /// Whether the provider may have done work for it that it will bill: asked, and not answered
    /// with an error.
    [[nodiscard]] bool mayBeBilled() const noexcept;

    void onConnected(bool reused, std::chrono::microseconds connectTime) override;
    void onHead(int status, const net::HeaderList& headers) override;
    void onBody(std::string_view bytes) override;
    void onEnd() override;
    void onError(net::NetError error, std::string_view detail) override;

private:
    void feed(std::string_view bytes);
    void piece(const providers::Piece& piece);
    void bodyComplete();
    void statusFailure();
    void fail(AttemptFailure::Kind kind, std::string_view code);
    void complete();
    void close(std::string_view code);
    void quietTimer();
    void rateTimer();
    void armRate();
    void limitTimer(net::TimerWheel::Timer& timer, std::chrono::milliseconds limit,
                    std::string_view code);
    [[nodiscard]] std::chrono::milliseconds quietLimit() const noexcept;
    [[nodiscard]] SteadyTime::duration pausedSoFar() const;
    [[nodiscard]] bool succeeded() const noexcept
    {
        return m_record.status >= 200 && m_record.status < 300;
    }

    ThreadState& m_state;
    AttemptEvents& m_events;
    std::shared_ptr<UnitRuntime> m_unit;
    const routing::Guard& m_guard;
    bool m_stream;
    std::unique_ptr<providers::Decoder> m_decoder;
    providers::Decoder::OnPiece m_onPiece;
    net::TimerWheel::Timer m_ttft;
    net::TimerWheel::Timer m_total;
    net::TimerWheel::Timer m_quiet;
    net::TimerWheel::Timer m_slow; ///< armed only where the guard has min_tokens_per_s
    OutputRate m_rate;
    Pool* m_pool = nullptr;
    std::unique_ptr<net::Call> m_call;
    telemetry::Attempt m_record;
    std::string m_errorEvent;
    SteadyTime m_started;
    SteadyTime m_lastByte;
    SteadyTime m_lastContent;
    SteadyTime m_pausedAt;
    SteadyTime::duration m_paused{};
    SteadyTime::duration m_busy{};
    std::size_t m_errorBytes = 0;
    bool m_isPaused = false;
    bool m_sent = false;
    bool m_content = false;
    bool m_sawDone = false;
    bool m_sawError = false;
    bool m_callEnded = false;
    bool m_over = false;
};

} // namespace sluice::gateway
