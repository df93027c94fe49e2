// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/flags/trace.h"

#include <fmt/format.h>

namespace sluice::flags {

namespace {

constexpr std::size_t kMaxSteps = 100; // beyond it nobody reads them

std::string whyNoBucket(const Trace::Fraction& fraction)
{
    if (fraction.shares.empty()) {
        return "the buckets cannot be used (whole weights, together 1 to 2147483647): null";
    }
    return fraction.shortForm ? "no targetingKey to bucket by: null"
                              : "no value to bucket by: null";
}

} // namespace

void Trace::add(ExplainStep step)
{
    if (m_steps.size() < kMaxSteps) {
        m_steps.push_back(std::move(step));
    }
}

void Trace::condition(std::string_view place, const Value& value)
{
    add({"condition", value.truthy() ? "holds" : "does not hold",
         Json{{"at", place}, {"value", value.toJson()}}});
}

void Trace::fraction(const Fraction& fraction)
{
    Json weights = Json::array();
    std::uint32_t before = 0;
    for (const Share& share : fraction.shares) {
        weights.push_back({share.variant.toJson(), share.upTo - before});
        before = share.upTo;
    }
    Json detail{{"at", fraction.place},
                {"generation", static_cast<int>(fraction.generation)},
                {fraction.shortForm ? "targeting_key" : "value", fraction.by.toJson()},
                {"weights", std::move(weights)},
                {"total", before}};
    if (fraction.shortForm) {
        detail["flag_key"] = fraction.flagKey;
    }
    if (!fraction.hash || fraction.shares.empty()) {
        add({"fractional", whyNoBucket(fraction), std::move(detail)});
        return;
    }
    const std::uint32_t bucket = bucketOfHash(*fraction.hash, before);
    detail["hash"] = *fraction.hash;
    detail["bucket"] = bucket;
    detail["chosen"] = fraction.chosen.toJson();
    add({"fractional",
         fmt::format("bucket {} of {}: {}", bucket, before, fraction.chosen.toJson().dump()),
         std::move(detail)});
}

} // namespace sluice::flags
