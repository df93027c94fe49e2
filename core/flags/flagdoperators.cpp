// SPDX-License-Identifier: GPL-3.0-or-later
// flagd's operators: null on bad input, never a fault. Where implementations of `fractional`
// differ, a missing bucketing value gives null, and in generation 2 so does one that is no text,
// while a targetingKey that is a number is written out as JavaScript does.
#include "core/base/semver.h"
#include "core/flags/evaluator.h"
#include "core/flags/trace.h"

#include <cmath>

namespace sluice::flags {

namespace {

/// A bucket's weight; nothing if it is not a whole number. Negative ones count as 0.
std::optional<double> weightOf(Value bucket) noexcept
{
    if (bucket.size() == 1) {
        return 1;
    }
    const Value weight = bucket.at(1);
    if (!weight.isNumber() || std::trunc(weight.number()) != weight.number()) {
        return std::nullopt;
    }
    return std::max(weight.number(), 0.0);
}

/// The version that text or a number is; a view of the value, or of `digits`.
std::optional<SemanticVersion> versionOf(const Value& value, char (&digits)[32]) noexcept
{
    if (value.isNumber()) {
        return SemanticVersion::parseLoosely(formatNumber(value.number(), digits));
    }
    return value.isText() ? SemanticVersion::parseLoosely(value.text()) : std::nullopt;
}

} // namespace

/// What is hashed, and its hash if it can be.
struct Evaluator::Bucketing
{
    Value by;
    bool shortForm = false;
    std::optional<std::uint32_t> hash;
};

/// Of an explicit value, or of the flag's name and the targetingKey.
Evaluator::Bucketing Evaluator::bucketing(std::optional<Value> value) noexcept
{
    const bool v2 = m_program.generation == Generation::V2;
    if (value) {
        if (value->isText()) {
            return {*value, false,
                    v2 ? fractionalHashV2(value->text()) : fractionalHashV3(value->text())};
        }
        return {*value, false, v2 ? std::nullopt : fractionalHashV3(*value)};
    }
    static constexpr std::string_view kName = "targetingKey";
    static constexpr std::uint32_t kHash = nameHash(kName);
    const auto key = first(kName, kHash, Scope{});
    Bucketing out{key.value_or(Value{}), true, std::nullopt};
    char digits[32];
    if (key && key->isText() && !key->text().empty()) {
        out.hash = fractionalHash(m_program.generation, m_environment.flagKey, key->text());
    } else if (key && key->isNumber() && v2) {
        out.hash = fractionalHashV2(m_environment.flagKey, formatNumber(key->number(), digits));
    }
    return out;
}

Value Evaluator::pick(const Node& node, const Bucketing& by, std::span<const Share> shares) noexcept
{
    Value chosen;
    if (by.hash && !shares.empty()) {
        const std::uint32_t bucket = bucketOfHash(*by.hash, shares.back().upTo);
        const Share* share = shares.data();
        while (share->upTo <= bucket) {
            ++share;
        }
        chosen = share->variant;
    }
    if (m_trace != nullptr) {
        m_trace->fraction({placeOf(node), m_program.generation, m_environment.flagKey, by.by,
                           by.shortForm, by.hash, shares, chosen});
    }
    return chosen;
}

Value Evaluator::fractionalTable(const Node& node, const Scope& scope) noexcept
{
    const FractionTable& table = m_program.tables[node.extra];
    if (table.shortForm) {
        return pick(node, bucketing(std::nullopt), table.shares);
    }
    const Value value = operand(node, 0, scope);
    return value.isArray() ? fractional(node, scope) // it is a bucket, not what to bucket by
                           : pick(node, bucketing(value), table.shares);
}

/// The buckets from `begin` on; none unless all of them are right and weigh something together.
std::span<const Share> Evaluator::sharesOf(Value given, std::size_t begin) noexcept
{
    const std::size_t count = given.size() - begin;
    auto* shares = allocate<Share>(count);
    if (shares == nullptr) {
        return {};
    }
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const Value bucket = given.at(begin + i);
        const auto weight =
            bucket.size() == 1 || bucket.size() == 2 ? weightOf(bucket) : std::nullopt;
        if (!weight || !bucket.at(0).isScalar() || sum + *weight > kMaxWeights) {
            return {};
        }
        sum += *weight;
        shares[i] = {bucket.at(0), static_cast<std::uint32_t>(sum)};
    }
    return sum > 0 ? std::span<const Share>(shares, count) : std::span<const Share>{};
}

Value Evaluator::fractional(const Node& node, const Scope& scope) noexcept
{
    const Value given = node.spread ? operand(node, 0, scope) : evalList(node, scope);
    if (given.size() == 0) {
        return {};
    }
    const Value head = given.at(0);
    // Generation 2 takes nothing but text before the buckets, generation 3 all but arrays.
    const bool isExplicit =
        m_program.generation == Generation::V2 ? head.isText() : !head.isArray();
    return pick(node, bucketing(isExplicit ? std::optional(head) : std::nullopt),
                sharesOf(given, isExplicit ? 1 : 0));
}

Value Evaluator::semVer(const Node& node, const Scope& scope) noexcept
{
    const Value left = operand(node, 0, scope);
    const Value op = operand(node, 1, scope);
    const Value right = operand(node, 2, scope);
    char leftDigits[32];
    char rightDigits[32];
    const auto x = versionOf(left, leftDigits);
    const auto y = versionOf(right, rightDigits);
    if (!x || !y || !op.isText()) {
        return {};
    }
    const int order = sluice::compare(*x, *y);
    const bool sameMajor = x->numbers[0] == y->numbers[0];
    const std::string_view sign = op.text();
    if (sign == "^" || sign == "~") { // flagd: sameness only, no order
        return Value::ofBool(sameMajor && (sign == "^" || x->numbers[1] == y->numbers[1]));
    }
    if (sign == "=" || sign == "!=") {
        return Value::ofBool((order == 0) == (sign == "="));
    }
    if (sign == "<" || sign == "<=") {
        return Value::ofBool(order < 0 || (order == 0 && sign == "<="));
    }
    if (sign == ">" || sign == ">=") {
        return Value::ofBool(order > 0 || (order == 0 && sign == ">="));
    }
    return {};
}

Value Evaluator::affix(const Node& node, const Scope& scope) noexcept
{
    const Value text = operand(node, 0, scope);
    const Value part = operand(node, 1, scope);
    if (!text.isText() || !part.isText()) {
        return {};
    }
    return Value::ofBool(node.op == Op::StartsWith ? text.text().starts_with(part.text())
                                                   : text.text().ends_with(part.text()));
}

} // namespace sluice::flags
