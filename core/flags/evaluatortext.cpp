// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/flags/evaluatortext.h"

#include <algorithm>
#include <cstring>

namespace sluice::flags {

void Evaluator::Text::append(std::string_view text) noexcept
{
    if (m_size + text.size() > m_capacity) {
        const std::size_t capacity = std::max<std::size_t>(64, 2 * (m_size + text.size()));
        char* data = m_evaluator.allocate<char>(capacity);
        if (data == nullptr) {
            return; // the evaluation has failed
        }
        if (m_size != 0) {
            std::memcpy(data, m_data, m_size);
        }
        m_data = data;
        m_capacity = capacity;
    }
    if (!text.empty()) {
        std::memcpy(m_data + m_size, text.data(), text.size());
        m_size += text.size();
    }
}

void Evaluator::Text::append(const Value& value) noexcept
{
    char digits[32];
    switch (value.kind()) {
    case Value::Kind::Null:
        return;
    case Value::Kind::Bool:
        return append(value.boolean() ? std::string_view("true") : std::string_view("false"));
    case Value::Kind::Number:
        return append(formatNumber(value.number(), digits));
    case Value::Kind::Text:
        return append(value.text());
    case Value::Kind::Tree:
    case Value::Kind::List:
    case Value::Kind::Object:
        break;
    }
    if (!value.isArray()) {
        return append(std::string_view("[object Object]"));
    }
    for (std::size_t i = 0; i < value.size(); ++i) {
        append(i == 0 ? std::string_view{} : std::string_view(","));
        append(value.at(i));
    }
}

} // namespace sluice::flags
