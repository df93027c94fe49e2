// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::telemetry {

/// Log-bucketed histogram of non-negative integers (microseconds): relative error of a quantile at
/// most 1/32. Values below 32 are exact; above, each power of two has 32 equal buckets. Buckets
/// below the smallest and above the largest value cost nothing. Merging is exact and associative.
/// One thread.
class Histogram
{
public:
    void record(std::uint64_t value, std::uint64_t times = 1);
    void merge(const Histogram& other);

    [[nodiscard]] std::uint64_t count() const noexcept { return m_count; }
    [[nodiscard]] std::uint64_t sum() const noexcept { return m_sum; }
    /// The value at quantile q in [0, 1]: middle of the bucket in which rank ceil(q * count) lies;
    /// 0 if empty.
    [[nodiscard]] std::uint64_t quantile(double q) const noexcept;
    /// How many values were at most `limit` (whole buckets; the bucket of `limit` counts if its
    /// upper edge <= limit).
    [[nodiscard]] std::uint64_t countAtMost(std::uint64_t limit) const noexcept;

    /// Compact bytes for storage and back (varint runs). Corrupt for anything else.
    [[nodiscard]] std::string encode() const;
    static Result<Histogram> decode(std::string_view bytes);

private:
    void extendTo(std::size_t index);

    std::size_t m_first = 0;              ///< index of m_buckets[0]
    std::vector<std::uint64_t> m_buckets; ///< from the smallest to the largest used index
    std::uint64_t m_count = 0;
    std::uint64_t m_sum = 0;
};

} // namespace sluice::telemetry
