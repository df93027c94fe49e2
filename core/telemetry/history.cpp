// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/history.h"

namespace sluice::telemetry {

void History::add(std::int64_t second, const AggregateKey& key, const Aggregate& sums)
{
    std::string& stored = m_seconds[second][key];
    if (stored.empty()) {
        stored = sums.encode();
        return;
    }
    // Another thread's part of the same second. What encode() made, decode() takes.
    Aggregate merged = Aggregate::decode(stored).value();
    merged.merge(sums);
    stored = merged.encode();
}

void History::trim(std::int64_t now)
{
    m_seconds.erase(m_seconds.begin(), m_seconds.lower_bound(now - kSeconds));
    m_seconds.erase(m_seconds.upper_bound(now + kSeconds), m_seconds.end());
}

std::vector<SecondAggregate> History::from(std::int64_t fromSecond) const
{
    std::vector<SecondAggregate> result;
    for (auto at = m_seconds.lower_bound(fromSecond); at != m_seconds.end(); ++at) {
        for (const auto& [key, stored] : at->second) {
            result.push_back({at->first, key, Aggregate::decode(stored).value()});
        }
    }
    return result;
}

} // namespace sluice::telemetry
