// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/requestrecord.h"

#include <algorithm>

namespace sluice::telemetry {

namespace {

constexpr std::array<std::string_view, 5> kFallbacks{"none", "timeout", "error", "breaker",
                                                     "killed"};
constexpr std::array<std::string_view, 6> kOutcomes{"ok",      "client_error", "provider_error",
                                                    "timeout", "client_gone",  "shed"};

} // namespace

bool hasKey(const RequestRecord& record) noexcept
{
    return std::any_of(record.keyHmac.begin(), record.keyHmac.end(),
                       [](unsigned char byte) { return byte != 0; });
}

std::optional<std::uint32_t> bucketIn(const RequestRecord& record, int generation) noexcept
{
    if (!hasKey(record)) {
        return std::nullopt;
    }
    const int inForce = record.generation == 0 ? 2 : record.generation;
    if (inForce == generation) {
        return record.bucket;
    }
    return record.generation == 0 ? std::nullopt : std::optional(record.otherBucket);
}

std::string_view fallbackName(Fallback fallback) noexcept
{
    return kFallbacks[static_cast<std::size_t>(fallback)];
}

std::string_view outcomeName(Outcome outcome) noexcept
{
    return kOutcomes[static_cast<std::size_t>(outcome)];
}

std::optional<Outcome> outcomeFromName(std::string_view name) noexcept
{
    for (std::size_t i = 0; i < kOutcomes.size(); ++i) {
        if (kOutcomes[i] == name) {
            return static_cast<Outcome>(i);
        }
    }
    return std::nullopt;
}

} // namespace sluice::telemetry
