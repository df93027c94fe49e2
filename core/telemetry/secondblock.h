// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/aggregate.h"
#include "core/telemetry/boundedhistogram.h"

#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sluice::telemetry {

/// What the Prometheus text needs of one key beyond Aggregate: status codes, and histograms exact
/// at their bounds. Every request counts, SDK retries too. Bounds are the GenAI conventions'
/// advice.
struct KeyMetrics
{
    KeyMetrics();
    void add(const RequestRecord& record);
    void merge(const KeyMetrics& other);

    std::vector<std::pair<std::uint16_t, std::uint64_t>>
        codes;                 ///< HTTP status the client got -> requests
    BoundedHistogram duration; ///< microseconds
    BoundedHistogram ttft;     ///< microseconds
    BoundedHistogram overhead; ///< microseconds
    BoundedHistogram perToken; ///< microseconds per output token after the first
    BoundedHistogram inputTokens;
    BoundedHistogram outputTokens;
};

/// A look-up key that owns nothing, so that finding a known key allocates nothing.
struct AggregateKeyView
{
    std::string_view route;
    Arm arm = Arm::Stable;
    std::string_view unit;
    std::string_view gateway;
};

/// The key that a record counts under: the served unit, or the assigned one when none answered.
AggregateKeyView keyOf(const RequestRecord& record) noexcept;

struct AggregateKeyHash
{
    using is_transparent = void;
    std::size_t operator()(const AggregateKeyView& key) const noexcept;
    std::size_t operator()(const AggregateKey& key) const noexcept;
};

struct AggregateKeyEqual
{
    using is_transparent = void;
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const noexcept
    {
        return a.arm == b.arm && a.route == b.route && a.unit == b.unit && a.gateway == b.gateway;
    }
};

/// Everything kept about one key during one second.
struct KeySums
{
    Aggregate sums;
    KeyMetrics metrics;
};

/// Fallbacks by the unit that failed: Aggregate knows only the one that served.
struct FallbackCount
{
    std::string route;
    std::string unit; ///< as assigned
    Fallback reason = Fallback::None;
    std::uint64_t count = 0;
};

/// One I/O thread's sums of one second. Filled by that thread, then handed over whole.
struct SecondBlock
{
    explicit SecondBlock(std::int64_t unixSecond)
        : second(unixSecond)
    {
    }
    void add(const RequestRecord& record);
    [[nodiscard]] bool empty() const noexcept { return keys.empty(); }

    std::int64_t second = 0;
    std::unordered_map<AggregateKey, KeySums, AggregateKeyHash, AggregateKeyEqual> keys;
    std::vector<FallbackCount> fallbacks;
    std::unique_ptr<SecondBlock> next; ///< for MpscList

private:
    /// The entry last used: traffic comes in runs of one key.
    std::pair<const AggregateKey, KeySums>* m_last = nullptr;
};

} // namespace sluice::telemetry
