// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/secondblock.h"

#include <algorithm>

namespace sluice::telemetry {

namespace {

// OpenTelemetry semantic conventions for generative AI metrics: advised bucket boundaries, in
// microseconds or tokens.
constexpr std::array<std::uint64_t, 14> kDuration{
    10'000,    20'000,    40'000,    80'000,     160'000,    320'000,    640'000,
    1'280'000, 2'560'000, 5'120'000, 10'240'000, 20'480'000, 40'960'000, 81'920'000};
constexpr std::array<std::uint64_t, 16> kTtft{
    1'000,   5'000,   10'000,  20'000,    40'000,    60'000,    80'000,    100'000,
    250'000, 500'000, 750'000, 1'000'000, 2'500'000, 5'000'000, 7'500'000, 10'000'000};
constexpr std::array<std::uint64_t, 13> kPerToken{10'000,  25'000,    50'000,   75'000,  100'000,
                                                  150'000, 200'000,   300'000,  400'000, 500'000,
                                                  750'000, 1'000'000, 2'500'000};
constexpr std::array<std::uint64_t, 14> kTokens{
    1,      4,      16,      64,        256,       1'024,      4'096,
    16'384, 65'536, 262'144, 1'048'576, 4'194'304, 16'777'216, 67'108'864};
// Our own: from a tenth of the goal for added latency to what nobody should ever see.
constexpr std::array<std::uint64_t, 11> kOverhead{50,    100,    200,    500,    1'000,  2'000,
                                                  5'000, 10'000, 20'000, 50'000, 100'000};

std::uint64_t unsignedTokens(std::int64_t tokens) noexcept
{
    return static_cast<std::uint64_t>(std::max<std::int64_t>(tokens, 0));
}

} // namespace

KeyMetrics::KeyMetrics()
    : duration(kDuration)
    , ttft(kTtft)
    , overhead(kOverhead)
    , perToken(kPerToken)
    , inputTokens(kTokens)
    , outputTokens(kTokens)
{
}

void KeyMetrics::add(const RequestRecord& record)
{
    const auto known = std::find_if(codes.begin(), codes.end(),
                                    [&](const auto& code) { return code.first == record.status; });
    if (known != codes.end()) {
        ++known->second;
    } else {
        codes.emplace_back(record.status, 1);
    }
    if (record.outcome != Outcome::ClientError && record.outcome != Outcome::Shed) {
        const Stages& stages = record.stages;
        duration.record(stages.total);
        overhead.record(stages.total - std::min(stages.total, stages.upstreamWait));
        if (record.streamed && stages.ttft > 0) {
            ttft.record(stages.ttft);
            if (record.usageKnown && record.tokens.output > 1) {
                perToken.record(stages.stream / unsignedTokens(record.tokens.output - 1));
            }
        }
    }
    if (record.usageKnown) {
        inputTokens.record(unsignedTokens(record.tokens.input + record.tokens.cachedInput +
                                          record.tokens.cacheWrite));
        outputTokens.record(unsignedTokens(record.tokens.output));
    }
}

void KeyMetrics::merge(const KeyMetrics& other)
{
    for (const auto& [status, count] : other.codes) {
        const std::uint16_t wanted = status;
        const auto known = std::find_if(codes.begin(), codes.end(),
                                        [&](const auto& code) { return code.first == wanted; });
        if (known != codes.end()) {
            known->second += count;
        } else {
            codes.emplace_back(status, count);
        }
    }
    duration.merge(other.duration);
    ttft.merge(other.ttft);
    overhead.merge(other.overhead);
    perToken.merge(other.perToken);
    inputTokens.merge(other.inputTokens);
    outputTokens.merge(other.outputTokens);
}

AggregateKeyView keyOf(const RequestRecord& record) noexcept
{
    return {record.route, record.arm,
            record.servedUnit.empty() ? record.assignedUnit : record.servedUnit, record.gateway};
}

std::size_t AggregateKeyHash::operator()(const AggregateKeyView& key) const noexcept
{
    const std::hash<std::string_view> hash;
    std::size_t result = hash(key.route);
    result = result * 31 + static_cast<std::size_t>(key.arm);
    result = result * 31 + hash(key.unit);
    return result * 31 + hash(key.gateway);
}

std::size_t AggregateKeyHash::operator()(const AggregateKey& key) const noexcept
{
    return (*this)(AggregateKeyView{key.route, key.arm, key.unit, key.gateway});
}

void SecondBlock::add(const RequestRecord& record)
{
    const AggregateKeyView view = keyOf(record);
    if (m_last == nullptr || !AggregateKeyEqual{}(m_last->first, view)) {
        auto found = keys.find(view);
        if (found == keys.end()) {
            AggregateKey key{std::string(view.route), view.arm, std::string(view.unit),
                             std::string(view.gateway)};
            found = keys.try_emplace(std::move(key)).first;
        }
        m_last = &*found; // nodes do not move when the map grows
    }
    m_last->second.sums.add(record);
    m_last->second.metrics.add(record);
    if (record.fallback == Fallback::None) {
        return;
    }
    for (FallbackCount& known : fallbacks) {
        if (known.reason == record.fallback && known.route == record.route &&
            known.unit == record.assignedUnit) {
            ++known.count;
            return;
        }
    }
    fallbacks.push_back({record.route, record.assignedUnit, record.fallback, 1});
}

} // namespace sluice::telemetry
