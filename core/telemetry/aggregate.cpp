// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/aggregate.h"

#include "core/telemetry/varint.h"

#include <algorithm>

namespace sluice::telemetry {

namespace {

constexpr char kVersion = 1;

/// The counts in the order in which they are stored.
template <typename A>
auto counts(A& sums)
{
    return std::array{&sums.requests,     &sums.retries,      &sums.errors,
                      &sums.clientErrors, &sums.clientGone,   &sums.refusals,
                      &sums.fallbacks[1], &sums.fallbacks[2], &sums.fallbacks[3],
                      &sums.fallbacks[4], &sums.unpriced};
}

template <typename A>
auto amounts(A& sums)
{
    return std::array{&sums.costMicros, &sums.inputTokens, &sums.outputTokens};
}

template <typename A>
auto histograms(A& sums)
{
    return std::array{&sums.latency, &sums.ttft, &sums.overhead};
}

Error damaged()
{
    return fail(ErrorCode::Corrupt, "these bytes are not an aggregate of a version that is known");
}

void addOutcome(const RequestRecord& record, Aggregate& sums)
{
    ++sums.requests;
    switch (record.outcome) {
    case Outcome::Ok:
        break;
    case Outcome::ProviderError:
    case Outcome::Timeout:
    case Outcome::Shed:
        ++sums.errors;
        break;
    case Outcome::ClientError:
        ++sums.clientErrors;
        break;
    case Outcome::ClientGone:
        ++sums.clientGone;
        break;
    }
    if (record.refusal) {
        ++sums.refusals;
    }
    if (record.fallback != Fallback::None) {
        ++sums.fallbacks[static_cast<std::size_t>(record.fallback)];
    }
}

void addTimes(const RequestRecord& record, Aggregate& sums)
{
    const Stages& stages = record.stages;
    sums.latency.record(stages.total);
    if (record.streamed && stages.ttft > 0) {
        sums.ttft.record(stages.ttft);
    }
    sums.overhead.record(stages.total - std::min(stages.total, stages.upstreamWait));
}

} // namespace

void Aggregate::add(const RequestRecord& record)
{
    if (record.retry) {
        ++retries;
    } else {
        addOutcome(record, *this);
    }
    if (record.outcome != Outcome::ClientError && record.outcome != Outcome::Shed) {
        addTimes(record, *this);
    }
    if (record.cost.state == units::CostState::Exact) {
        costMicros += record.cost.micros;
    } else if (!record.servedUnit.empty()) {
        ++unpriced;
    }
    inputTokens += record.tokens.input + record.tokens.cachedInput + record.tokens.cacheWrite;
    outputTokens += record.tokens.output;
}

void Aggregate::merge(const Aggregate& other)
{
    const auto mineCounts = counts(*this);
    const auto otherCounts = counts(other);
    for (std::size_t i = 0; i < mineCounts.size(); ++i) {
        *mineCounts[i] += *otherCounts[i];
    }
    const auto mineAmounts = amounts(*this);
    const auto otherAmounts = amounts(other);
    for (std::size_t i = 0; i < mineAmounts.size(); ++i) {
        *mineAmounts[i] += *otherAmounts[i];
    }
    latency.merge(other.latency);
    ttft.merge(other.ttft);
    overhead.merge(other.overhead);
}

std::string Aggregate::encode() const
{
    std::string out(1, kVersion);
    for (const std::uint64_t* count : counts(*this)) {
        putVarint(*count, out);
    }
    for (const std::int64_t* amount : amounts(*this)) {
        putSignedVarint(*amount, out);
    }
    for (const Histogram* histogram : histograms(*this)) {
        const std::string bytes = histogram->encode();
        putVarint(bytes.size(), out);
        out += bytes;
    }
    return out;
}

Result<Aggregate> Aggregate::decode(std::string_view bytes)
{
    if (bytes.empty() || bytes.front() != kVersion) {
        return damaged();
    }
    bytes.remove_prefix(1);
    Aggregate result;
    for (std::uint64_t* count : counts(result)) {
        if (!takeVarint(bytes, *count)) {
            return damaged();
        }
    }
    for (std::int64_t* amount : amounts(result)) {
        if (!takeSignedVarint(bytes, *amount)) {
            return damaged();
        }
    }
    for (Histogram* histogram : histograms(result)) {
        std::uint64_t size = 0;
        if (!takeVarint(bytes, size) || size > bytes.size()) {
            return damaged();
        }
        auto decoded = Histogram::decode(bytes.substr(0, static_cast<std::size_t>(size)));
        if (!decoded) {
            return decoded.error();
        }
        *histogram = *std::move(decoded);
        bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    if (!bytes.empty()) {
        return damaged();
    }
    return result;
}

} // namespace sluice::telemetry
