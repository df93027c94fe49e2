// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/aggregate.h"

#include <cstdint>
#include <map>
#include <vector>

namespace sluice::store {

/// Sums that wait for the writer, parts of the same second and key merged. Sums are never dropped:
/// while nothing can be written the backlog gets coarser instead (minutes, then hours), so that it
/// stays small and minute and hour rows come out right. One thread.
class SumsBacklog
{
public:
    explicit SumsBacklog(std::size_t limit = 20'000)
        : m_limit(limit)
    {
    }

    void add(std::vector<telemetry::SecondAggregate> parts);
    void clear() noexcept;
    [[nodiscard]] bool empty() const noexcept { return m_sums.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return m_sums.size(); }

    /// By key, then second.
    using Map = std::map<std::pair<telemetry::AggregateKey, std::int64_t>, telemetry::Aggregate>;
    [[nodiscard]] const Map& sums() const noexcept { return m_sums; }

private:
    void coarsen();

    std::size_t m_limit;
    std::int64_t m_step = 1; ///< seconds
    Map m_sums;
};

/// The start of the step in which a second lies, also before 1970.
constexpr std::int64_t floorTo(std::int64_t second, std::int64_t step) noexcept
{
    const std::int64_t rest = second % step;
    return second - (rest < 0 ? rest + step : rest);
}

} // namespace sluice::store
