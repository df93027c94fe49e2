// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/meter.h"

#include <algorithm>

namespace sluice::gateway {

units::BilledTokens normalised(const providers::Usage& usage) noexcept
{
    units::BilledTokens tokens;
    tokens.cachedInput =
        std::clamp<std::int64_t>(usage.cached, 0, std::max<std::int64_t>(usage.prompt, 0));
    tokens.input = std::max<std::int64_t>(usage.prompt, 0) - tokens.cachedInput;
    tokens.output = std::max<std::int64_t>(usage.completion, 0);
    return tokens;
}

void meter(telemetry::RequestRecord& record, const std::vector<Slab<Attempt>::Pointer>& attempts,
           const Attempt* served, const units::PriceTable* prices)
{
    std::int64_t wait = 0;
    bool billed = false;
    record.attempts.reserve(attempts.size());
    for (const Slab<Attempt>::Pointer& attempt : attempts) {
        record.attempts.push_back(attempt->record());
        wait += attempt->upstreamWait().count();
        billed = billed || attempt->mayBeBilled();
    }
    record.stages.upstreamWait =
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(wait, 0, UINT32_MAX));
    if (!attempts.empty()) {
        record.stages.connect = attempts.back()->record().connectMicros;
        record.simulated = attempts.back()->unit().simulated();
    }
    if (served != nullptr) {
        const providers::Decoder& decoder = served->decoder();
        record.finishReason = decoder.finishReason();
        record.refusal = decoder.refusal();
        if (const std::optional<providers::Usage> usage = decoder.usage()) {
            record.usageKnown = true;
            record.raw = {usage->prompt, usage->completion, usage->cached, usage->reasoning};
            record.tokens = normalised(*usage);
            const UnitRuntime::Parts& parts = served->unit().parts();
            const units::Price* price =
                prices == nullptr
                    ? nullptr
                    : prices->find(parts.provider.name.text(), parts.unit.model, record.at);
            record.cost = units::costOf(price, record.tokens);
            return;
        }
    }
    record.cost = {billed ? units::CostState::Unpriced : units::CostState::Exact, 0, {}};
}

} // namespace sluice::gateway
