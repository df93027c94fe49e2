// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/threadrecorder.h"

namespace sluice::telemetry {

namespace {

std::int64_t secondOf(const Clock& clock)
{
    return std::chrono::floor<std::chrono::seconds>(clock.now()).time_since_epoch().count();
}

/// One writer: no read-modify-write instruction needed.
void increment(std::atomic<std::uint64_t>& counter) noexcept
{
    counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

} // namespace

ThreadRecorder::ThreadRecorder(std::size_t index, std::size_t ringCapacity,
                               std::uint32_t keepAllBelow, const Clock& clock, LoadBoard& board,
                               MpscList<SecondBlock>& blocks)
    : m_clock(clock)
    , m_blocks(blocks)
    , m_sampler(keepAllBelow, board, index)
    , m_current(std::make_unique<SecondBlock>(secondOf(clock)))
    , m_ring(ringCapacity)
{
}

void ThreadRecorder::record(RequestRecord&& record)
{
    roll(secondOf(m_clock));
    m_current->add(record);
    increment(m_recorded);
    if (!m_sampler.keep(record)) {
        increment(m_sampledOut);
    } else if (!m_ring.push(std::make_unique<RequestRecord>(std::move(record)))) {
        increment(m_dropped);
    }
}

void ThreadRecorder::flush()
{
    roll(secondOf(m_clock));
}

void ThreadRecorder::finish()
{
    if (!m_current->empty()) {
        const std::int64_t second = m_current->second;
        m_blocks.push(std::move(m_current));
        m_current = std::make_unique<SecondBlock>(second);
    }
}

void ThreadRecorder::roll(std::int64_t second)
{
    if (second == m_current->second) {
        return;
    }
    // Also when the clock was set back: the same second may come in parts.
    m_sampler.endSecond(second == m_current->second + 1);
    finish();
    m_current->second = second;
}

} // namespace sluice::telemetry
