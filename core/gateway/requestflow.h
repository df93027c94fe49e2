// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/admission.h"
#include "core/gateway/answerheaders.h"
#include "core/gateway/attempt.h"
#include "core/gateway/threadstate.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::gateway {

/// One chat completion from admission to record: the life of a request (architecture.md), step by
/// step. Before the commit point (first content of a stream; the whole of an answer that is not
/// streamed) nothing has gone to the client, and one attempt on the fallback unit may replace the
/// assigned unit's; after it, an error ends the stream broken. Owned by its ThreadState.
class RequestFlow final : private AttemptEvents, public InFlight
{
public:
    RequestFlow(ThreadState& state, std::shared_ptr<net::HttpExchange> exchange);

    /// Admits, assigns and starts the first attempt, or answers with what is wrong.
    void begin();
    /// Ends it as if the client had gone.
    void abandon();

    [[nodiscard]] bool committed() const noexcept override { return m_committed; }
    void unitKilled() override;

    /// Where it stands in its owner's list.
    [[nodiscard]] std::size_t place() const noexcept { return m_place; }
    void setPlace(std::size_t place) noexcept { m_place = place; }

private:
    // Steps of admission; an error ends the request.
    std::optional<ApiError> admit();
    std::optional<ApiError> assign();
    std::optional<ApiError> checkSystemMessages();
    std::optional<ApiError> tryUnit(const std::shared_ptr<UnitRuntime>& unit, SteadyTime now);
    Result<providers::UpstreamRequest> encode(const UnitRuntime& unit,
                                              std::optional<ApiError>& refusal);
    void launch(const std::shared_ptr<UnitRuntime>& unit, providers::UpstreamRequest request,
                SteadyTime now);

    // AttemptEvents
    void attemptHead(const net::HeaderList& headers) override;
    void attemptPiece(const providers::Piece& piece) override;
    void attemptDone() override;
    void attemptFailed(AttemptFailure failure) override;

    // Another unit
    bool fallBack(telemetry::Fallback reason);
    [[nodiscard]] std::shared_ptr<UnitRuntime> find(const ServingTable& table,
                                                    const UnitId& id) const;
    [[nodiscard]] std::shared_ptr<UnitRuntime> fallbackUnit();
    void leaveUnit(SteadyTime now);

    // Towards the client
    void commit();
    void relay(std::string_view bytes);
    void clientGone();
    void deadlinePassed();
    void refuse(const ApiError& error);
    void answerFailure(const AttemptFailure& failure, const Verdict& verdict);
    void answerError(const ApiError& error, std::string body);
    void breakStream(const AttemptFailure& failure, const Verdict& verdict);
    void addFacts(AnswerHeaders& headers) const;
    void finish(telemetry::Outcome outcome, int status, std::string_view error);

    [[nodiscard]] std::uint32_t sinceStart(SteadyTime now) const noexcept;
    [[nodiscard]] Attempt* attempt() const noexcept
    {
        return m_attempts.empty() ? nullptr : m_attempts.back().get();
    }

    ThreadState& m_state;
    std::shared_ptr<net::HttpExchange> m_exchange;
    std::shared_ptr<LocalTable> m_table;      ///< as of admission
    std::shared_ptr<LocalTable> m_laterTable; ///< the one that brought another unit, if one did
    const routing::CompiledRoute* m_route = nullptr;
    const ApiKey* m_key = nullptr;
    providers::ChatRequest m_chat;
    const UnitId* m_assignedId = nullptr;
    const UnitId* m_fallbackId = nullptr; ///< null: none (left)
    TrackedUnit* m_tracked = nullptr;
    std::vector<Slab<Attempt>::Pointer> m_attempts;
    net::TimerWheel::Timer m_deadline;
    telemetry::RequestRecord m_record;
    ForwardedHeaders m_forwarded;
    std::string m_held;    ///< what waits for the commit point
    std::string m_ignored; ///< x-sluice-ignored
    SteadyTime m_started;
    SteadyTime m_firstContent;
    SteadyTime m_lastContent;
    std::size_t m_place = 0;
    bool m_warnSystem = false;
    bool m_committed = false;
    bool m_drainWatched = false;
    bool m_everyoneRefused = true; ///< every provider asked so far has refused the request as such
    bool m_finished = false;
};

} // namespace sluice::gateway
