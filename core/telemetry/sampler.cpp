// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/sampler.h"

#include <algorithm>

namespace sluice::telemetry {

void LoadBoard::publish(std::size_t index, std::uint32_t requests) noexcept
{
    m_entries[index].requests.store(requests, std::memory_order_relaxed);
}

std::uint64_t LoadBoard::total() const noexcept
{
    std::uint64_t sum = 0;
    for (const Entry& entry : m_entries) {
        sum += entry.requests.load(std::memory_order_relaxed);
    }
    return sum;
}

Sampler::Sampler(std::uint32_t keepAllBelow, LoadBoard& board, std::size_t index)
    : m_keepAllBelow(std::max<std::uint32_t>(keepAllBelow, 1))
    , m_board(board)
    , m_index(index)
    , m_random(0x9e3779b97f4a7c15ULL * (index + 1))
{
}

std::uint64_t Sampler::groupSize() const noexcept
{
    // The present second too, or a sudden burst would be kept whole until it ends.
    const std::uint64_t rate = std::max<std::uint64_t>(m_lastSecond, m_thisSecond);
    return (rate + m_keepAllBelow - 1) / m_keepAllBelow;
}

std::uint64_t Sampler::random() noexcept
{
    // xorshift64 (Marsaglia 2003): which record of a group is kept needs to be out of step, not
    // unpredictable.
    m_random ^= m_random << 13U;
    m_random ^= m_random >> 7U;
    m_random ^= m_random << 17U;
    return m_random;
}

bool Sampler::keep(RequestRecord& record)
{
    ++m_thisSecond;
    if (record.outcome != Outcome::Ok || record.fallback != Fallback::None || record.refusal) {
        return true;
    }
    const std::uint64_t wanted = std::max<std::uint64_t>(groupSize(), 1);
    // A group that is cut short is worth what it should be on average: kept by then with
    // probability place / size, at weight size.
    if (m_place >= m_group || (wanted == 1 && m_group > 1)) {
        m_group = wanted;
        m_place = 0;
        m_pick = m_group > 1 ? random() % m_group : 0;
    }
    const bool picked = m_place == m_pick;
    ++m_place;
    if (picked && m_group > 1) {
        record.sampled = true;
        record.weight *= static_cast<float>(m_group);
    }
    return picked;
}

void Sampler::endSecond(bool nextFollows)
{
    m_board.publish(m_index, nextFollows ? m_thisSecond : 0);
    m_lastSecond = m_board.total();
    m_thisSecond = 0;
}

} // namespace sluice::telemetry
