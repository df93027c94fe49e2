// SPDX-License-Identifier: GPL-3.0-or-later
// routes.*: what applications call.
#include "core/control/commandtable.h"
#include "core/control/routeedits.h"
#include "core/control/schema.h"
#include "core/control/views.h"
#include "core/routing/routingtable.h"
#include "core/routing/transitions.h"

namespace sluice::control {

namespace {

Result<Json> listRoutes(const State& state, const Call&, const Services&)
{
    Json routes = Json::array();
    for (const auto& [name, entry] : state.routes) {
        routes.push_back(routeView(state, *entry));
    }
    return Json{{"routes", std::move(routes)}};
}

Result<Json> getRoute(const State& state, const Call& call, const Services&)
{
    auto entry = findRoute(state, call.arguments.at("route"));
    if (!entry) {
        return std::move(entry).error();
    }
    return routeView(state, **entry);
}

Result<Change> putRoute(const State& state, const Call& call)
{
    const std::string name = call.arguments.at("route");
    auto plan = planRoute(state, name, call.arguments.at("definition"),
                          call.arguments.value("patch", false), "/definition");
    if (!plan) {
        return std::move(plan).error();
    }
    if (auto status = mayRelease(call, *plan); !status) {
        return std::move(status).error();
    }
    Change change{state};
    change.reason = call.arguments.at("reason");
    change.dryRun = call.arguments.value("dry_run", false);
    putRoutes(change, state, call, withRoute(routesOf(state), std::move(plan->route)));
    change.result = {{"route", routeView(change.next, *change.next.routes.at(name))},
                     {"changes", change.changes},
                     {"revision", change.next.revision}};
    return change;
}

Result<Change> deleteRoute(const State& state, const Call& call)
{
    auto entry = findRoute(state, call.arguments.at("route"));
    if (!entry) {
        return std::move(entry).error();
    }
    if (auto status = routing::mayRemove((*entry)->route); !status) {
        return std::move(status).error();
    }
    Change change{state};
    change.reason = call.arguments.at("reason");
    std::vector<routing::Route> routes = routesOf(state);
    std::erase_if(routes,
                  [&](const routing::Route& route) { return route.name == (*entry)->route.name; });
    putRoutes(change, state, call, routes);
    return change;
}

/// "context", then what the convenience arguments say.
Result<flags::Context> contextOf(const Json& arguments)
{
    flags::Context context;
    for (const char* member : {"context", "attributes"}) {
        if (auto status = context.merge(arguments.value(member, Json::object())); !status) {
            return std::move(status).error();
        }
    }
    if (arguments.contains("user")) {
        const std::string user = arguments.at("user");
        context.set("user_id", user);
        context.set("targetingKey", user);
    }
    if (arguments.contains("org")) {
        context.set("org_id", arguments.at("org").get_ref<const std::string&>());
    }
    if (arguments.contains("session")) {
        context.set("session_id", arguments.at("session").get_ref<const std::string&>());
    }
    return context;
}

Result<Json> explainRoute(const State& state, const Call& call, const Services&)
{
    auto entry = findRoute(state, call.arguments.at("route"));
    if (!entry) {
        return std::move(entry).error();
    }
    auto context = contextOf(call.arguments);
    if (!context) {
        return std::move(context).error();
    }
    auto compiled = routing::CompiledRoute::compile((*entry)->route, generationOf(state));
    if (!compiled) {
        return std::move(compiled).error();
    }
    const routing::Assignment assignment = (*compiled)->assign(*context);
    const std::string& name = (*entry)->route.name.text();
    const Json key = assignment.hasKey ? Json(std::string(assignment.key.text())) : Json();
    const Json hash =
        assignment.hasKey
            ? Json(routing::hashOf(name, assignment.key.text(), (*compiled)->generation()))
            : Json();
    return Json{{"arm", units::armName(assignment.arm)},
                {"by", units::assignedByName(assignment.by)},
                {"unit", unitRef(state, *assignment.unit)},
                {"revision", state.revision},
                {"bucket", assignment.hasKey ? Json(assignment.bucket) : Json()},
                {"hash", hash},
                {"key", key},
                {"steps", stepsView((*compiled)->explain(*context))}};
}

void addReadingRows(std::vector<Row>& rows)
{
    using namespace schema;
    rows.push_back({{"routes.list", api::Role::Viewer, "Lists the routes.", object({}),
                     object({{"routes", arrayOf(schema::route())}}), false},
                    Where::Readers,
                    listRoutes,
                    {},
                    Prepare::Nothing,
                    {}});
    rows.push_back({{"routes.get", api::Role::Viewer, "Shows one route.",
                     object({{"route", name()}}), schema::route(), false},
                    Where::Readers,
                    getRoute,
                    {},
                    Prepare::Nothing,
                    {}});
    rows.push_back(
        {{"routes.explain", api::Role::Viewer, "What somebody would get on a route, and why.",
          object({{"route", name()},
                  {"context?", described(open(), "attributes, as rules see them")},
                  {"user?", text("user_id and targetingKey")},
                  {"org?", text("org_id")},
                  {"session?", text("session_id")},
                  {"attributes?", described(open(), "over what context says")}}),
          object({{"arm", text()},
                  {"by", text()},
                  {"unit", schema::unitRef()},
                  {"revision", integer()},
                  {"bucket", nullable(integer())},
                  {"hash", nullable(integer())},
                  {"key", nullable(text())},
                  {"steps", schema::steps()}}),
          false},
         Where::Readers,
         explainRoute,
         {},
         Prepare::Nothing,
         {}});
}

} // namespace

void addRouteCommands(std::vector<Row>& rows)
{
    using namespace schema;
    addReadingRows(rows);
    rows.push_back(
        {{"routes.put", api::Role::Operator,
          "Adds or changes a route; making another unit stable needs the role approver.",
          object({{"route", name()},
                  {"definition",
                   described(open(), "as in the declarative file; units by alias or id")},
                  {"reason", text("why, for the history")},
                  {"patch?", described(boolean(), "a merge patch over the present definition")},
                  {"dry_run?", described(boolean(), "only say what would change")}}),
          object({{"route", schema::route()},
                  {"changes", schema::changes()},
                  {"revision", integer()}}),
          true},
         Where::Control,
         {},
         putRoute,
         Prepare::Nothing,
         {}});
    rows.push_back(
        {{"routes.delete", api::Role::Approver,
          "Removes a route; it can be restored from the history.",
          object({{"route", name()}, {"reason", text("why, for the history")}}), object({}), true},
         Where::Control,
         {},
         deleteRoute,
         Prepare::Nothing,
         {}});
}

} // namespace sluice::control
