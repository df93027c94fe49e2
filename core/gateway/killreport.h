// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/killproof.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace sluice::gateway {

/// Puts one kill's proof together from what each I/O thread has seen, without a lock: each thread
/// writes its own part and counts down; the last one reads them all. Calls `adopted` once, then
/// `finished` once.
class KillReport
{
public:
    struct Part
    {
        std::optional<SteadyTime> lastAdmitted;
        std::optional<SteadyTime> lastFinished;
        std::uint64_t inFlight = 0; ///< left on killed units, past their commit point
        std::uint64_t moved = 0;
    };
    using Callback = std::function<void(KillProof)>;

    KillReport(std::size_t threads, std::uint64_t revision, const Clock& clock, Callback adopted,
               Callback finished);

    /// I/O thread `thread`: it has the table and has moved what it could. `open` of its killed
    /// units still have requests in flight; each will call unitDrained().
    void threadAdopted(std::size_t thread, const Part& part, std::size_t open);
    /// I/O thread `thread`: one of those has none any more.
    void unitDrained(std::size_t thread, SteadyTime at);

private:
    [[nodiscard]] KillProof proof() const;
    [[nodiscard]] SystemTime wall(SteadyTime time) const;
    void release();

    const Clock& m_clock;
    Callback m_adopted;
    Callback m_finished;
    std::uint64_t m_revision;
    SystemTime m_pressed;
    SteadyTime m_pressedSteady;
    SystemTime m_adoptedAt{}; ///< written by the last adopter before it releases
    std::vector<Part> m_parts;
    std::vector<std::optional<SteadyTime>>
        m_drained; ///< per thread, apart from m_parts: may be written while those are read
    std::atomic<std::size_t> m_toAdopt;
    std::atomic<std::size_t>
        m_open; ///< one for each thread until it has adopted, and one for each open unit
};

} // namespace sluice::gateway
