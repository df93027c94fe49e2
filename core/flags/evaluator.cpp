// SPDX-License-Identifier: GPL-3.0-or-later
// The walk itself, paths, and the operators on scalars. Text and arrays: arrayoperators.cpp;
// flagd's own: flagdoperators.cpp. Coercions follow JsonLogic's compatibility tables where
// JavaScript engines differ.
#include "core/flags/evaluator.h"

#include <charconv>
#include <cmath>

namespace sluice::flags {

namespace {

constexpr std::uint32_t kMaxSteps = 100'000;
constexpr std::size_t kMaxBytes = std::size_t{1} << 20U;

bool isScalar(Value value) noexcept
{
    return value.kind() != Value::Kind::Tree && value.kind() != Value::Kind::List;
}

} // namespace

Value Evaluator::raise(Fault fault) noexcept
{
    if (m_fault == Fault::None) {
        m_fault = fault;
    }
    return {};
}

bool Evaluator::afford(std::size_t bytes) noexcept
{
    m_bytes += bytes;
    if (m_bytes > kMaxBytes) {
        raise(Fault::TooComplex);
        return false;
    }
    return true;
}

Value* Evaluator::allocate(std::size_t count) noexcept
{
    if (!afford(count * sizeof(Value))) {
        return nullptr;
    }
    auto* items = static_cast<Value*>(m_arena.allocate(count * sizeof(Value), alignof(Value)));
    std::uninitialized_default_construct_n(items, count);
    return items;
}

char* Evaluator::allocateText(std::size_t bytes) noexcept
{
    return afford(bytes) ? static_cast<char*>(m_arena.allocate(bytes, 1)) : nullptr;
}

Value Evaluator::operand(const Node& node, std::uint32_t number, const Scope& scope) noexcept
{
    return number < node.count ? eval(m_program.edges[node.first + number], scope) : Value{};
}

Evaluator::Items Evaluator::items(const Node& node, const Scope& scope) noexcept
{
    Items items{*this, node, scope, std::nullopt};
    if (node.spread) {
        const Value only = operand(node, 0, scope);
        if (only.isArray()) {
            items.spread = only;
        } else if (Value* one = allocate(1); one != nullptr) { // evaluated once: not again by at(0)
            *one = only;
            items.spread = Value::ofList(one, 1);
        }
    }
    return items;
}

Value Evaluator::eval(std::uint32_t index, const Scope& scope) noexcept
{
    const Node& node = m_program.nodes[index];
    if (node.op == Op::Constant) {
        return node.constant;
    }
    if (m_fault != Fault::None || ++m_steps > kMaxSteps) {
        return raise(Fault::TooComplex);
    }
    switch (node.op) {
    case Op::Var:
        return var(node, scope);
    case Op::Missing:
        return missing(node, scope);
    case Op::MissingSome:
        return missingSome(node, scope);
    case Op::Equal:
    case Op::NotEqual:
    case Op::StrictEqual:
    case Op::StrictNotEqual:
    case Op::Less:
    case Op::LessOrEqual:
    case Op::Greater:
    case Op::GreaterOrEqual:
        return compare(node, scope);
    case Op::Not:
        return Value::ofBool(!operand(node, 0, scope).truthy());
    case Op::Truth:
        return Value::ofBool(operand(node, 0, scope).truthy());
    case Op::And:
    case Op::Or:
        return logic(node, scope);
    case Op::If:
        return choose(node, scope);
    case Op::Add:
    case Op::Subtract:
    case Op::Multiply:
    case Op::Divide:
    case Op::Modulo:
    case Op::Max:
    case Op::Min:
        return arithmetic(node, scope);
    default:
        return evalMore(node, scope);
    }
}

/// The operators on text and arrays, and flagd's.
Value Evaluator::evalMore(const Node& node, const Scope& scope) noexcept
{
    switch (node.op) {
    case Op::Array:
        return evalList(node, scope);
    case Op::Cat:
        return cat(node, scope);
    case Op::Substring:
        return substring(node, scope);
    case Op::In:
        return in(node, scope);
    case Op::Merge:
        return merge(node, scope);
    case Op::Map:
    case Op::Filter:
        return select(node, scope);
    case Op::Reduce:
        return reduce(node, scope);
    case Op::All:
    case Op::None:
    case Op::Some:
        return quantify(node, scope);
    case Op::Fractional:
        return fractional(node, scope);
    case Op::FractionalTable:
        return fractionalTable(node, scope);
    case Op::SemVer:
        return semVer(node, scope);
    case Op::StartsWith:
    case Op::EndsWith:
        return affix(node, scope);
    default: // eval()'s
        return {};
    }
}

Value Evaluator::evalList(const Node& node, const Scope& scope) noexcept
{
    Value* list = allocate(node.count);
    if (list == nullptr) {
        return {};
    }
    for (std::uint32_t i = 0; i < node.count; ++i) {
        list[i] = operand(node, i, scope);
    }
    return Value::ofList(list, node.count);
}

// ---- paths

std::optional<Value> Evaluator::step(Value value, std::string_view name) noexcept
{
    if (value.isArray()) {
        std::size_t index = 0;
        const auto end = std::from_chars(name.data(), name.data() + name.size(), index);
        if (end.ec != std::errc{} || end.ptr != name.data() + name.size() ||
            index >= value.size()) {
            return std::nullopt;
        }
        return value.at(index);
    }
    if (value.kind() == Value::Kind::Tree) {
        const auto member = value.tree().find(name);
        if (member != value.tree().end()) {
            return Value::of(*member);
        }
    }
    return std::nullopt;
}

std::optional<Value> Evaluator::first(std::string_view name, std::uint32_t hash,
                                      const Scope& scope) noexcept
{
    switch (scope.kind) {
    case Scope::Kind::Element:
        return step(scope.current, name);
    case Scope::Kind::Reduction:
        if (name == "current") {
            return scope.current;
        }
        return name == "accumulator" ? std::optional(scope.accumulator) : std::nullopt;
    case Scope::Kind::Data:
        break;
    }
    if (m_environment.context != nullptr) {
        return m_environment.context->find(name, hash);
    }
    return m_environment.data != nullptr ? step(Value::of(*m_environment.data), name)
                                         : std::nullopt;
}

std::optional<Value> Evaluator::resolve(const Path& path, const Scope& scope) noexcept
{
    if (path.empty()) {
        return whole(scope);
    }
    if (path.size() == 2 && path[0].name == "$flagd") {
        return path[1].name == "flagKey"
                   ? Value::ofText(m_environment.flagKey)
                   : Value::ofNumber(static_cast<double>(m_environment.unixSeconds));
    }
    auto value = first(path[0].name, path[0].hash, scope);
    for (std::size_t i = 1; i < path.size() && value; ++i) {
        value = step(*value, path[i].name);
    }
    return value;
}

std::optional<Value> Evaluator::resolveText(Value path, const Scope& scope) noexcept
{
    char digits[32];
    std::string_view text = path.isNumber() ? formatNumber(path.number(), digits) : path.text();
    if (path.isNull() || (path.isText() && text.empty())) {
        return whole(scope);
    }
    if (!path.isText() && !path.isNumber()) {
        return std::nullopt;
    }
    if (text == "$flagd.flagKey") {
        return Value::ofText(m_environment.flagKey);
    }
    if (text == "$flagd.timestamp") {
        return Value::ofNumber(static_cast<double>(m_environment.unixSeconds));
    }
    std::optional<Value> value;
    for (bool isFirst = true;; isFirst = false) {
        const auto dot = text.find('.');
        const std::string_view name = text.substr(0, dot);
        value = isFirst ? first(name, nameHash(name), scope) : step(*value, name);
        if (!value || dot == std::string_view::npos) {
            return value;
        }
        text.remove_prefix(dot + 1);
    }
}

Value Evaluator::whole(const Scope& scope) noexcept
{
    if (scope.kind != Scope::Kind::Data) {
        return scope.kind == Scope::Kind::Element ? scope.current : Value{};
    }
    if (m_environment.context == nullptr) {
        return m_environment.data != nullptr ? Value::of(*m_environment.data) : Value{};
    }
    if (!m_whole) {
        m_whole = std::make_unique<Json>(m_environment.context->toJson());
    }
    return Value::of(*m_whole);
}

Value Evaluator::var(const Node& node, const Scope& scope) noexcept
{
    const auto value = node.extra == kDynamic ? resolveText(operand(node, 0, scope), scope)
                                              : resolve(m_program.paths[node.extra], scope);
    return value ? *value : operand(node, 1, scope);
}

bool Evaluator::isMissing(Value path, const Scope& scope) noexcept
{
    const auto value = resolveText(path, scope);
    return !value || value->isNull() || (value->isText() && value->text().empty());
}

Value Evaluator::missing(const Node& node, const Scope& scope) noexcept
{
    const Items given = items(node, scope);
    const Value head = given.size() != 0 ? given.at(0) : Value{};
    const std::size_t count = head.isArray() ? head.size() : given.size();
    Value* list = allocate(count);
    if (list == nullptr) {
        return {};
    }
    std::uint32_t found = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const Value name = head.isArray() ? head.at(i) : given.at(i);
        if (isMissing(name, scope)) {
            list[found++] = name;
        }
    }
    return Value::ofList(list, found);
}

