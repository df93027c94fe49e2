// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/units/inferenceunit.h"

#include "core/base/hash.h"
#include "core/units/modelname.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sluice::units {

namespace {

constexpr std::array<std::string_view, 7> kMembers{
    "provider", "model", "prompt", "params", "tools", "output_schema", "retrieval"};

Result<PromptRef> promptFromJson(const Json& json, const std::string& where)
{
    auto name = member<std::string>(json, "name", where);
    if (!name) {
        return std::move(name).error();
    }
    auto version = member<std::string>(json, "version", where);
    if (!version) {
        return std::move(version).error();
    }
    PromptRef ref{std::move(*name), std::move(*version), {}};
    for (const auto& [key, value] : json.items()) {
        if (key == "digest" && value.is_string()) {
            ref.digest = value.get<std::string>();
        } else if (key != "name" && key != "version") {
            return fail(ErrorCode::InvalidArgument,
                        "a prompt has \"name\" and \"version\", nothing else",
                        pointerTo(where, key));
        }
    }
    if (ref.name.empty() || ref.version.empty()) {
        return fail(ErrorCode::InvalidArgument, "a prompt's name and version must not be empty",
                    where);
    }
    return ref;
}

} // namespace

Result<InferenceUnit> unitFromJson(const Json& json, std::string_view where)
{
    auto provider = member<std::string>(json, "provider", where);
    if (!provider) {
        return std::move(provider).error();
    }
    auto model = member<std::string>(json, "model", where);
    if (!model) {
        return std::move(model).error();
    }
    for (const auto& [key, value] : json.items()) {
        if (std::find(kMembers.begin(), kMembers.end(), key) == kMembers.end()) {
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("a unit has no member \"{}\"; it has {}", key,
                                    fmt::join(kMembers, ", ")),
                        pointerTo(where, key));
        }
    }
    if (!isName(*provider)) {
        return fail(ErrorCode::InvalidArgument, "not a provider's name",
                    pointerTo(where, "provider"));
    }
    if (auto pinned = checkPinned(*model); !pinned) {
        Error error = std::move(pinned).error();
        error.where = pointerTo(where, "model");
        return error;
    }
    InferenceUnit unit;
    unit.provider = ProviderName(std::move(*provider));
    unit.model = std::move(*model);
    if (const auto prompt = json.find("prompt"); prompt != json.end() && !prompt->is_null()) {
        auto ref = promptFromJson(*prompt, pointerTo(where, "prompt"));
        if (!ref) {
            return std::move(ref).error();
        }
        unit.prompt = std::move(*ref);
    }
    const auto take = [&](std::string_view key, bool (Json::*isKind)() const noexcept,
                          std::string_view kind, Json& into) -> Status {
        const auto found = json.find(key);
        if (found == json.end() || found->is_null()) {
            return {};
        }
        if (!((*found).*isKind)()) {
            return fail(ErrorCode::InvalidArgument, fmt::format("\"{}\" must be {}", key, kind),
                        pointerTo(where, key));
        }
        into = *found;
        return {};
    };
    for (auto status : {take("params", &Json::is_object, "an object", unit.params),
                        take("tools", &Json::is_array, "an array", unit.tools),
                        take("output_schema", &Json::is_object, "an object", unit.outputSchema),
                        take("retrieval", &Json::is_object, "an object", unit.retrieval)}) {
        if (!status) {
            return std::move(status).error();
        }
    }
    return unit;
}

Json toJson(const InferenceUnit& unit)
{
    Json json{{"provider", unit.provider.text()}, {"model", unit.model}};
    if (unit.prompt) {
        json["prompt"] = {{"name", unit.prompt->name}, {"version", unit.prompt->version}};
        if (!unit.prompt->digest.empty()) {
            json["prompt"]["digest"] = unit.prompt->digest;
        }
    }
    if (!unit.params.empty()) {
        json["params"] = unit.params;
    }
    if (!unit.tools.is_null()) {
        json["tools"] = unit.tools;
    }
    if (!unit.outputSchema.is_null()) {
        json["output_schema"] = unit.outputSchema;
    }
    if (!unit.retrieval.is_null()) {
        json["retrieval"] = unit.retrieval;
    }
    return json;
}

Result<UnitId> unitId(const InferenceUnit& unit)
{
    auto canonical = canonicalJson(toJson(unit));
    if (!canonical) {
        return std::move(canonical).error();
    }
    return UnitId("u_" + sha256Hex(*canonical));
}

std::string shortId(const UnitId& id)
{
    const std::string& text = id.text();
    return text.size() == 66 && text.starts_with("u_") ? text.substr(2, 8) : text;
}

} // namespace sluice::units
