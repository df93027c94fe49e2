// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/controlplane.h"

#include <memory>

namespace sluice::tests {

/// A control plane with canned, deterministic content for tests and screenshots: five routes (one
/// in mid rollout, one at 25 %, one killed, one without a candidate, one shadowing), an hour of
/// series with seeded noise, 200 records, a history. Percentages, kills, acknowledgements and
/// restores really change it and send their events. Answers on a thread of its own, like the real
/// one. Time comes from the clock, which it never moves.
class FakePlane final : public api::ControlPlane
{
public:
    enum class State
    {
        Data,
        Empty,        ///< the engine is there, nothing is configured
        Error,        ///< every question fails (Internal), but for fleet.status
        Loading,      ///< nothing is answered
        Disconnected, ///< every question fails with Unavailable
    };

    explicit FakePlane(const Clock& clock, std::uint64_t seed = 7);
    ~FakePlane() override;

    /// What questions from now on meet; questions held back by Loading are answered when it ends.
    void setState(State state);
    /// fleet.status says so from now on.
    void setProduction(bool production);
    void setSimulated(bool simulated);
    /// After a kill, "kill.finished" is sent at once (default) or only by finishKill().
    void holdKillOpen(bool hold);
    void finishKill();
    /// Sends an event as the engine would.
    void emitEvent(const std::string& kind, Json data);
    /// Lets the next event's sequence jump, as if `count` events had been lost.
    void skipEvents(std::uint64_t count);
    /// Number of calls of a command so far.
    [[nodiscard]] int calls(const std::string& command) const;
    /// Arguments of the latest call of a command; null if there was none.
    [[nodiscard]] Json lastArguments(const std::string& command) const;

    void execute(api::CommandRequest request, Done done) override;
    [[nodiscard]] std::unique_ptr<api::Subscription> subscribe(OnEvent onEvent) override;
    [[nodiscard]] const std::vector<api::CommandDescriptor>& commands() const override;

private:
    struct Impl;
    std::shared_ptr<Impl> m_impl;
};

} // namespace sluice::tests
