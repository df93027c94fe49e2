// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/boundedhistogram.h"

#include <algorithm>

namespace sluice::telemetry {

void BoundedHistogram::record(std::uint64_t value) noexcept
{
    const auto bound = std::lower_bound(m_bounds.begin(), m_bounds.end(), value);
    ++m_buckets[static_cast<std::size_t>(bound - m_bounds.begin())];
    m_sum += value;
}

void BoundedHistogram::merge(const BoundedHistogram& other) noexcept
{
    for (std::size_t i = 0; i < m_buckets.size(); ++i) {
        m_buckets[i] += other.m_buckets[i];
    }
    m_sum += other.m_sum;
}

} // namespace sluice::telemetry
