// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/routeedits.h"

#include "core/control/flagdocument.h"
#include "core/routing/diff.h"
#include "core/routing/transitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace sluice::control {

Result<RoutePlan> planRoute(const State& state, const std::string& name, const Json& definition,
                            bool patch, std::string_view where)
{
    if (!isName(name)) {
        return fail(ErrorCode::InvalidArgument,
                    "a route's name is 1 to 128 letters, digits, '.', '_' and '-', beginning with "
                    "a letter or digit",
                    std::string(where));
    }
    const auto present = state.routes.find(name);
    const routing::Route* before =
        present == state.routes.end() ? nullptr : &present->second->route;
    if (before == nullptr) {
        if (auto status = checkRouteIsNoFlag(state, name); !status) {
            return std::move(status).error();
        }
    }
    Json wanted = definition;
    if (patch && before != nullptr) {
        wanted = routing::toJson(before->definition, [](const UnitId& id) { return id.text(); });
        wanted.merge_patch(definition);
    }
    auto next = routing::definitionFromJson(
        wanted, [&](std::string_view unit) { return resolveUnit(state, unit); }, where);
    if (!next) {
        return std::move(next).error();
    }
    auto put = routing::put(before, RouteName(name), std::move(*next), state.revision + 1);
    if (!put) {
        return std::move(put).error();
    }
    const bool moved =
        before != nullptr && !(before->definition.stable == put->route.definition.stable);
    return RoutePlan{std::move(put->route), moved};
}

Status mayRelease(const Call& call, const RoutePlan& plan)
{
    if (plan.needsApprover && call.role < api::Role::Approver) {
        return fail(
            ErrorCode::Refused,
            fmt::format(
                "making another unit stable on \"{}\" is a promotion: it needs the role approver; "
                "this token has {}",
                plan.route.name.text(), api::roleName(call.role)),
            "/definition/stable");
    }
    return {};
}

void putRoutes(Change& change, const State& before, const Call& call,
               const std::vector<routing::Route>& routes)
{
    const auto namer = [&change](const UnitId& id) { return unitName(change.next, id); };
    change.changes = routing::changesBetween(routesOf(before), routes, namer);
    Index<RouteEntry> next;
    std::set<std::string> touched;
    for (const routing::Route& route : routes) {
        const auto present = before.routes.find(route.name.text());
        if (present != before.routes.end() && present->second->route == route) {
            next[route.name.text()] = present->second;
            continue;
        }
        touched.insert(route.name.text());
        const std::uint64_t revision = before.revision + 1;
        const bool sameKey =
            present != before.routes.end() &&
            present->second->route.definition.bucketBy == route.definition.bucketBy;
        next[route.name.text()] = std::make_shared<const RouteEntry>(
            RouteEntry{route, toMicros(call.at), call.actor, revision,
                       sameKey ? present->second->keyedSince : revision});
    }
    for (const auto& [name, entry] : before.routes) {
        if (!next.contains(name)) {
            touched.insert(name);
        }
    }
    change.routes.assign(touched.begin(), touched.end());
    change.next.routes = std::move(next);
    change.next.revision = before.revision + (touched.empty() ? 0 : 1);
}

Result<std::vector<routing::Route>> routesOf(const store::RevisionRow& row)
{
    std::vector<routing::Route> routes;
    for (const auto& [name, json] : row.routes.items()) {
        auto route = routing::routeFromJson(json, pointerTo("/routes", name));
        if (!route) {
            return std::move(route).error();
        }
        routes.push_back(std::move(*route));
    }
    return routes;
}

Result<std::vector<routing::Route>> routesAt(const store::ControlStore& store,
                                             std::uint64_t revision)
{
    if (revision == 0) {
        return std::vector<routing::Route>{};
    }
    auto row = store.revision(revision);
    if (!row) {
        return std::move(row).error();
    }
    if (!*row) {
        return fail(ErrorCode::NotFound, fmt::format("there is no revision {}", revision));
    }
    return routesOf(**row);
}

std::vector<routing::Route> routesOf(const State& state)
{
    std::vector<routing::Route> routes;
    for (const auto& [name, entry] : state.routes) {
        routes.push_back(entry->route);
    }
    return routes;
}

std::vector<routing::Route> withRoute(std::vector<routing::Route> routes, routing::Route route)
{
    const auto found = std::find_if(routes.begin(), routes.end(), [&](const routing::Route& one) {
        return one.name == route.name;
    });
    if (found != routes.end()) {
        *found = std::move(route);
    } else {
        routes.push_back(std::move(route));
    }
    return routes;
}

} // namespace sluice::control
