// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/telemetry/mpsclist.h"
#include "core/telemetry/recorder.h"
#include "core/telemetry/sampler.h"
#include "core/telemetry/secondblock.h"
#include "core/telemetry/spscring.h"

#include <atomic>
#include <cstdint>
#include <memory>

namespace sluice::telemetry {

/// Of pointers: a ring of records would keep touching all of its memory, megabytes of it, also
/// while a few wait at a time.
using RecordRing = SpscRing<std::unique_ptr<RequestRecord>>;

/// The Recorder of one I/O thread: its sums of the present second, its ring, its counters.
/// Allocates once a second and key, and for a record that is kept; never waits. The collector reads
/// ring and counters only.
class ThreadRecorder final : public Recorder
{
public:
    ThreadRecorder(std::size_t index, std::size_t ringCapacity, std::uint32_t keepAllBelow,
                   const Clock& clock, LoadBoard& board, MpscList<SecondBlock>& blocks);

    void record(RequestRecord&& record) override;
    void flush() override;

    /// Hands the unfinished second on as well. After the I/O thread's last use of this.
    void finish();

    [[nodiscard]] RecordRing& ring() noexcept { return m_ring; }
    [[nodiscard]] const RecordRing& ring() const noexcept { return m_ring; }
    [[nodiscard]] std::uint64_t recorded() const noexcept
    {
        return m_recorded.load(std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t dropped() const noexcept
    {
        return m_dropped.load(std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t sampledOut() const noexcept
    {
        return m_sampledOut.load(std::memory_order_relaxed);
    }

private:
    void roll(std::int64_t second);

    const Clock& m_clock;
    MpscList<SecondBlock>& m_blocks;
    Sampler m_sampler;
    std::unique_ptr<SecondBlock> m_current;
    RecordRing m_ring;
    // Written by one thread, read by others; relaxed: each is a sum of its own.
    std::atomic<std::uint64_t> m_recorded{0};
    std::atomic<std::uint64_t> m_dropped{0};
    std::atomic<std::uint64_t> m_sampledOut{0};
};

} // namespace sluice::telemetry