Value Evaluator::missingSome(const Node& node, const Scope& scope) noexcept
{
    const double needed = operand(node, 0, scope).toNumber();
    const Value names = operand(node, 1, scope);
    Value* list = allocate(names.size());
    if (list == nullptr) {
        return {};
    }
    std::uint32_t absent = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (isMissing(names.at(i), scope)) {
            list[absent++] = names.at(i);
        }
    }
    const bool enough = static_cast<double>(names.size() - absent) >= needed;
    return Value::ofList(list, enough ? 0 : absent);
}

// ---- scalars

bool Evaluator::holds(Op op, Value left, Value right) noexcept
{
    if (op == Op::StrictEqual || op == Op::StrictNotEqual) {
        return left.strictlyEquals(right) == (op == Op::StrictEqual);
    }
    int order = 0;
    if (left.isText() && right.isText()) {
        if (op == Op::Equal || op == Op::NotEqual) { // most often settled by the sizes
            return (left.text() == right.text()) == (op == Op::Equal);
        }
        order = left.text().compare(right.text());
    } else {
        const double a = left.toNumber();
        const double b = right.toNumber();
        if (std::isnan(a) || std::isnan(b)) {
            // Nothing set is simply not equal to, nor less than, some word; a number against a word
            // is a mistake.
            if (!((left.isNull() && isScalar(right)) || (right.isNull() && isScalar(left)))) {
                raise(Fault::NotANumber);
            }
            return op == Op::NotEqual;
        }
        order = static_cast<int>(a > b) - static_cast<int>(a < b);
    }
    switch (op) {
    case Op::Equal:
        return order == 0;
    case Op::NotEqual:
        return order != 0;
    case Op::Less:
        return order < 0;
    case Op::LessOrEqual:
        return order <= 0;
    case Op::Greater:
        return order > 0;
    default:
        return order >= 0;
    }
}

