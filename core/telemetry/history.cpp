// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/history.h"

#include <algorithm>

namespace sluice::telemetry {

void History::add(std::int64_t second, const AggregateKey& key, const Aggregate& sums)
{
    m_latest = std::max(m_latest.value_or(second), second);
    Part& stored = m_seconds[second][key];
    stored.requests += sums.requests;
    if (stored.sums.empty()) {
        stored.sums = sums.encode();
        return;
    }
    // Another thread's part of the same second. What encode() made, decode() takes.
    Aggregate merged = Aggregate::decode(stored.sums).value();
    merged.merge(sums);
    stored.sums = merged.encode();
}

void History::trim(std::int64_t now)
{
    m_seconds.erase(m_seconds.begin(), m_seconds.lower_bound(now - kSeconds));
    m_seconds.erase(m_seconds.upper_bound(now + kSeconds), m_seconds.end());
    if (m_latest) {
        m_latest = std::min(*m_latest, now);
    }
}

std::vector<SecondAggregate> History::from(std::int64_t fromSecond, std::string_view route) const
{
    std::vector<SecondAggregate> result;
    for (auto at = m_seconds.lower_bound(fromSecond); at != m_seconds.end(); ++at) {
        for (const auto& [key, stored] : at->second) {
            if (route.empty() || key.route == route) {
                result.push_back({at->first, key, Aggregate::decode(stored.sums).value()});
            }
        }
    }
    return result;
}

std::uint64_t History::requests(std::int64_t from, std::int64_t to, std::string_view route) const
{
    std::uint64_t total = 0;
    for (auto at = m_seconds.lower_bound(from); at != m_seconds.end() && at->first < to; ++at) {
        for (const auto& [key, stored] : at->second) {
            total += route.empty() || key.route == route ? stored.requests : 0;
        }
    }
    return total;
}

} // namespace sluice::telemetry
