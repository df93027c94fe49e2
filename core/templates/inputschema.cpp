// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/templates/inputschema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sluice::templates {

namespace {

constexpr int kMaxDepth = 8;
constexpr std::array<std::string_view, 6> kScalars{"any",     "string",  "number",
                                                   "integer", "boolean", "null"};
constexpr std::array<std::string_view, 9> kExpected{"anything",
                                                    "text",
                                                    "a number",
                                                    "a whole number",
                                                    "true or false",
                                                    "null",
                                                    "one of the words listed in its schema",
                                                    "a list",
                                                    "an object"};

Error bad(const std::string& where, std::string message)
{
    return fail(ErrorCode::InvalidArgument, std::move(message), where);
}

/// Cuts "type, description" at the first comma and drops white space around the type.
std::string head(std::string_view text)
{
    text = text.substr(0, text.find(','));
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

} // namespace

Result<InputSchema> InputSchema::parse(const Json& schema, std::string_view where)
{
    const std::string base(where);
    if (!schema.is_object()) {
        return bad(base, "an input schema is a map of variables to types");
    }
    if (schema.contains("type") && schema["type"] == "object") {
        return bad(pointerTo(base, "type"),
                   "write the input schema as Picoschema: a map of variables to types");
    }
    InputSchema root;
    if (auto status = root.parseMembers(schema, base, 0); !status) {
        return std::move(status).error();
    }
    return root;
}

Status InputSchema::parseMembers(const Json& members, const std::string& where, int depth)
{
    if (depth > kMaxDepth) {
        return bad(where, fmt::format("the schema is nested deeper than {} levels", kMaxDepth));
    }
    for (auto member = members.begin(); member != members.end(); ++member) {
        InputSchema child;
        const std::string pointer = pointerTo(where, member.key());
        if (auto status = child.parseField(member.key(), member.value(), pointer, depth); !status) {
            return status;
        }
        if (child.m_name == "(*)") {
            m_others.push_back(std::move(child));
        } else if (field(child.m_name) != nullptr) {
            return bad(pointer, "declared twice");
        } else {
            m_fields.push_back(std::move(child));
        }
    }
    return {};
}

/// `name?(kind, description)`: the part in brackets and the mark may be absent.
Status InputSchema::parseField(const std::string& key, const Json& value, const std::string& where,
                               int depth)
{
    std::string_view rest = key;
    std::string kind;
    if (rest == "(*)") {
        m_name = key;
        return parseType({}, value, where, depth);
    }
    if (const auto open = rest.find('('); open != std::string_view::npos) {
        if (!rest.ends_with(')')) {
            return bad(where, "a bracket is not closed");
        }
        kind = head(rest.substr(open + 1, rest.size() - open - 2));
        rest = rest.substr(0, open);
        if (kind != "array" && kind != "object" && kind != "enum") {
            return bad(where, fmt::format("\"{}\" is none of array, object, enum", kind));
        }
    }
    m_optional = rest.ends_with('?');
    rest.remove_suffix(m_optional ? 1 : 0);
    if (rest.empty()) {
        return bad(where, "a variable needs a name");
    }
    m_name = rest;
    return parseType(kind, value, where, depth);
}

Status InputSchema::parseType(const std::string& kind, const Json& value, const std::string& where,
                              int depth)
{
    if (kind == "enum") {
        m_type = Type::Enum;
        m_enum = value;
        const bool scalars =
            value.is_array() && !value.empty() &&
            std::all_of(value.begin(), value.end(), [](const Json& v) { return v.is_primitive(); });
        return scalars ? Status() : Status(bad(where, "an enum is a list of its values"));
    }
    if (kind == "array") {
        m_type = Type::Array;
        if (depth > kMaxDepth) {
            return bad(where, fmt::format("the schema is nested deeper than {} levels", kMaxDepth));
        }
        return m_fields.emplace_back().parseType({}, value, where, depth + 1);
    }
    if (value.is_object()) {
        m_type = Type::Object;
        return parseMembers(value, where, depth + 1);
    }
    const std::string name = value.is_string() && kind.empty()
                                 ? head(value.get_ref<const std::string&>())
                                 : std::string();
    const auto* scalar = std::find(kScalars.begin(), kScalars.end(), name);
    if (scalar == kScalars.end()) {
        return bad(
            where,
            "a type is one of any, string, number, integer, boolean, null, or a map of members");
    }
    m_type = static_cast<Type>(scalar - kScalars.begin());
    return {};
}

const InputSchema* InputSchema::field(std::string_view name) const
{
    const auto at = std::find_if(m_fields.begin(), m_fields.end(),
                                 [&](const auto& f) { return f.m_name == name; });
    return at != m_fields.end() ? &*at : nullptr;
}

bool InputSchema::declares(std::span<const std::string> path) const
{
    if (path.empty() || m_type == Type::Any) {
        return true;
    }
    if (m_type == Type::Array) {
        return m_fields.front().declares(path.subspan(1));
    }
    if (const InputSchema* next = field(path.front()); m_type == Type::Object && next != nullptr) {
        return next->declares(path.subspan(1));
    }
    return !m_others.empty() && m_others.front().declares(path.subspan(1));
}

bool InputSchema::accepts(const Json& value) const
{
    switch (m_type) {
    case Type::Any:
        return true;
    case Type::String:
        return value.is_string();
    case Type::Number:
        return value.is_number();
    case Type::Integer:
        return value.is_number_integer();
    case Type::Boolean:
        return value.is_boolean();
    case Type::Null:
        return value.is_null();
    case Type::Enum:
        return std::find(m_enum.begin(), m_enum.end(), value) != m_enum.end();
    case Type::Array:
        return value.is_array();
    case Type::Object:
        return value.is_object();
    }
    return false;
}

std::string_view InputSchema::expected() const
{
    return kExpected[static_cast<std::size_t>(m_type)];
}

Status InputSchema::validate(const Json& value, std::string_view where) const
{
    if (m_optional && value.is_null()) {
        return {};
    }
    if (!accepts(value)) {
        return bad(std::string(where),
                   fmt::format("must be {}, not {}", expected(), value.type_name()));
    }
    if (m_type == Type::Array) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (auto status =
                    m_fields.front().validate(value[i], pointerTo(where, std::to_string(i)));
                !status) {
                return status;
            }
        }
    }
    if (m_type != Type::Object) {
        return {};
    }
    for (auto member = value.begin(); member != value.end(); ++member) {
        const InputSchema* declared = field(member.key());
        declared = declared == nullptr && !m_others.empty() ? &m_others.front() : declared;
        const std::string pointer = pointerTo(where, member.key());
        if (declared == nullptr) {
            return bad(pointer, fmt::format("the prompt has no variable \"{}\"", member.key()));
        }
        if (auto status = declared->validate(member.value(), pointer); !status) {
            return status;
        }
    }
    for (const InputSchema& needed : m_fields) {
        if (!needed.m_optional && !value.contains(needed.m_name)) {
            return bad(pointerTo(where, needed.m_name),
                       fmt::format("the variable \"{}\" is missing", needed.m_name));
        }
    }
    return {};
}

} // namespace sluice::templates