Value Evaluator::compare(const Node& node, const Scope& scope) noexcept
{
    if (!node.spread && node.count == 2) { // nearly all of them
        const Value left = operand(node, 0, scope);
        return Value::ofBool(holds(node.op, left, operand(node, 1, scope)));
    }
    const Items given = items(node, scope);
    if (given.size() < 2) {
        return raise(Fault::InvalidArguments);
    }
    Value left = given.at(0);
    for (std::size_t i = 1; i < given.size(); ++i) {
        const Value right = given.at(i);
        if (!holds(node.op, left, right)) {
            return Value::ofBool(false);
        }
        left = right;
    }
    return Value::ofBool(true);
}

Value Evaluator::logic(const Node& node, const Scope& scope) noexcept
{
    Value last = Value::ofBool(false);
    for (std::uint32_t i = 0; i < node.count; ++i) {
        last = operand(node, i, scope);
        if (last.truthy() == (node.op == Op::Or)) {
            break;
        }
    }
    return last;
}

Value Evaluator::choose(const Node& node, const Scope& scope) noexcept
{
    std::uint32_t i = 0;
    for (; i + 1 < node.count; i += 2) {
        if (operand(node, i, scope).truthy()) {
            return operand(node, i + 1, scope);
        }
    }
    return operand(node, i, scope);
}

Value Evaluator::arithmetic(const Node& node, const Scope& scope) noexcept
{
    const Items given = items(node, scope);
    if (given.size() == 0) {
        return node.op == Op::Add || node.op == Op::Multiply
                   ? Value::ofNumber(node.op == Op::Multiply ? 1 : 0)
                   : raise(Fault::InvalidArguments);
    }
    double sum = given.at(0).toNumber();
    if (given.size() == 1) {
        if (node.op == Op::Modulo) {
            return raise(Fault::InvalidArguments);
        }
        sum = node.op == Op::Subtract ? -sum : node.op == Op::Divide ? 1 / sum : sum;
    }
    for (std::size_t i = 1; i < given.size(); ++i) {
        const double next = given.at(i).toNumber();
        switch (node.op) {
        case Op::Add:
            sum += next;
            break;
        case Op::Subtract:
            sum -= next;
            break;
        case Op::Multiply:
            sum *= next;
            break;
        case Op::Divide:
            sum /= next;
            break;
        case Op::Modulo:
            sum = std::fmod(sum, next);
            break;
        case Op::Max:
            sum = std::isnan(next) || next > sum ? next : sum;
            break;
        default:
            sum = std::isnan(next) || next < sum ? next : sum;
            break;
        }
    }
    return std::isfinite(sum) ? Value::ofNumber(sum) : raise(Fault::NotANumber);
}

} // namespace sluice::flags
