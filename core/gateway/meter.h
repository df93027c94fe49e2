// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/attempt.h"
#include "core/telemetry/requestrecord.h"

#include <memory>
#include <vector>

namespace sluice::gateway {

/// Usage as the provider counts it, turned into kinds of tokens that do not overlap: OpenAI's
/// prompt count includes what came from the cache.
units::BilledTokens normalised(const providers::Usage& usage) noexcept;

/// Writes what the attempts came to into the record: attempts, tokens, cost, finish reason,
/// upstream's share of the time. `served`: the one whose answer the client got, or began to get;
/// null if none. Without usage the cost is Unpriced wherever a provider may bill for it, and
/// exactly 0 where none can.
void meter(telemetry::RequestRecord& record, const std::vector<Slab<Attempt>::Pointer>& attempts,
           const Attempt* served, const units::PriceTable* prices);

} // namespace sluice::gateway
