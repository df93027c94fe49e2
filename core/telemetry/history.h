// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/aggregate.h"

#include <cstdint>
#include <map>
#include <string>
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
    /// From `fromSecond` on, ascending by second, then key.
    [[nodiscard]] std::vector<SecondAggregate> from(std::int64_t fromSecond) const;

private:
    std::map<std::int64_t, std::map<AggregateKey, std::string>> m_seconds;
};

} // namespace sluice::telemetry
