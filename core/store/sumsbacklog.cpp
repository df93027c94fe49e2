// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/sumsbacklog.h"

namespace sluice::store {

void SumsBacklog::add(std::vector<telemetry::SecondAggregate> parts)
{
    for (telemetry::SecondAggregate& part : parts) {
        m_sums[{std::move(part.key), floorTo(part.second, m_step)}].merge(part.sums);
    }
    while (m_sums.size() > m_limit && m_step < 3600) {
        coarsen();
    }
}

void SumsBacklog::clear() noexcept
{
    m_sums.clear();
    m_step = 1;
}

void SumsBacklog::coarsen()
{
    m_step *= 60;
    Map coarser;
    for (const auto& [at, sums] : m_sums) {
        coarser[{at.first, floorTo(at.second, m_step)}].merge(sums);
    }
    m_sums = std::move(coarser);
}

} // namespace sluice::store
