// SPDX-License-Identifier: GPL-3.0-or-later
// flagd's operators: null on bad input, never a fault. `fractional` is generation 2: murmur3 (x86,
// 32 bits, seed 0) of the UTF-8 bytes, bucket = (hash * total weight) >> 32. Where implementations
// differ, a missing or non-text bucketing value gives null; a targetingKey that is a number is
// written out as JavaScript does.
#include "core/base/semver.h"
#include "core/flags/evaluator.h"
#include "core/flags/fractional.h"
#include "core/flags/murmur3.h"

#include <cmath>

namespace sluice::flags {

namespace {

constexpr double kMaxWeight = 2147483647.0; // of all buckets together

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

} // namespace

std::optional<std::uint32_t> Evaluator::fractionHash(std::optional<Value> bucketBy) noexcept
{
    if (bucketBy) {
        return bucketBy->isText() ? std::optional(murmur3(bucketBy->text())) : std::nullopt;
    }
    static constexpr std::string_view kName = "targetingKey";
    static constexpr std::uint32_t kHash = nameHash(kName);
    const auto key = first(kName, kHash, Scope{});
    if (!key || !(key->isNumber() || (key->isText() && !key->text().empty()))) {
        return std::nullopt;
    }
    char digits[32];
    return murmur3(m_environment.flagKey,
                   key->isText() ? key->text() : formatNumber(key->number(), digits));
}

Value Evaluator::fractionalTable(const Node& node, const Scope& scope) noexcept
{
    const auto hash =
        fractionHash(node.count == 0 ? std::nullopt : std::optional(operand(node, 0, scope)));
    if (!hash) {
        return {};
    }
    const FractionTable& table = m_program.tables[node.extra];
    const std::uint32_t bucket = bucketOfHash(*hash, table.total);
    std::size_t i = 0;
    while (table.cumulative[i] <= bucket) {
        ++i;
    }
    return table.variants[i];
}

Value Evaluator::fractional(const Node& node, const Scope& scope) noexcept
{
    const Value given = node.spread ? operand(node, 0, scope) : evalList(node, scope);
    if (given.size() == 0) {
        return {};
    }
    const Value head = given.at(0);
    const std::size_t begin = head.isText() ? 1 : 0;
    const auto hash = fractionHash(head.isText() ? std::optional(head) : std::nullopt);
    double total = 0;
    for (std::size_t i = begin; i < given.size(); ++i) {
        const Value bucket = given.at(i);
        const auto weight =
            bucket.size() == 1 || bucket.size() == 2 ? weightOf(bucket) : std::nullopt;
        if (!weight || (bucket.at(0).kind() == Value::Kind::Tree ||
                        bucket.at(0).kind() == Value::Kind::List)) {
            return {};
        }
        total += *weight;
    }
    if (!hash || total <= 0 || total > kMaxWeight) {
        return {};
    }
    const std::uint32_t at = bucketOfHash(*hash, static_cast<std::uint32_t>(total));
    double sum = 0;
    for (std::size_t i = begin; i < given.size(); ++i) {
        sum += *weightOf(given.at(i));
        if (at < sum) {
            return given.at(i).at(0);
        }
    }
    return {};
}

Value Evaluator::semVer(const Node& node, const Scope& scope) noexcept
{
    Text left(*this);
    Text right(*this);
    const Value a = operand(node, 0, scope);
    const Value op = operand(node, 1, scope);
    const Value b = operand(node, 2, scope);
    if (!(a.isText() || a.isNumber()) || !op.isText() || !(b.isText() || b.isNumber())) {
        return {};
    }
    left.append(a);
    right.append(b);
    const auto x = SemanticVersion::parseLoosely(left.view());
    const auto y = SemanticVersion::parseLoosely(right.view());
    if (!x || !y) {
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
