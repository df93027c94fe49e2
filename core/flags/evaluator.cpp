// SPDX-License-Identifier: GPL-3.0-or-later
// The walk itself. Paths: pathoperators.cpp; comparison, logic and arithmetic: scalaroperators.cpp;
// text and arrays: arrayoperators.cpp; flagd's own: flagdoperators.cpp.
#include "core/flags/evaluator.h"

#include <memory>

namespace sluice::flags {

namespace {

constexpr std::uint32_t kMaxSteps = 100'000;

}

Value Evaluator::raise(Fault fault) noexcept
{
    if (m_fault == Fault::None) {
        m_fault = fault;
    }
    return {};
}

void* Evaluator::take(std::size_t bytes, std::size_t alignment) noexcept
{
    void* place = m_room.data();
    std::size_t left = m_room.size();
    if (std::align(alignment, bytes, place, left) == nullptr) {
        m_outOfRoom = true;
        raise(Fault::TooComplex);
        return nullptr;
    }
    m_room = m_room.last(left - bytes);
    return place;
}

std::string_view Evaluator::placeOf(const Node& node) const noexcept
{
    const auto index = static_cast<std::size_t>(&node - m_program.nodes.data());
    return index < m_program.places.size() ? std::string_view(m_program.places[index])
                                           : std::string_view{};
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
        } else if (auto* one = allocate<Value>(1); one != nullptr) {
            *one = only; // evaluated once: not again by at(0)
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
    case Op::FlagKey:
        return Value::ofText(m_environment.flagKey);
    case Op::Timestamp:
        return timestamp();
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
    auto* list = allocate<Value>(node.count);
    if (list == nullptr) {
        return {};
    }
    for (std::uint32_t i = 0; i < node.count; ++i) {
        list[i] = operand(node, i, scope);
    }
    return Value::ofList(list, node.count);
}

} // namespace sluice::flags
