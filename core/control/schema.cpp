// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sluice::control::schema {

namespace {

constexpr std::array<std::string_view, 7> kTypes{"object", "array",   "string", "integer",
                                                 "number", "boolean", "null"};

Error misfit(std::string message, std::string_view where)
{
    return fail(ErrorCode::InvalidArgument, std::move(message),
                where.empty() ? "/" : std::string(where));
}

bool isOfType(const Json& value, std::string_view type)
{
    if (type == "object") {
        return value.is_object();
    }
    if (type == "array") {
        return value.is_array();
    }
    if (type == "string") {
        return value.is_string();
    }
    if (type == "integer") {
        return value.is_number_integer();
    }
    if (type == "number") {
        return value.is_number();
    }
    return type == "boolean" ? value.is_boolean() : value.is_null();
}

Status checkType(const Json& type, const Json& value, std::string_view where)
{
    if (type.is_string()) {
        if (isOfType(value, type.get_ref<const std::string&>())) {
            return {};
        }
        return misfit(fmt::format("expected {}, not {}", type.get_ref<const std::string&>(),
                                  value.type_name()),
                      where);
    }
    std::string words;
    for (const Json& one : type) {
        if (isOfType(value, one.get_ref<const std::string&>())) {
            return {};
        }
        words += (words.empty() ? "" : " or ") + one.get<std::string>();
    }
    return misfit(fmt::format("expected {}, not {}", words, value.type_name()), where);
}

Status checkObject(const Json& schema, const Json& value, std::string_view where)
{
    for (const Json& required : schema.value("required", Json::array())) {
        if (!value.contains(required.get_ref<const std::string&>())) {
            return misfit(
                fmt::format("the member \"{}\" is missing", required.get_ref<const std::string&>()),
                pointerTo(where, required.get_ref<const std::string&>()));
        }
    }
    static const Json kNone = Json::object();
    const auto properties = schema.find("properties");
    const auto others = schema.find("additionalProperties");
    const Json& known = properties == schema.end() ? kNone : *properties;
    for (const auto& [key, member] : value.items()) {
        const auto found = known.find(key);
        const Json* rule = found != known.end()     ? &*found
                           : others != schema.end() ? &*others
                                                    : nullptr;
        if (rule == nullptr) {
            continue;
        }
        if (rule->is_boolean()) {
            return misfit(fmt::format("there is no member \"{}\" here", key),
                          pointerTo(where, key));
        }
        if (auto status = validate(*rule, member, pointerTo(where, key)); !status) {
            return status;
        }
    }
    return {};
}

Status checkNumber(const Json& schema, const Json& value, std::string_view where)
{
    const auto least = schema.find("minimum");
    if (least != schema.end() && value < *least) {
        return misfit(fmt::format("{} is less than {}", value.dump(), least->dump()), where);
    }
    const auto most = schema.find("maximum");
    if (most != schema.end() && value > *most) {
        return misfit(fmt::format("{} is more than {}", value.dump(), most->dump()), where);
    }
    return {};
}

Status checkText(const Json& schema, const std::string& value, std::string_view where)
{
    if (value.size() < schema.value("minLength", std::size_t{0})) {
        return misfit("must not be empty", where);
    }
    const auto most = schema.value("maxLength", std::string::npos);
    if (value.size() > most) {
        return misfit(fmt::format("longer than {} characters", most), where);
    }
    return {};
}

Status checkKeyword(const std::string& keyword, const Json& value, std::string_view where)
{
    const auto isLimit = [&] { return value.is_number(); };
    if (keyword == "type") {
        const Json all = value.is_array() ? value : Json::array({value});
        const bool known = !all.empty() && std::all_of(all.begin(), all.end(), [](const Json& one) {
            return one.is_string() &&
                   std::find(kTypes.begin(), kTypes.end(), one.get<std::string>()) != kTypes.end();
        });
        return known ? Status{} : misfit("unknown type", where);
    }
    if (keyword == "properties") {
        for (const auto& [key, member] : value.items()) {
            if (auto status = check(member, pointerTo(where, key)); !status) {
                return status;
            }
        }
        return {};
    }
    if (keyword == "items") {
        return check(value, where);
    }
    if (keyword == "additionalProperties") {
        return value == false ? Status{} : check(value, where);
    }
    const bool sound = keyword == "required" || keyword == "enum" ? value.is_array()
                       : keyword == "minimum" || keyword == "maximum" || keyword == "minLength" ||
                               keyword == "maxLength"
                           ? isLimit()
                       : keyword == "description"
                           ? value.is_string()
                           : keyword == "default" || keyword == "$schema" || keyword == "title";
    return sound ? Status{} : misfit("keyword outside the subset", where);
}

} // namespace

