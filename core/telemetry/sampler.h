// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/requestrecord.h"

#include <atomic>
#include <cstdint>
#include <vector>

namespace sluice::telemetry {

/// The last finished second's requests of each I/O thread, so that each knows the rate of all.
/// Lock-free; a thread writes its own entry only.
class LoadBoard
{
public:
    explicit LoadBoard(std::size_t threads)
        : m_entries(threads)
    {
    }
    void publish(std::size_t index, std::uint32_t requests) noexcept;
    [[nodiscard]] std::uint64_t total() const noexcept;

private:
    struct alignas(64) Entry
    {
        std::atomic<std::uint32_t> requests{0}; ///< relaxed: a rate, nothing hangs on its order
    };
    std::vector<Entry> m_entries;
};

/// Decides which records are kept. Everything while all threads together stay below `keepAllBelow`
/// requests a second. Above it, of each n plain successes in a row one is kept, at a random place
/// (fixed places would fall in step with periodic traffic), with n times its weight; n = rate /
/// keepAllBelow, rounded up. Anything else is always kept. The expected sum of the kept weights is
/// the number of requests. One object a thread.
class Sampler
{
public:
    Sampler(std::uint32_t keepAllBelow, LoadBoard& board, std::size_t index);

    /// Whether to keep `record`; sets `sampled` and `weight` of one that stands for others.
    bool keep(RequestRecord& record);
    /// A second has ended; `next` follows on it if it is the very next one. Publishes this thread's
    /// rate.
    void endSecond(bool nextFollows);

private:
    [[nodiscard]] std::uint64_t groupSize() const noexcept;
    std::uint64_t random() noexcept;

    std::uint64_t m_keepAllBelow;
    LoadBoard& m_board;
    std::size_t m_index;
    std::uint32_t m_thisSecond = 0; ///< requests
    std::uint64_t m_lastSecond = 0; ///< of all threads
    std::uint64_t m_group = 1;      ///< n of the group being gone through
    std::uint64_t m_place = 0;      ///< in the group
    std::uint64_t m_pick = 0;       ///< the place that is kept
    std::uint64_t m_random;
};

} // namespace sluice::telemetry
