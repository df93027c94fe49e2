// SPDX-License-Identifier: GPL-3.0-or-later
// JsonLogic's operators on text and arrays.
#include "core/flags/evaluatortext.h"

#include <algorithm>
#include <cmath>

namespace sluice::flags {

namespace {

bool continues(char c) noexcept
{
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// The byte at which code point `index` of UTF-8 text starts; its size beyond the end.
std::size_t byteOf(std::string_view text, std::size_t index) noexcept
{
    std::size_t byte = 0;
    for (; byte < text.size() && index != 0; --index) {
        do {
            ++byte;
        } while (byte < text.size() && continues(text[byte]));
    }
    return byte;
}

std::size_t codePoints(std::string_view text) noexcept
{
    return text.size() -
           static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues));
}

} // namespace

Value Evaluator::cat(const Node& node, const Scope& scope) noexcept
{
    const Items given = items(node, scope);
    Text out(*this);
    for (std::size_t i = 0; i < given.size(); ++i) {
        out.append(given.at(i));
    }
    return Value::ofText(out.view());
}

Value Evaluator::substring(const Node& node, const Scope& scope) noexcept
{
    const Value source = operand(node, 0, scope);
    Text converted(*this);
    if (!source.isText()) {
        converted.append(source);
    }
    const std::string_view text = source.isText() ? source.text() : converted.view();
    const auto size = static_cast<double>(codePoints(text));
    double start = std::trunc(operand(node, 1, scope).toNumber());
    double length = node.count > 2 ? std::trunc(operand(node, 2, scope).toNumber()) : size;
    if (std::isnan(start) || std::isnan(length)) {
        return raise(Fault::NotANumber);
    }
    start = std::clamp(start < 0 ? size + start : start, 0.0, size);
    const double end = std::clamp(length < 0 ? size + length : start + length, start, size);
    const std::size_t from = byteOf(text, static_cast<std::size_t>(start));
    const std::size_t bytes = byteOf(text.substr(from), static_cast<std::size_t>(end - start));
    return Value::ofText(text.substr(from, bytes));
}

Value Evaluator::in(const Node& node, const Scope& scope) noexcept
{
    const Value needle = operand(node, 0, scope);
    const Value hay = operand(node, 1, scope);
    if (hay.isText()) {
        return Value::ofBool(needle.isText() &&
                             hay.text().find(needle.text()) != std::string_view::npos);
    }
    for (std::size_t i = 0; i < hay.size(); ++i) {
        if (hay.at(i).strictlyEquals(needle)) {
            return Value::ofBool(true);
        }
    }
    return Value::ofBool(false);
}

Value Evaluator::merge(const Node& node, const Scope& scope) noexcept
{
    const Items given = items(node, scope);
    auto* parts = allocate<Value>(given.size());
    if (parts == nullptr) {
        return {};
    }
    std::size_t total = 0;
    for (std::size_t i = 0; i < given.size(); ++i) {
        parts[i] = given.at(i);
        total += parts[i].isArray() ? parts[i].size() : 1;
    }
    auto* list = allocate<Value>(total);
    if (list == nullptr) {
        return {};
    }
    Value* next = list;
    for (std::size_t i = 0; i < given.size(); ++i) {
        if (!parts[i].isArray()) {
            *next++ = parts[i];
        }
        for (std::size_t j = 0; j < parts[i].size(); ++j) {
            *next++ = parts[i].at(j);
        }
    }
    return Value::ofList(list, static_cast<std::uint32_t>(total));
}

Value Evaluator::select(const Node& node, const Scope& scope) noexcept
{
    const Value source = operand(node, 0, scope);
    auto* list = allocate<Value>(source.size());
    if (list == nullptr) {
        return {};
    }
    std::uint32_t kept = 0;
    for (std::size_t i = 0; i < source.size() && m_fault == Fault::None; ++i) {
        const Scope element{Scope::Kind::Element, source.at(i), {}};
        const Value made = operand(node, 1, element);
        if (node.op == Op::Map) {
            list[kept++] = made;
        } else if (made.truthy()) {
            list[kept++] = element.current;
        }
    }
    return Value::ofList(list, kept);
}

Value Evaluator::reduce(const Node& node, const Scope& scope) noexcept
{
    const Value source = operand(node, 0, scope);
    std::size_t i = 0;
    Scope pair{Scope::Kind::Reduction, {}, operand(node, 2, scope)};
    if (node.count < 3 && source.size() != 0) {
        pair.accumulator = source.at(i++);
    }
    for (; i < source.size() && m_fault == Fault::None; ++i) {
        pair.current = source.at(i);
        pair.accumulator = operand(node, 1, pair);
    }
    return pair.accumulator;
}

Value Evaluator::quantify(const Node& node, const Scope& scope) noexcept
{
    const Value source = operand(node, 0, scope);
    if (!source.isArray()) {
        return raise(Fault::InvalidArguments);
    }
    const bool sought = node.op != Op::All; // the truth that decides before the end
    for (std::size_t i = 0; i < source.size() && m_fault == Fault::None; ++i) {
        const Scope element{Scope::Kind::Element, source.at(i), {}};
        if (operand(node, 1, element).truthy() == sought) {
            return Value::ofBool(node.op == Op::Some);
        }
    }
    return Value::ofBool(node.op == Op::None || (node.op == Op::All && source.size() != 0));
}

} // namespace sluice::flags