Status validate(const Json& schema, const Json& value, std::string_view where)
{
    if (const auto type = schema.find("type"); type != schema.end()) {
        if (auto status = checkType(*type, value, where); !status) {
            return status;
        }
    }
    if (const auto words = schema.find("enum"); words != schema.end()) {
        if (std::find(words->begin(), words->end(), value) == words->end()) {
            return misfit(fmt::format("{} is not one of {}", value.dump(), words->dump()), where);
        }
    }
    if (value.is_object()) {
        return checkObject(schema, value, where);
    }
    if (value.is_number()) {
        return checkNumber(schema, value, where);
    }
    if (value.is_string()) {
        return checkText(schema, value.get_ref<const std::string&>(), where);
    }
    const auto items = schema.find("items");
    if (value.is_array() && items != schema.end()) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (auto status = validate(*items, value[i], pointerTo(where, std::to_string(i)));
                !status) {
                return status;
            }
        }
    }
    return {};
}

Status check(const Json& schema, std::string_view where)
{
    if (!schema.is_object()) {
        return misfit("a schema is an object", where);
    }
    for (const auto& [keyword, value] : schema.items()) {
        if (auto status = checkKeyword(keyword, value, pointerTo(where, keyword)); !status) {
            return status;
        }
    }
    for (const Json& required : schema.value("required", Json::array())) {
        if (!schema.value("properties", Json::object())
                 .contains(required.get_ref<const std::string&>())) {
            return misfit("requires a member that it does not describe", where);
        }
    }
    return {};
}

Json object(std::initializer_list<Member> members)
{
    Json properties = Json::object();
    Json required = Json::array();
    for (const Member& member : members) {
        std::string key = member.name;
        if (key.back() == '?') {
            key.pop_back();
        } else {
            required.push_back(key);
        }
        properties[key] = member.schema;
    }
    Json schema{
        {"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
    if (!required.empty()) {
        schema["required"] = std::move(required);
    }
    return schema;
}

Json mapOf(Json members)
{
    return {{"type", "object"}, {"additionalProperties", std::move(members)}};
}

Json open()
{
    return {{"type", "object"}};
}

Json arrayOf(Json items)
{
    return {{"type", "array"}, {"items", std::move(items)}};
}

Json text(std::string_view description)
{
    return described({{"type", "string"}}, description);
}

Json name(std::string_view description)
{
    return described({{"type", "string"}, {"minLength", 1}, {"maxLength", 128}}, description);
}

Json oneOf(std::vector<std::string> words)
{
    return {{"type", "string"}, {"enum", std::move(words)}};
}

Json integer(std::int64_t least)
{
    return {{"type", "integer"}, {"minimum", least}};
}

Json integer(std::int64_t least, std::int64_t most)
{
    return {{"type", "integer"}, {"minimum", least}, {"maximum", most}};
}

Json number()
{
    return {{"type", "number"}};
}

Json number(double least, double most)
{
    return {{"type", "number"}, {"minimum", least}, {"maximum", most}};
}

Json boolean()
{
    return {{"type", "boolean"}};
}

Json nullable(Json schema)
{
    if (schema.contains("type")) {
        schema["type"] = Json::array({schema["type"], "null"});
    }
    if (schema.contains("enum")) {
        schema["enum"].push_back(nullptr);
    }
    return schema;
}

Json described(Json schema, std::string_view description)
{
    if (!description.empty()) {
        schema["description"] = description;
    }
    return schema;
}

} // namespace sluice::control::schema
