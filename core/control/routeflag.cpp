// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/routeflag.h"

#include "core/gateway/servedflags.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sluice::control {

namespace {

constexpr routing::BasisPoints kAll = 10'000;

/// Operators whose later operands see one element of an array in place of the context.
bool opensScope(std::string_view op) noexcept
{
    constexpr std::array<std::string_view, 6> kOps{"map", "filter", "reduce",
                                                   "all", "none",   "some"};
    return std::find(kOps.begin(), kOps.end(), op) != kOps.end();
}

/// The user: user_id, or where a context has none its targetingKey.
Json userExpression()
{
    return Json::parse(R"({"if": [{"===": [{"var": "user_id"}, null]},
                                  {"var": "targetingKey"}, {"var": "user_id"}]})");
}

/// A rule as it reads a context that OFREP and flagd clients send, who name the user as
/// targetingKey only.
Json withUser(const Json& rule)
{
    if (rule.is_array()) {
        Json items = Json::array();
        for (const Json& item : rule) {
            items.push_back(withUser(item));
        }
        return items;
    }
    if (!rule.is_object() || rule.size() != 1) {
        return rule;
    }
    const std::string& op = rule.begin().key();
    const Json& operands = rule.begin().value();
    if (op == "var") {
        const bool user = operands == "user_id" || operands == Json::array({"user_id"});
        return user ? userExpression() : rule;
    }
    if (opensScope(op) && operands.is_array() && !operands.empty()) {
        Json scoped = operands;
        scoped[0] = withUser(operands[0]);
        return {{op, std::move(scoped)}};
    }
    return {{op, withUser(operands)}};
}

Json keyExpression(const std::string& bucketBy)
{
    return bucketBy == "user_id" ? userExpression() : Json{{"var", bucketBy}};
}

/// Whether there is a key, in words that every implementation reads alike. (An array or an object
/// is none on the data port, and some text to flagd.)
Json hasKey(const Json& key)
{
    return {{"and", {Json{{"!==", {key, nullptr}}}, Json{{"!==", {key, ""}}}}}};
}

Json fractionOf(const routing::RouteDefinition& definition, const Json& key)
{
    const routing::BasisPoints candidate = definition.percent;
    const routing::BasisPoints control = std::min(candidate, kAll - candidate);
    return {
        {"fractional",
         {Json{{"cat", {Json{{"var", "$flagd.flagKey"}}, key}}},
          Json::array({"candidate", candidate}),
          Json::array({"stable", kAll - candidate - control}), Json::array({"control", control})}}};
}

Json targetingOf(const routing::RouteDefinition& definition)
{
    const Json key = keyExpression(definition.bucketBy);
    Json steps = Json::array({Json{{"!", Json::array({hasKey(key)})}}, Json()});
    if (!definition.allow.empty()) {
        const Json text{{"cat", Json::array({key})}}; // 42 and "42" are one user
        steps.push_back({{"in", Json::array({text, definition.allow})}});
        steps.push_back("candidate");
    }
    for (const routing::Rule& rule : definition.rules) {
        steps.push_back(withUser(rule.when));
        steps.push_back(rule.arm == routing::RuleArm::Candidate ? "candidate" : "stable");
    }
    steps.push_back(fractionOf(definition, key));
    return {{"if", std::move(steps)}};
}

} // namespace

Json routeVariant(const State& state, const routing::Route& route, units::Arm arm)
{
    const routing::RouteDefinition& definition = route.definition;
    const bool candidate = arm == units::Arm::Candidate && definition.candidate && !route.killed;
    const UnitId& id = candidate ? *definition.candidate : definition.stable;
    Json variant{{"endpoint", nullptr},
                 {"prompt_v", nullptr},
                 {"hyperparams", Json::object()},
                 {"is_canary", candidate},
                 {"unit", id.text()}};
    const auto entry = state.units.find(id.text());
    if (entry == state.units.end()) {
        return variant; // a store restored by hand; the table refuses such a route
    }
    const units::InferenceUnit& unit = entry->second->unit;
    variant["hyperparams"] = unit.params;
    if (unit.prompt) {
        variant["prompt_v"] = unit.prompt->name + "@" + unit.prompt->version;
    }
    const auto provider = state.providers.find(unit.provider.text());
    if (provider != state.providers.end()) {
        const bool simulated = provider->second->kind == "simulator";
        variant["endpoint"] =
            simulated ? "simulator:" + unit.provider.text() : provider->second->baseUrl;
    }
    return variant;
}

Result<Json> routeFlag(const State& state, const routing::Route& route)
{
    const routing::RouteDefinition& definition = route.definition;
    Json variants = Json::object();
    for (const units::Arm arm : {units::Arm::Stable, units::Arm::Control, units::Arm::Candidate}) {
        variants[std::string(units::armName(arm))] = routeVariant(state, route, arm);
    }
    Json flag{{"state", "ENABLED"},
              {"variants", std::move(variants)},
              {"defaultVariant", "stable"},
              {"metadata", gateway::routeMetadata(route)}};
    if (route.killed || !definition.candidate) {
        return flag;
    }
    if (definition.bucketBy.find('.') != std::string::npos) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the route \"{}\" buckets by \"{}\", and flagd reads a name with a "
                                "dot as a path; take another attribute",
                                route.name.text(), definition.bucketBy),
                    pointerTo(pointerTo("/routes", route.name.text()), "bucket_by"));
    }
    flag["targeting"] = targetingOf(definition);
    return flag;
}

} // namespace sluice::control
