// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/aggregate.h"

#include "core/telemetry/varint.h"

#include <algorithm>

namespace sluice::telemetry {

namespace {

constexpr char kVersion = 2;
/// As 2, but with one amount of money in no matter which currency in place of the amounts.
constexpr char kOneCurrencyVersion = 1;
constexpr std::uint64_t kMostCurrencies = 200; // there are about 180

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
auto tokens(A& sums)
{
    return std::array{&sums.inputTokens, &sums.outputTokens};
}

template <typename A>
auto histograms(A& sums)
{
    return std::array{&sums.latency, &sums.ttft, &sums.overhead};
}

void encodeCost(const units::Money& cost, std::string& out)
{
    putVarint(cost.amounts().size(), out);
    for (const units::Money::Amount& amount : cost.amounts()) {
        putVarint(amount.currency.size(), out);
        out += amount.currency;
        putSignedVarint(amount.micros, out);
    }
}

bool takeText(std::string_view& bytes, std::string_view& out)
{
    std::uint64_t size = 0;
    if (!takeVarint(bytes, size) || size > bytes.size()) {
        return false;
    }
    out = bytes.substr(0, static_cast<std::size_t>(size));
    bytes.remove_prefix(static_cast<std::size_t>(size));
    return true;
}

bool takeCost(std::string_view& bytes, char version, units::Money& cost)
{
    std::int64_t micros = 0;
    if (version == kOneCurrencyVersion) {
        const bool taken = takeSignedVarint(bytes, micros);
        if (micros != 0) {
            cost.add({}, micros);
        }
        return taken;
    }
    std::uint64_t count = 0;
    if (!takeVarint(bytes, count) || count > kMostCurrencies) {
        return false;
    }
    for (; count > 0; --count) {
        std::string_view currency;
        const bool taken = takeText(bytes, currency) && takeSignedVarint(bytes, micros);
        const auto& before = cost.amounts();
        if (!taken || (!before.empty() && before.back().currency >= currency)) {
            return false;
        }
        cost.add(currency, micros);
    }
    return true;
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
        if (record.cost.micros != 0) { // nothing to pay has no currency
            cost.add(record.cost.currency, record.cost.micros);
        }
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
    cost.add(other.cost);
    inputTokens += other.inputTokens;
    outputTokens += other.outputTokens;
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
    encodeCost(cost, out);
    for (const std::int64_t* count : tokens(*this)) {
        putSignedVarint(*count, out);
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
    if (bytes.empty() || (bytes.front() != kVersion && bytes.front() != kOneCurrencyVersion)) {
        return damaged();
    }
    const char version = bytes.front();
    bytes.remove_prefix(1);
    Aggregate result;
    for (std::uint64_t* count : counts(result)) {
        if (!takeVarint(bytes, *count)) {
            return damaged();
        }
    }
    if (!takeCost(bytes, version, result.cost)) {
        return damaged();
    }
    for (std::int64_t* count : tokens(result)) {
        if (!takeSignedVarint(bytes, *count)) {
            return damaged();
        }
    }
    for (Histogram* histogram : histograms(result)) {
        std::string_view text;
        if (!takeText(bytes, text)) {
            return damaged();
        }
        auto decoded = Histogram::decode(text);
        if (!decoded) {
            return decoded.error();
        }
        *histogram = *std::move(decoded);
    }
    if (!bytes.empty()) {
        return damaged();
    }
    return result;
}

} // namespace sluice::telemetry
