// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/flags/context.h"

namespace sluice::flags {

Context::Attribute& Context::slot(std::string_view key, Value::Kind kind)
{
    const std::uint32_t hash = nameHash(key);
    std::size_t index = 0;
    while (index < m_count && !(m_hashes[index] == hash && m_attributes[index].key == key)) {
        ++index;
    }
    if (index == m_count) {
        if (m_count == m_attributes.size()) {
            m_attributes.emplace_back();
            m_hashes.push_back(0);
        }
        m_attributes[index].key.assign(key);
        m_hashes[index] = hash;
        ++m_count;
    }
    Attribute& attribute = m_attributes[index];
    attribute.kind = kind;
    return attribute;
}

void Context::set(std::string_view key, std::string_view text)
{
    slot(key, Value::Kind::Text).text.assign(text);
}

void Context::set(std::string_view key, double number)
{
    slot(key, Value::Kind::Number).number = number;
}

void Context::setBool(std::string_view key, bool value)
{
    slot(key, Value::Kind::Bool).number = value ? 1 : 0;
}

Status Context::merge(const Json& object)
{
    if (!object.is_object()) {
        return fail(ErrorCode::InvalidArgument, "attributes must be a JSON object");
    }
    for (auto member = object.begin(); member != object.end(); ++member) {
        const Value value = Value::of(member.value());
        switch (value.kind()) {
        case Value::Kind::Text:
            set(member.key(), value.text());
            break;
        case Value::Kind::Number:
            set(member.key(), value.number());
            break;
        case Value::Kind::Bool:
            setBool(member.key(), value.boolean());
            break;
        case Value::Kind::Null:
            slot(member.key(), Value::Kind::Null);
            break;
        case Value::Kind::Tree:
        case Value::Kind::List:
        case Value::Kind::Object:
            slot(member.key(), Value::Kind::Tree).tree = member.value();
            break;
        }
    }
    return {};
}

Value Context::valueOf(const Attribute& attribute) noexcept
{
    switch (attribute.kind) {
    case Value::Kind::Text:
        return Value::ofText(attribute.text);
    case Value::Kind::Number:
        return Value::ofNumber(attribute.number);
    case Value::Kind::Bool:
        return Value::ofBool(attribute.number != 0);
    case Value::Kind::Tree:
        return Value::of(attribute.tree);
    case Value::Kind::Null:
    case Value::Kind::List:
    case Value::Kind::Object:
        break;
    }
    return {};
}

std::optional<Value> Context::find(std::string_view key, std::uint32_t hash) const noexcept
{
    for (std::size_t i = 0; i < m_count; ++i) {
        if (m_hashes[i] == hash && m_attributes[i].key == key) {
            return valueOf(m_attributes[i]);
        }
    }
    return std::nullopt;
}

std::optional<std::string_view> Context::text(std::string_view key) const noexcept
{
    const auto value = find(key, nameHash(key));
    if (!value || !value->isText()) {
        return std::nullopt;
    }
    return value->text();
}

Json Context::toJson() const
{
    Json object = Json::object();
    for (std::size_t i = 0; i < m_count; ++i) {
        object[m_attributes[i].key] = valueOf(m_attributes[i]).toJson();
    }
    return object;
}

} // namespace sluice::flags
