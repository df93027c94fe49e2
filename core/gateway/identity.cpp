// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/identity.h"

#include "core/base/json.h"
#include "core/providers/jsontext.h"

#include <algorithm>

namespace sluice::gateway {

namespace {

constexpr JsonLimits kAttributeLimits{4096, 8};

ApiError badAttributes(const std::string& why)
{
    return {400, "attributes_invalid",
            "x-sluice-attributes must be a JSON object of at most 4096 bytes: " + why,
            "x-sluice-attributes"};
}

void setUser(flags::Context& context, std::string_view user)
{
    context.set("user_id", user);
    context.set("targetingKey", user);
}

/// Takes attributes over. The user has two names in rules: whoever sets one sets both, or a key's
/// user could be told apart from the one that rules see.
Status take(flags::Context& context, const Json& attributes)
{
    if (auto status = context.merge(attributes); !status) {
        return status;
    }
    const auto user = attributes.find("user_id");
    const auto target = attributes.find("targetingKey");
    if (user != attributes.end()) {
        return context.merge({{"targetingKey", *user}});
    }
    return target == attributes.end() ? Status() : context.merge({{"user_id", *target}});
}

} // namespace

std::optional<ApiError> identify(flags::Context& context, const net::HeaderList& headers,
                                 const providers::ChatRequest& chat, const ApiKey* key)
{
    context.clear();
    if (const std::string_view claimed = headers.find("x-sluice-attributes"); !claimed.empty()) {
        const Result<Json> attributes = parseJson(claimed, kAttributeLimits);
        if (!attributes) {
            return badAttributes(attributes.error().message);
        }
        if (const Status merged = take(context, *attributes); !merged) {
            return badAttributes(merged.error().message);
        }
    }
    std::string_view user = headers.find("x-sluice-user");
    if (user.empty()) {
        user = chat.user;
    }
    if (!user.empty()) {
        setUser(context, user);
    }
    if (const std::string_view organisation = headers.find("x-sluice-org"); !organisation.empty()) {
        context.set("org_id", organisation);
    }
    if (const std::string_view session = headers.find("x-sluice-session"); !session.empty()) {
        context.set("session_id", session);
    }
    if (key != nullptr && !key->attributes.empty()) {
        if (const Status merged = take(context, key->attributes); !merged) {
            return ApiError{500,
                            "key_attributes_invalid",
                            "The attributes of this API key are not an object.",
                            {}};
        }
    }
    return std::nullopt;
}

std::vector<std::string> recordedAttributes(const routing::CompiledRoute& route)
{
    std::vector<std::string> names;
    for (const std::string& name : route.attributesRead()) {
        const bool identifies = name == route.route().definition.bucketBy || name == "user_id" ||
                                name == "targetingKey" || name == "session_id";
        if (!identifies) {
            names.push_back(name);
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string attributesText(const flags::Context& context, const std::vector<std::string>& names)
{
    std::string text;
    std::optional<Json> whole; // made only for attributes that are not plain text
    for (const std::string& name : names) {
        std::string value;
        if (const std::optional<std::string_view> plain = context.text(name)) {
            providers::appendJsonString(value, *plain);
        } else if (const auto found = context.find(name, flags::nameHash(name));
                   !found || found->isNull()) {
            value = "null";
        } else {
            if (!whole) {
                whole = context.toJson();
            }
            const Result<std::string> canonical = canonicalJson(whole->value(name, Json()));
            if (!canonical) {
                continue; // a number that JSON cannot carry exactly
            }
            value = *canonical;
        }
        text += text.empty() ? '{' : ',';
        providers::appendJsonString(text, name);
        text += ':';
        text += value;
    }
    if (!text.empty()) {
        text += '}';
    }
    return text;
}

std::string_view traceIdOf(std::string_view traceparent) noexcept
{
    constexpr std::size_t kLength = 55; // 00-<32>-<16>-<2>
    if (traceparent.size() != kLength || !traceparent.starts_with("00-") ||
        traceparent[35] != '-' || traceparent[52] != '-') {
        return {};
    }
    const std::string_view id = traceparent.substr(3, 32);
    const bool hex = std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
    const bool zero = id.find_first_not_of('0') == std::string_view::npos;
    return hex && !zero ? id : std::string_view{};
}

} // namespace sluice::gateway
