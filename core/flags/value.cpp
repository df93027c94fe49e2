// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/flags/value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace sluice::flags {

namespace {

constexpr double kMaxSafe = 9007199254740991.0; // 2^53 - 1
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

bool isSpace(char c) noexcept
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/// ECMAScript's StringToNumber without its binary and octal forms.
double parseNumber(std::string_view text) noexcept
{
    while (!text.empty() && isSpace(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && isSpace(text.back())) {
        text.remove_suffix(1);
    }
    if (text.empty()) {
        return 0;
    }
    if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        std::uint64_t whole = 0;
        const auto end = std::from_chars(text.data() + 2, text.data() + text.size(), whole, 16);
        return end.ec == std::errc{} && end.ptr == text.data() + text.size()
                   ? static_cast<double>(whole)
                   : kNan;
    }
    if (text.front() == '+') {
        text.remove_prefix(1);
        if (!text.empty() && text.front() == '-') {
            return kNan;
        }
    }
    const std::size_t first = !text.empty() && text.front() == '-' ? 1 : 0;
    if (first >= text.size() ||
        !(text[first] == '.' || (text[first] >= '0' && text[first] <= '9'))) {
        return kNan; // also "inf" and "nan", which from_chars would take
    }
    double number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    return end.ec == std::errc{} && end.ptr == text.data() + text.size() ? number : kNan;
}

} // namespace

Value Value::ofBool(bool value) noexcept
{
    Value out;
    out.m_bool = value;
    out.m_kind = Kind::Bool;
    return out;
}

Value Value::ofNumber(double value) noexcept
{
    Value out;
    out.m_number = value;
    out.m_kind = Kind::Number;
    return out;
}

Value Value::ofText(std::string_view text) noexcept
{
    Value out;
    out.m_text = text.data();
    out.m_size = static_cast<std::uint32_t>(text.size());
    out.m_kind = Kind::Text;
    return out;
}

Value Value::ofList(const Value* items, std::uint32_t size) noexcept
{
    Value out;
    out.m_list = items;
    out.m_size = size;
    out.m_kind = Kind::List;
    return out;
}

Value Value::ofObject(const Member* members, std::uint32_t size) noexcept
{
    Value out;
    out.m_members = members;
    out.m_size = size;
    out.m_kind = Kind::Object;
    return out;
}

Value Value::of(const Json& json) noexcept
{
    switch (json.type()) {
    case Json::value_t::boolean:
        return ofBool(*json.get_ptr<const bool*>());
    case Json::value_t::number_integer:
        return ofNumber(static_cast<double>(*json.get_ptr<const std::int64_t*>()));
    case Json::value_t::number_unsigned:
        return ofNumber(static_cast<double>(*json.get_ptr<const std::uint64_t*>()));
    case Json::value_t::number_float:
        return ofNumber(*json.get_ptr<const double*>());
    case Json::value_t::string:
        return ofText(*json.get_ptr<const std::string*>());
    case Json::value_t::array:
    case Json::value_t::object: {
        Value out;
        out.m_tree = &json;
        out.m_kind = Kind::Tree;
        return out;
    }
    case Json::value_t::null:
    case Json::value_t::binary:
    case Json::value_t::discarded:
        break;
    }
    return {};
}

bool Value::isArray() const noexcept
{
    return m_kind == Kind::List || (m_kind == Kind::Tree && m_tree->is_array());
}

std::size_t Value::size() const noexcept
{
    if (m_kind == Kind::List) {
        return m_size;
    }
    return m_kind == Kind::Tree && m_tree->is_array() ? m_tree->size() : 0;
}

Value Value::at(std::size_t index) const noexcept
{
    return m_kind == Kind::List ? m_list[index] : of((*m_tree)[index]);
}

std::optional<Value> Value::member(std::string_view name) const noexcept
{
    if (m_kind == Kind::Object) {
        const Member* const end = m_members + m_size;
        const Member* const found =
            std::find_if(m_members, end, [name](const Member& m) { return m.name == name; });
        return found != end ? std::optional(found->value) : std::nullopt;
    }
    if (m_kind == Kind::Tree && m_tree->is_object()) {
        const auto found = m_tree->find(name);
        return found != m_tree->end() ? std::optional(of(*found)) : std::nullopt;
    }
    return std::nullopt;
}

bool Value::truthy() const noexcept
{
    switch (m_kind) {
    case Kind::Null:
        return false;
    case Kind::Bool:
        return m_bool;
    case Kind::Number:
        return m_number != 0 && !std::isnan(m_number);
    case Kind::Text:
    case Kind::List:
        return m_size != 0;
    case Kind::Tree:
        return m_tree->is_object() || !m_tree->empty();
    case Kind::Object:
        return true;
    }
    return false;
}

double Value::toNumber() const noexcept
{
    switch (m_kind) {
    case Kind::Null:
        return 0;
    case Kind::Bool:
        return m_bool ? 1 : 0;
    case Kind::Number:
        return m_number;
    case Kind::Text:
        return parseNumber(text());
    case Kind::Tree:
    case Kind::List:
    case Kind::Object:
        break;
    }
    return kNan;
}

bool Value::strictlyEquals(const Value& other) const noexcept
{
    if (m_kind != other.m_kind) {
        return false;
    }
    switch (m_kind) {
    case Kind::Null:
        return true;
    case Kind::Bool:
        return m_bool == other.m_bool;
    case Kind::Number:
        return m_number == other.m_number;
    case Kind::Text:
        return text() == other.text();
    case Kind::Tree:
        return m_tree == other.m_tree;
    case Kind::List:
        return m_list == other.m_list && m_size == other.m_size;
    case Kind::Object:
        return m_members == other.m_members;
    }
    return false;
}

Json Value::toJson() const
{
    switch (m_kind) {
    case Kind::Null:
        return nullptr;
    case Kind::Bool:
        return m_bool;
    case Kind::Number:
        if (std::trunc(m_number) == m_number && std::fabs(m_number) <= kMaxSafe) {
            return static_cast<std::int64_t>(m_number);
        }
        return m_number;
    case Kind::Text:
        return std::string(text());
    case Kind::Tree:
        return *m_tree;
    case Kind::List:
        break;
    case Kind::Object: {
        Json object = Json::object();
        eachMember([&](std::string_view name, const Value& value) {
            object[std::string(name)] = value.toJson();
        });
        return object;
    }
    }
    Json array = Json::array();
    for (std::size_t i = 0; i < m_size; ++i) {
        array.push_back(m_list[i].toJson());
    }
    return array;
}

std::string_view formatNumber(double number, char (&buffer)[32]) noexcept
{
    if (number == 0) {
        return "0"; // -0 as well
    }
    const double size = std::fabs(number);
    const bool plain = size >= 1e-6 && size < 1e21;
    const auto end =
        std::to_chars(buffer, buffer + sizeof buffer, number,
                      plain ? std::chars_format::fixed : std::chars_format::scientific);
    std::string_view text(buffer, static_cast<std::size_t>(end.ptr - buffer));
    const auto e = text.find('e');
    if (e != std::string_view::npos && text[e + 2] == '0') { // "1e-07": JavaScript writes "1e-7"
        for (std::size_t i = e + 2; i + 1 < text.size(); ++i) {
            buffer[i] = buffer[i + 1];
        }
        text.remove_suffix(1);
    }
    return text;
}

} // namespace sluice::flags
