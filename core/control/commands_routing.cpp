// SPDX-License-Identifier: GPL-3.0-or-later
// routing.*: history, restore, the red button.
#include "core/control/commandtable.h"
#include "core/control/routeedits.h"
#include "core/control/schema.h"
#include "core/control/views.h"
#include "core/routing/diff.h"
#include "core/routing/transitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sluice::control {

namespace {

/// The changes of one route, or all of them.
Json changesOf(const Json& changes, const std::string& route)
{
    if (route.empty()) {
        return changes;
    }
    Json some = Json::array();
    for (const Json& change : changes) {
        if (change.value("route", std::string()) == route) {
            some.push_back(change);
        }
    }
    return some;
}

Result<Json> history(const State&, const Call& call, const Services& services)
{
    const std::string route = call.arguments.value("route", std::string());
    const std::size_t limit = call.arguments.value("limit", std::size_t{50});
    std::uint64_t before = call.arguments.value("before", std::uint64_t{0});
    Json revisions = Json::array();
    bool more = true;
    while (more) {
        auto rows = services.store->revisions(before, limit + 1);
        if (!rows) {
            return std::move(rows).error();
        }
        more = rows->size() > limit;
        for (const store::RevisionRow& row : *rows) {
            Json changes = changesOf(row.changes, route);
            before = row.revision;
            if (!route.empty() && changes.empty()) {
                continue;
            }
            if (revisions.size() == limit) {
                return Json{{"revisions", std::move(revisions)}, {"more", true}};
            }
            revisions.push_back({{"revision", row.revision},
                                 {"at", row.atMicros},
                                 {"actor", row.actor},
                                 {"reason", row.reason},
                                 {"command", row.command},
                                 {"changes", std::move(changes)}});
        }
    }
    return Json{{"revisions", std::move(revisions)}, {"more", false}};
}

Result<Json> diff(const State& state, const Call& call, const Services& services)
{
    std::array<std::vector<routing::Route>, 2> ends;
    for (const auto& [argument, routes] :
         {std::pair("from", &ends[0]), std::pair("to", &ends[1])}) {
        auto found = routesAt(*services.store, call.arguments.at(argument));
        if (!found) {
            Error error = std::move(found).error();
            error.where = error.code == ErrorCode::NotFound ? std::string("/") + argument
                                                            : error.where;
            return error;
        }
        *routes = *std::move(found);
    }
    const Json changes =
        routing::changesBetween(ends[0], ends[1],
                                [&](const UnitId& id) { return unitName(state, id); });
    return Json{{"changes", changesOf(changes, call.arguments.value("route", std::string()))}};
}

Result<Change> restore(const State& state, const Call& call)
{
    auto old = control::routesOf(*call.earlier);
    if (!old) {
        return std::move(old).error();
    }
    const RouteName only(call.arguments.value("route", std::string()));
    auto routes = routing::restore(control::routesOf(state), *old, state.revision + 1,
                                   only.empty() ? nullptr : &only);
    if (!routes) {
        return std::move(routes).error();
    }
    Change change{state};
    change.reason = call.arguments.at("reason");
    change.dryRun = call.arguments.value("dry_run", false);
    putRoutes(change, state, call, *routes);
    change.result = {{"revision", change.next.revision}, {"changes", change.changes}};
    return change;
}

Result<Change> acknowledge(const State& state, const Call& call)
{
    const std::string name = call.arguments.at("route");
    auto entry = findRoute(state, name);
    if (!entry) {
        return std::move(entry).error();
    }
    auto route = routing::acknowledge((*entry)->route, state.revision + 1);
    if (!route) {
        return std::move(route).error();
    }
    Change change{state};
    change.reason = call.arguments.at("reason");
    putRoutes(change, state, call, withRoute(control::routesOf(state), std::move(*route)));
    change.result = {{"route", routeView(change.next, *change.next.routes.at(name))}};
    return change;
}

Json killResult()
{
    using namespace schema;
    return object({{"routes", arrayOf(object({{"route", text()},
                                              {"from_percent", number()},
                                              {"killed", schema::unitRef()},
                                              {"to", schema::unitRef()}}))},
                   {"already", boolean()},
                   {"revision", integer()},
                   {"pressed_at", integer()},
                   {"adopted_at", integer()},
                   {"milliseconds", number()},
                   {"last_admitted_at", nullable(integer())},
                   {"last_finished_at", nullable(integer())},
                   {"in_flight", integer()},
                   {"moved", integer()},
                   {"gateways", object({{"acknowledged", integer()}, {"total", integer()}})}});
}

} // namespace

void addRoutingCommands(std::vector<Row>& rows)
{
    using namespace schema;
    const Json reason = text("why, for the history");
    rows.push_back(
        {{"routing.history", api::Role::Viewer, "Lists the routing revisions, newest first.",
          object({{"route?", name()},
                  {"before?", described(integer(), "a revision; 0: from the newest")},
                  {"limit?", described(integer(1, 1000), "50 unless told")}}),
          object({{"revisions", arrayOf(object({{"revision", integer()},
                                                {"at", integer()},
                                                {"actor", text()},
                                                {"reason", text()},
                                                {"command", text()},
                                                {"changes", schema::changes()}}))},
                  {"more", boolean()}}),
          false},
         Where::Store,
         history,
         {},
         Prepare::Nothing,
         {}});
    rows.push_back({{"routing.diff", api::Role::Viewer,
                     "What a person would call the changes from one revision to another.",
                     object({{"from", described(integer(), "a revision; 0: before the first")},
                             {"to", described(integer(), "a revision")},
                             {"route?", name()}}),
                     object({{"changes", schema::changes()}}), false},
                    Where::Store,
                    diff,
                    {},
                    Prepare::Nothing,
                    {}});
    rows.push_back({{"routing.restore", api::Role::Operator,
                     "Brings all routes, or one, back to an earlier revision or point in time.",
                     object({{"revision?", described(integer(1), "either this")},
                             {"at?", described(integer(), "or what was in force at this time, "
                                                          "Unix microseconds")},
                             {"route?", name()},
                             {"reason", reason},
                             {"dry_run?", boolean()}}),
                     object({{"revision", integer()}, {"changes", schema::changes()}}), true},
                    Where::Control,
                    {},
                    restore,
                    Prepare::Revision,
                    {}});
    rows.push_back(
        {{"routing.kill", api::Role::Operator,
          "The red button: sends a route, or every route, back to its known good unit at once.",
          object({{"route?", name()},
                  {"all?", described(boolean(), "every route")},
                  {"reason", reason}}),
          killResult(), true},
         Where::Kill,
         {},
         {},
         Prepare::Nothing,
         {}});
    rows.push_back({{"routing.acknowledge", api::Role::Operator,
                     "Ends a kill: the route may be moved again, from 0 %.",
                     object({{"route", name()}, {"reason", reason}}),
                     object({{"route", schema::route()}}), true},
                    Where::Control,
                    {},
                    acknowledge,
                    Prepare::Nothing,
                    {}});
}

} // namespace sluice::control
