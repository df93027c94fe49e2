// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/provider.h"

#include "core/net/httpclient.h"
#include "core/providers/simulator.h"

#include <fmt/format.h>

namespace sluice::providers {

namespace {

Status readMember(ProviderConfig& config, const std::string& name, const Json& value,
                  const std::string& pointer)
{
    const bool simulator = config.kind == "simulator";
    if (name == "kind") {
        return {};
    }
    if (name == "simulator" && simulator) {
        auto settings = simulatorFromJson(value, pointer);
        if (!settings) {
            return std::move(settings).error();
        }
        config.simulator = value;
        return {};
    }
    if (name == "base_url" && !simulator) {
        if (!value.is_string()) {
            return fail(ErrorCode::InvalidArgument, "must be a string", pointer);
        }
        config.baseUrl = value.get<std::string>();
        return {};
    }
    if (name == "secret" && !simulator) {
        auto secret = secretRefFromJson(value, pointer);
        if (!secret) {
            return std::move(secret).error();
        }
        config.secret = std::move(secret).value();
        return {};
    }
    if (name == "local" && !simulator) {
        if (!value.is_boolean()) {
            return fail(ErrorCode::InvalidArgument, "must be true or false", pointer);
        }
        config.local = value.get<bool>();
        return {};
    }
    return fail(ErrorCode::InvalidArgument,
                simulator ? "a simulated provider has the members kind and simulator"
                          : "a provider has the members kind, base_url, secret and local",
                pointer);
}

} // namespace

Result<ProviderConfig> providerFromJson(const ProviderName& name, const Json& json,
                                        std::string_view where)
{
    if (!json.is_object()) {
        return fail(ErrorCode::InvalidArgument, "a provider must be an object", std::string(where));
    }
    auto kind = member<std::string>(json, "kind", where);
    if (!kind) {
        return std::move(kind).error();
    }
    ProviderConfig config;
    config.name = name;
    config.kind = std::move(kind).value();
    if (config.kind != "openai" && config.kind != "simulator") {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("there is no provider kind \"{}\"; kinds are openai and simulator",
                                config.kind),
                    pointerTo(where, "kind"));
    }
    for (const auto& [key, value] : json.items()) {
        if (Status status = readMember(config, key, value, pointerTo(where, key)); !status) {
            return std::move(status).error();
        }
    }
    if (config.kind == "openai") {
        if (config.baseUrl.empty()) {
            return fail(ErrorCode::InvalidArgument,
                        "an openai provider needs its base_url, as https://host/v1",
                        pointerTo(where, "base_url"));
        }
        if (auto endpoint = net::endpointFromUrl(config.baseUrl, config.local); !endpoint) {
            return fail(ErrorCode::InvalidArgument, endpoint.error().message,
                        pointerTo(where, "base_url"));
        }
    }
    return config;
}

Json toJson(const ProviderConfig& config)
{
    Json json = {{"kind", config.kind}};
    if (!config.baseUrl.empty()) {
        json["base_url"] = config.baseUrl;
    }
    if (config.secret.kind != SecretRef::Kind::None) {
        json["secret"] = sluice::toJson(config.secret);
    }
    if (config.local) {
        json["local"] = true;
    }
    if (!config.simulator.is_null()) {
        json["simulator"] = config.simulator;
    }
    return json;
}

} // namespace sluice::providers
