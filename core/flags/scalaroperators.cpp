// SPDX-License-Identifier: GPL-3.0-or-later
// Comparison, logic and arithmetic. Coercions follow JsonLogic's compatibility tables where
// JavaScript engines differ.
#include "core/flags/evaluator.h"
#include "core/flags/trace.h"

#include <cmath>

namespace sluice::flags {

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
            if (!((left.isNull() && right.isScalar()) || (right.isNull() && left.isScalar()))) {
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
        const Value condition = operand(node, i, scope);
        if (m_trace != nullptr) {
            m_trace->condition(placeOf(m_program.nodes[m_program.edges[node.first + i]]),
                               condition);
        }
        if (condition.truthy()) {
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
