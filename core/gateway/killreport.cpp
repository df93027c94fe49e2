// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/killreport.h"

#include <algorithm>
#include <chrono>

namespace sluice::gateway {

namespace {

void keepLater(std::optional<SteadyTime>& kept, const std::optional<SteadyTime>& other)
{
    if (other && (!kept || *kept < *other)) {
        kept = other;
    }
}

} // namespace

KillReport::KillReport(std::size_t threads, std::uint64_t revision, const Clock& clock,
                       Callback adopted, Callback finished)
    : m_clock(clock)
    , m_adopted(std::move(adopted))
    , m_finished(std::move(finished))
    , m_revision(revision)
    , m_pressed(clock.now())
    , m_pressedSteady(clock.steady())
    , m_parts(threads)
    , m_drained(threads)
    , m_toAdopt(threads)
    , m_open(threads)
{
}

void KillReport::threadAdopted(std::size_t thread, const Part& part, std::size_t open)
{
    m_parts[thread] = part;
    m_open.fetch_add(open, std::memory_order_relaxed);
    // acq_rel: the last one to count down sees every part written before.
    if (m_toAdopt.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        m_adoptedAt = wall(m_clock.steady());
        m_adopted(proof());
    }
    release();
}

void KillReport::unitDrained(std::size_t thread, SteadyTime at)
{
    keepLater(m_drained[thread], at);
    release();
}

void KillReport::release()
{
    if (m_open.fetch_sub(1, std::memory_order_acq_rel) != 1) {
        return;
    }
    KillProof last = proof();
    std::optional<SteadyTime> finished;
    for (const Part& part : m_parts) {
        keepLater(finished, part.lastFinished);
    }
    for (const std::optional<SteadyTime>& drained : m_drained) {
        keepLater(finished, drained);
    }
    last.inFlight = 0;
    last.lastFinished = finished ? std::optional(wall(*finished)) : std::nullopt;
    m_finished(last);
}

KillProof KillReport::proof() const
{
    KillProof proof;
    proof.revision = m_revision;
    proof.pressed = m_pressed;
    proof.adopted = m_adoptedAt;
    std::optional<SteadyTime> admitted;
    std::optional<SteadyTime> finished;
    for (const Part& part : m_parts) {
        keepLater(admitted, part.lastAdmitted);
        keepLater(finished, part.lastFinished);
        proof.inFlight += part.inFlight;
        proof.movedBeforeCommit += part.moved;
    }
    proof.lastAdmitted = admitted ? std::optional(wall(*admitted)) : std::nullopt;
    proof.lastFinished =
        finished && proof.inFlight == 0 ? std::optional(wall(*finished)) : std::nullopt;
    return proof;
}

SystemTime KillReport::wall(SteadyTime time) const
{
    return m_pressed +
           std::chrono::duration_cast<std::chrono::microseconds>(time - m_pressedSteady);
}

} // namespace sluice::gateway
