// SPDX-License-Identifier: GPL-3.0-or-later
// Paths into the context, the element or the reduction, and the operators on them. `$flagd` is ours
// alone: an attribute of that name is never seen.
#include "core/flags/evaluator.h"

#include <algorithm>
#include <charconv>

namespace sluice::flags {

namespace {

constexpr std::string_view kFlagd = "$flagd";
constexpr std::uint32_t kFlagdHash = nameHash(kFlagd);

} // namespace

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
    return value.member(name);
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
    if (hash == kFlagdHash && name == kFlagd) {
        return flagd();
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
    switch (scope.kind) {
    case Scope::Kind::Element:
        return scope.current;
    case Scope::Kind::Reduction: {
        auto* pair = allocate<Member>(2);
        if (pair == nullptr) {
            return {};
        }
        pair[0] = {"accumulator", scope.accumulator};
        pair[1] = {"current", scope.current};
        return Value::ofObject(pair, 2);
    }
    case Scope::Kind::Data:
        break;
    }
    if (m_environment.context != nullptr) {
        return wholeContext();
    }
    return m_environment.data != nullptr ? Value::of(*m_environment.data) : Value{};
}

Value Evaluator::wholeContext() noexcept
{
    const Context& context = *m_environment.context;
    auto* members = allocate<Member>(context.size() + 1);
    if (members == nullptr) {
        return {};
    }
    std::uint32_t count = 0;
    members[count++] = {kFlagd, flagd()};
    for (std::size_t i = 0; i < context.size(); ++i) {
        if (const Member attribute = context.at(i); attribute.name != kFlagd) {
            members[count++] = attribute;
        }
    }
    std::sort(members, members + count,
              [](const Member& a, const Member& b) { return a.name < b.name; });
    return Value::ofObject(members, count);
}

Value Evaluator::flagd() noexcept
{
    auto* members = allocate<Member>(2);
    if (members == nullptr) {
        return {};
    }
    members[0] = {"flagKey", Value::ofText(m_environment.flagKey)};
    members[1] = {"timestamp", timestamp()};
    return Value::ofObject(members, 2);
}

Value Evaluator::timestamp() const noexcept
{
    return Value::ofNumber(static_cast<double>(m_environment.unixSeconds));
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
    auto* list = allocate<Value>(count);
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
    auto* list = allocate<Value>(names.size());
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

} // namespace sluice::flags
