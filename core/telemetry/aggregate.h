// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/histogram.h"
#include "core/telemetry/requestrecord.h"
#include "core/units/money.h"

#include <array>
#include <cstdint>
#include <string>

namespace sluice::telemetry {

/// What sums are kept by. Control and stable are the same unit, so the arm is part of it.
struct AggregateKey
{
    std::string route;
    Arm arm = Arm::Stable;
    std::string unit; ///< served unit, or the assigned one when none answered
    std::string gateway;
    auto operator<=>(const AggregateKey&) const = default;
};

/// Sums over requests; merging two is adding. SDK retries (RequestRecord::retry) are no new trials:
/// they count in `retries`, and not again in `requests` nor in any count of outcomes; their money,
/// tokens and times do count. Times are of requests that a provider was asked for (not ClientError,
/// not Shed).
struct Aggregate
{
    std::uint64_t requests = 0;
    std::uint64_t retries = 0;
    std::uint64_t errors = 0; ///< outcome ProviderError, Timeout, Shed
    std::uint64_t clientErrors = 0;
    std::uint64_t clientGone = 0;
    std::uint64_t refusals = 0;
    std::array<std::uint64_t, 5> fallbacks{}; ///< by Fallback; [0] unused
    std::uint64_t unpriced = 0; ///< answered requests, retries too, whose cost is not Exact
    units::Money cost;          ///< of those whose cost is Exact, by currency
    std::int64_t inputTokens = 0; ///< normalised, cached and cache writes included
    std::int64_t outputTokens = 0;
    Histogram latency;  ///< microseconds
    Histogram ttft;     ///< microseconds, streamed requests
    Histogram overhead; ///< microseconds

    void add(const RequestRecord& record);
    void merge(const Aggregate& other);

    /// Compact bytes for storage and back. Corrupt for anything else.
    [[nodiscard]] std::string encode() const;
    static Result<Aggregate> decode(std::string_view bytes);
};

/// One key's sums over one second of Unix time (of admission's end: when the record was left).
struct SecondAggregate
{
    std::int64_t second = 0;
    AggregateKey key;
    Aggregate sums;
};

} // namespace sluice::telemetry
