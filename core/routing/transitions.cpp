// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/transitions.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::routing {

namespace {

/// Renews knownGood; its revision moves only when its unit does.
void settle(Route& route, std::uint64_t revision)
{
    const RouteDefinition& definition = route.definition;
    const UnitId& unit =
        definition.candidate || !route.previous ? definition.stable : route.previous->unit;
    if (route.knownGood.unit != unit) {
        route.knownGood = {unit, revision};
    }
}

Error refuse(const Route& route)
{
    return fail(
        ErrorCode::Refused,
        fmt::format(
            "the red button was pressed on route \"{}\" by {}; acknowledge it first with a reason",
            route.name.text(), route.killed->actor),
        pointerTo("/routes", route.name.text()));
}

const Route* find(const std::vector<Route>& routes, const RouteName& name)
{
    const auto at =
        std::find_if(routes.begin(), routes.end(), [&](const Route& r) { return r.name == name; });
    return at == routes.end() ? nullptr : &*at;
}

/// What is left of a definition once its killed unit has been acknowledged.
void disarm(RouteDefinition& definition, const UnitId& killed)
{
    definition.percent = 0;
    definition.allow.clear();
    std::erase_if(definition.rules,
                  [](const Rule& rule) { return rule.arm == RuleArm::Candidate; });
    if (definition.shadow && definition.shadow->unit == killed) {
        definition.shadow.reset();
    }
}

/// One route of an earlier revision, as it may come back over the present one.
Result<Route> restored(const Route* present, Route old, std::uint64_t revision)
{
    if (old.killed) {
        disarm(old.definition, old.killed->unit);
        old.killed.reset();
    }
    if (present != nullptr && present->definition == old.definition) {
        return *present;
    }
    if (present != nullptr && present->killed) {
        return refuse(*present);
    }
    if (present != nullptr) {
        old.knownGood = present->knownGood; // so that settle() sees whether it moves
    }
    settle(old, revision);
    return old;
}

} // namespace

Result<PutResult> put(const Route* present, const RouteName& name, RouteDefinition next,
                      std::uint64_t revision)
{
    PutResult result;
    if (present != nullptr) {
        result.route = *present;
        const auto& candidate = present->definition.candidate;
        result.promotion = candidate && next.stable == *candidate;
        if (result.promotion && next.candidate == next.stable) {
            next.candidate.reset();
            next.percent = 0;
        }
    }
    if (auto status = check(next); !status) {
        return std::move(status).error();
    }
    result.route.name = name;
    if (present != nullptr) {
        if (present->definition == next) {
            result.changed = false;
            return result;
        }
        if (present->killed) {
            return refuse(*present);
        }
        if (present->definition.stable != next.stable) {
            result.route.previous = KnownGood{present->definition.stable, revision};
        }
    }
    result.route.definition = std::move(next);
    settle(result.route, revision);
    return result;
}

Result<KillTarget> killTarget(const Route& route)
{
    const RouteDefinition& definition = route.definition;
    if (route.killed) {
        return KillTarget{route.killed->unit, definition.stable, route.killed->percent, true};
    }
    if (definition.candidate) {
        return KillTarget{*definition.candidate, definition.stable, definition.percent, false};
    }
    if (route.previous) {
        return KillTarget{definition.stable, route.previous->unit, 10000, false};
    }
    return fail(
        ErrorCode::Refused,
        fmt::format("route \"{}\" has neither a candidate nor an earlier stable unit to return to",
                    route.name.text()),
        pointerTo("/routes", route.name.text()));
}

Result<KillResult> kill(const Route& route, std::string actor, std::string reason,
                        std::int64_t atMicros, std::uint64_t revision)
{
    auto target = killTarget(route);
    if (!target) {
        return std::move(target).error();
    }
    KillResult result{std::move(*target), route};
    if (result.already) {
        return result;
    }
    RouteDefinition& definition = result.route.definition;
    if (!definition.candidate) {
        definition.stable = result.to;
        result.route.previous
            .reset(); // the killed unit must not become what a later press returns to
    }
    definition.percent = 0;
    result.route.killed =
        KillState{result.unit, std::move(actor), std::move(reason), atMicros, result.fromPercent};
    settle(result.route, revision);
    return result;
}

Result<Route> acknowledge(const Route& route, std::uint64_t revision)
{
    if (!route.killed) {
        return fail(ErrorCode::Conflict,
                    fmt::format("route \"{}\" is not killed", route.name.text()),
                    pointerTo("/routes", route.name.text()));
    }
    Route next = route;
    disarm(next.definition, route.killed->unit);
    next.killed.reset();
    settle(next, revision);
    return next;
}

Status mayRemove(const Route& route)
{
    return route.killed ? Status(refuse(route)) : Status();
}

Result<std::vector<Route>> restore(const std::vector<Route>& present, const std::vector<Route>& old,
                                   std::uint64_t revision, const RouteName* only)
{
    if (only != nullptr && find(present, *only) == nullptr && find(old, *only) == nullptr) {
        return fail(ErrorCode::NotFound,
                    fmt::format("no route \"{}\", neither now nor then", only->text()));
    }
    std::vector<Route> next;
    for (const Route& route : present) {
        if (only != nullptr && route.name != *only) {
            next.push_back(route);
        } else if (find(old, route.name) == nullptr) {
            if (auto status = mayRemove(route); !status) {
                return std::move(status).error();
            }
        }
    }
    for (const Route& route : old) {
        if (only == nullptr || route.name == *only) {
            auto back = restored(find(present, route.name), route, revision);
            if (!back) {
                return std::move(back).error();
            }
            next.push_back(std::move(*back));
        }
    }
    std::sort(next.begin(), next.end(),
              [](const Route& a, const Route& b) { return a.name < b.name; });
    return next;
}

} // namespace sluice::routing
