// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/aggregate.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::telemetry {

/// The last hour's aggregates by second. Kept encoded, which is a tenth of the size: a histogram of
/// one second is mostly empty. One thread at a time.
class History
{
public:
    static constexpr std::int64_t kSeconds = 3600;

    void add(std::int64_t second, const AggregateKey& key, const Aggregate& sums);
    /// Forgets what is not within an hour of `now`, on either side: the clock may have been set
    /// back.
    void trim(std::int64_t now);
    /// Of a route (empty: of all) from `fromSecond` on, ascending by second, then key. Decodes what
    /// it returns: some microseconds each.
    [[nodiscard]] std::vector<SecondAggregate> from(std::int64_t fromSecond,
                                                    std::string_view route = {}) const;
    /// Requests of a route (empty: of all) in [from, to). Decodes nothing.
    [[nodiscard]] std::uint64_t requests(std::int64_t from, std::int64_t to,
                                         std::string_view route = {}) const;
    /// The latest second that anything was added for, forgotten or not; nothing if none ever was.
    [[nodiscard]] std::optional<std::int64_t> latest() const noexcept { return m_latest; }

private:
    struct Part
    {
        std::uint64_t requests = 0;
        std::string sums; ///< encoded
    };
    std::map<std::int64_t, std::map<AggregateKey, Part>> m_seconds;
    std::optional<std::int64_t> m_latest;
};

} // namespace sluice::telemetry
