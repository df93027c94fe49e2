// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace sluice::telemetry {

/// A histogram with fixed upper bounds, as Prometheus shows it: exact at its bounds, which
/// Histogram is not. Fixed size, never allocates. One thread.
class BoundedHistogram
{
public:
    static constexpr std::size_t kMaxBounds = 16;

    /// Bounds ascending, at most kMaxBounds, inclusive; they must outlive this.
    explicit BoundedHistogram(std::span<const std::uint64_t> bounds)
        : m_bounds(bounds)
    {
    }

    void record(std::uint64_t value) noexcept;
    /// `other` has the same bounds.
    void merge(const BoundedHistogram& other) noexcept;

    [[nodiscard]] std::span<const std::uint64_t> bounds() const noexcept { return m_bounds; }
    /// How many lie in bucket i: above bound i-1, at most bound i; the one after the last bound is
    /// unbounded.
    [[nodiscard]] std::uint64_t bucket(std::size_t i) const noexcept { return m_buckets[i]; }
    [[nodiscard]] std::uint64_t sum() const noexcept { return m_sum; }

private:
    std::span<const std::uint64_t> m_bounds;
    std::array<std::uint64_t, kMaxBounds + 1> m_buckets{};
    std::uint64_t m_sum = 0;
};

} // namespace sluice::telemetry
