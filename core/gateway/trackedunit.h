// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/killreport.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace sluice::gateway {

/// A request as the red button sees it.
class InFlight
{
public:
    virtual ~InFlight() = default;

    /// Whether the client has got the first content: then it stays where it is.
    [[nodiscard]] virtual bool committed() const noexcept = 0;
    /// Its unit is killed: leave for the known good one.
    virtual void unitKilled() = 0;

private:
    friend class TrackedUnit;
    std::size_t m_slot = 0;
};

/// Who is on one unit of one route, on one I/O thread, and when the last one came and went.
class TrackedUnit
{
public:
    void enter(InFlight& request, SteadyTime now);
    void leave(InFlight& request, SteadyTime now);

    /// Moves all that are not committed and tells the report what is left. `part` sums over units;
    /// true if requests are left, for which report->unitDrained() will be called.
    bool kill(std::size_t thread, const std::shared_ptr<KillReport>& report,
              KillReport::Part& part);

    [[nodiscard]] bool idle() const noexcept { return m_requests.empty(); }

private:
    struct Watch
    {
        std::size_t thread = 0;
        std::shared_ptr<KillReport> report;
    };

    std::vector<InFlight*> m_requests;
    std::optional<SteadyTime> m_lastAdmitted;
    std::optional<SteadyTime> m_lastFinished;
    std::vector<Watch> m_watches;
};

} // namespace sluice::gateway
