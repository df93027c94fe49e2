// SPDX-License-Identifier: GPL-3.0-or-later
// What a definition must keep to, and the storage form of a route.
#include "core/routing/route.h"

#include "core/flags/rule.h"
#include "core/routing/compiledroute.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::routing {

namespace {

Error bad(const std::string& where, std::string message)
{
    return fail(ErrorCode::InvalidArgument, std::move(message), where);
}

bool isUnitId(std::string_view text)
{
    return text.size() == 66 && text.starts_with("u_") &&
           text.find_first_not_of("0123456789abcdef", 2) == std::string_view::npos;
}

/// In the storage form units are ids and nothing else.
Result<UnitId> idOnly(std::string_view text)
{
    if (!isUnitId(text)) {
        return fail(ErrorCode::InvalidArgument, "must be a unit's id");
    }
    return UnitId(std::string(text));
}

Json toJson(const KnownGood& good)
{
    return {{"unit", good.unit.text()}, {"revision", good.revision}};
}

Result<KnownGood> knownGoodFromJson(const Json& json, const std::string& where)
{
    const auto unit = member<std::string>(json, "unit", where);
    if (!unit) {
        return unit.error();
    }
    auto id = idOnly(*unit);
    if (!id) {
        return bad(pointerTo(where, "unit"), id.error().message);
    }
    const auto revision = member<std::int64_t>(json, "revision", where);
    if (!revision) {
        return revision.error();
    }
    return KnownGood{std::move(*id), static_cast<std::uint64_t>(*revision)};
}

Result<KillState> killFromJson(const Json& json, const std::string& where)
{
    KillState kill;
    const auto unit = member<std::string>(json, "unit", where);
    const auto actor = member<std::string>(json, "actor", where);
    const auto reason = member<std::string>(json, "reason", where);
    const auto at = member<std::int64_t>(json, "at", where);
    const auto given = member<Json>(json, "percent", where);
    for (const Error* error : {unit ? nullptr : &unit.error(), actor ? nullptr : &actor.error(),
                               reason ? nullptr : &reason.error(), at ? nullptr : &at.error(),
                               given ? nullptr : &given.error()}) {
        if (error != nullptr) {
            return *error;
        }
    }
    const auto percent = percentFromJson(*given, pointerTo(where, "percent"));
    if (!percent) {
        return percent.error();
    }
    auto id = idOnly(*unit);
    if (!id) {
        return bad(pointerTo(where, "unit"), id.error().message);
    }
    return KillState{std::move(*id), *actor, *reason, *at, *percent};
}

/// Whether a rule reads attributes that attributesRead() does not name: by a computed path, the
/// whole context, or as what is missing. An element of an array counts too, to be on the safe side.
bool readsOpenly(const Json& rule)
{
    if (rule.is_object() && rule.size() == 1) {
        const std::string& op = rule.begin().key();
        const Json& operands = rule.begin().value();
        const Json path = operands.is_array() && !operands.empty() ? operands[0] : operands;
        const bool named = (path.is_string() && !path.get_ref<const std::string&>().empty()) ||
                           path.is_number_integer();
        if (op == "missing" || op == "missing_some" || (op == "var" && !named)) {
            return true;
        }
    }
    return rule.is_structured() && std::any_of(rule.begin(), rule.end(), readsOpenly);
}

} // namespace

Status checkShares(const RouteDefinition& definition, std::string_view where)
{
    if (definition.candidate == definition.stable) {
        return bad(pointerTo(where, "candidate"), "the candidate is the stable unit already");
    }
    if (definition.percent > 10000) {
        return bad(pointerTo(where, "percent"), "must be a percentage, 0..100");
    }
    if (definition.percent > 0 && !definition.candidate) {
        return bad(pointerTo(where, "percent"),
                   "there is no candidate to give a share to; name one or set 0");
    }
    return {};
}

Result<Rules> compileRules(const RouteDefinition& definition, std::string_view where)
{
    Rules rules;
    for (std::size_t i = 0; i < definition.rules.size(); ++i) {
        const std::string pointer =
            pointerTo(pointerTo(pointerTo(where, "rules"), std::to_string(i)), "when");
        if (definition.rules[i]
                .when.dump(-1, ' ', false, Json::error_handler_t::replace)
                .find("$flagd.timestamp") != std::string::npos) {
            return bad(pointer,
                       "a route's rules must not read the clock: assignments would not be sticky");
        }
        auto rule = flags::CompiledRule::compile(definition.rules[i].when, pointer);
        if (!rule) {
            return std::move(rule).error();
        }
        rules.push_back({std::move(*rule), readsOpenly(definition.rules[i].when)});
    }
    return rules;
}

Status check(const RouteDefinition& definition, std::string_view where)
{
    if (auto status = checkShares(definition, where); !status) {
        return status;
    }
    const auto rules = compileRules(definition, where);
    return rules ? Status() : Status(rules.error());
}

Json toJson(const Route& route)
{
    Json json{
        {"name", route.name.text()},
        {"definition", toJson(route.definition, [](const UnitId& unit) { return unit.text(); })},
        {"known_good", toJson(route.knownGood)}};
    if (route.previous) {
        json["previous"] = toJson(*route.previous);
    }
    if (route.killed) {
        json["killed"] = {{"unit", route.killed->unit.text()},
                          {"actor", route.killed->actor},
                          {"reason", route.killed->reason},
                          {"at", route.killed->atMicros},
                          {"percent", percentToJson(route.killed->percent)}};
    }
    return json;
}

Result<Route> routeFromJson(const Json& json, std::string_view where)
{
    const auto name = member<std::string>(json, "name", where);
    if (!name) {
        return name.error();
    }
    if (!isName(*name)) {
        return bad(pointerTo(where, "name"), "not a route's name");
    }
    const auto definition = member<Json>(json, "definition", where);
    const auto knownGood = member<Json>(json, "known_good", where);
    if (!definition || !knownGood) {
        return !definition ? definition.error() : knownGood.error();
    }
    const std::string inside = pointerTo(where, "definition");
    auto read = definitionFromJson(*definition, idOnly, inside);
    if (!read) {
        return std::move(read).error();
    }
    if (auto status = check(*read, inside); !status) {
        return std::move(status).error();
    }
    auto good = knownGoodFromJson(*knownGood, pointerTo(where, "known_good"));
    if (!good) {
        return std::move(good).error();
    }
    Route route{RouteName(*name), std::move(*read), std::move(*good), std::nullopt, std::nullopt};
    if (json.contains("previous")) {
        auto previous = knownGoodFromJson(json["previous"], pointerTo(where, "previous"));
        if (!previous) {
            return std::move(previous).error();
        }
        route.previous = std::move(*previous);
    }
    if (json.contains("killed")) {
        auto killed = killFromJson(json["killed"], pointerTo(where, "killed"));
        if (!killed) {
            return std::move(killed).error();
        }
        route.killed = std::move(*killed);
    }
    return route;
}

} // namespace sluice::routing
