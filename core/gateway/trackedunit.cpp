// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/trackedunit.h"

#include <algorithm>
#include <utility>

namespace sluice::gateway {

void TrackedUnit::enter(InFlight& request, SteadyTime now)
{
    request.m_slot = m_requests.size();
    m_requests.push_back(&request);
    m_lastAdmitted = now;
}

void TrackedUnit::leave(InFlight& request, SteadyTime now)
{
    InFlight* const last = m_requests.back();
    m_requests[request.m_slot] = last;
    last->m_slot = request.m_slot;
    m_requests.pop_back();
    m_lastFinished = now;
    if (m_requests.empty()) {
        for (const Watch& watch : std::exchange(m_watches, {})) {
            watch.report->unitDrained(watch.thread, now);
        }
    }
}

bool TrackedUnit::kill(std::size_t thread, const std::shared_ptr<KillReport>& report,
                       KillReport::Part& part)
{
    const std::vector<InFlight*> requests = m_requests; // moving takes them out of the list
    for (InFlight* request : requests) {
        if (!request->committed()) {
            request->unitKilled();
            ++part.moved;
        }
    }
    part.inFlight += m_requests.size();
    part.lastAdmitted = std::max(part.lastAdmitted, m_lastAdmitted);
    part.lastFinished = std::max(part.lastFinished, m_lastFinished);
    if (m_requests.empty()) {
        return false;
    }
    m_watches.push_back({thread, report});
    return true;
}

} // namespace sluice::gateway
