// SPDX-License-Identifier: GPL-3.0-or-later
// flags.*: the workspace's own flags, and what anybody would get.
#include "core/control/commandtable.h"
#include "core/control/edits.h"
#include "core/control/flagdocument.h"
#include "core/control/routeflag.h"
#include "core/control/schema.h"
#include "core/control/views.h"
#include "core/flags/flagset.h"
#include "core/gateway/servedflags.h"
#include "core/routing/routingtable.h"

#include <fmt/format.h>

namespace sluice::control {

namespace {

Result<Json> listFlags(const State& state, const Call&, const Services&)
{
    Json routes = Json::object();
    for (const auto& [name, entry] : state.routes) {
        auto flag = routeFlag(state, entry->route);
        routes[name] = flag ? std::move(*flag) : Json{{"problem", describe(flag.error())}};
    }
    return Json{{"flags", state.flags->value("flags", Json::object())},
                {"evaluators", state.flags->value("$evaluators", Json::object())},
                {"metadata", state.flags->value("metadata", Json::object())},
                {"generation", static_cast<int>(generationOf(state))},
                {"imported", importedFlags(state)},
                {"routes", std::move(routes)}};
}

Result<Json> exportFlags(const State& state, const Call&, const Services&)
{
    auto document = exportedFlags(state);
    if (!document) {
        return document;
    }
    return Json{{"document", std::move(*document)}};
}

/// The change to `document`, with what it changes as the result.
Result<Change> replaced(const State& state, const Call& call, const Json& document,
                        std::string_view where)
{
    Change change{state};
    if (auto status = putFlags(change.next, document, where); !status) {
        return std::move(status).error();
    }
    change.dryRun = call.arguments.value("dry_run", false);
    tellFlagChanges(change, call, flagChanges(*state.flags, *change.next.flags));
    return change;
}

Result<Change> putAllFlags(const State& state, const Call& call)
{
    Json document = call.arguments.at("document");
    if (auto status = keepGeneration(state, document, "/document"); !status) {
        return std::move(status).error();
    }
    return replaced(state, call, document, "/document");
}

Result<Change> setFlag(const State& state, const Call& call)
{
    const std::string name = call.arguments.at("flag");
    Json document = *state.flags;
    document["flags"][name] = call.arguments.at("definition");
    auto change = replaced(state, call, document, {});
    if (change) {
        return change;
    }
    Error error = std::move(change).error();
    const std::string prefix = pointerTo("/flags", name);
    if (error.where.starts_with(prefix)) { // as the caller wrote it
        error.where = "/definition" + error.where.substr(prefix.size());
    }
    return error;
}

Result<Change> removeFlag(const State& state, const Call& call)
{
    const std::string name = call.arguments.at("flag");
    const auto owner = flagOwner(state, name);
    if (!owner) {
        return fail(ErrorCode::NotFound,
                    fmt::format("there is no flag \"{}\"; `flags list` shows them", name), "/flag");
    }
    if (!owner->empty()) {
        return fail(ErrorCode::Conflict,
                    fmt::format("the flag \"{}\" comes from the source \"{}\"; remove it there, or "
                                "the source",
                                name, *owner),
                    "/flag");
    }
    Json document = *state.flags;
    document["flags"].erase(name);
    return replaced(state, call, document, {});
}

Json stepsOf(std::vector<flags::ExplainStep> steps)
{
    Json out = Json::array();
    for (flags::ExplainStep& step : steps) {
        out.push_back(
            {{"step", step.step}, {"outcome", step.outcome}, {"detail", std::move(step.detail)}});
    }
    return out;
}

Result<Json> evaluateRoute(const State& state, const RouteEntry& entry, flags::Context& context)
{
    auto route = routing::CompiledRoute::compile(entry.route, generationOf(state));
    if (!route) {
        return std::move(route).error();
    }
    gateway::nameUser(context);
    const routing::Assignment assignment = (*route)->assign(context);
    return Json{{"value", routeVariant(state, entry.route, assignment.arm)},
                {"variant", units::armName(assignment.arm)},
                {"reason", flags::reasonName(gateway::routeReason(**route, assignment))},
                {"metadata", gateway::routeMetadata(entry.route)},
                {"steps", stepsView((*route)->explain(context))}};
}

/// The set that has the flag: the workspace's own or a source's.
Result<std::shared_ptr<const flags::FlagSet>> setWith(const State& state, const std::string& flag)
{
    const auto owner = flagOwner(state, flag);
    return flags::FlagSet::fromJson(
        !owner || owner->empty() ? *state.flags : state.flagImports.at(*owner)->document);
}

Result<Json> evaluateFlag(const State& state, const Call& call, const Services&)
{
    const std::string flag = call.arguments.at("flag");
    flags::Context context;
    if (auto status = context.merge(call.arguments.value("context", Json::object())); !status) {
        return std::move(status).error();
    }
    if (const auto route = state.routes.find(flag); route != state.routes.end()) {
        return evaluateRoute(state, *route->second, context);
    }
    auto set = setWith(state, flag);
    if (!set) {
        return std::move(set).error();
    }
    const auto found = (*set)->evaluate(flag, context, call.at);
    Json result{{"value", found.value == nullptr ? Json() : *found.value},
                {"variant", found.variant},
                {"reason", flags::reasonName(found.reason)},
                {"metadata", found.metadata == nullptr ? Json::object() : *found.metadata},
                {"steps", stepsOf((*set)->explain(flag, context, call.at))}};
    if (found.error != flags::EvaluationError::None) {
        result["error_code"] = flags::evaluationErrorName(found.error);
        result["error_details"] = found.details;
    }
    return result;
}

void addReadingRows(std::vector<Row>& rows)
{
    using namespace schema;
    rows.push_back({{"flags.list", api::Role::Viewer,
                     "Shows the flags, in flagd's format; the routes' own among them.", object({}),
                     object({{"flags", open()},
                             {"evaluators", open()},
                             {"metadata", open()},
                             {"generation", integer(2, 3)},
                             {"imported", described(open(), "by source, then by flag")},
                             {"routes", open()}}),
                     false},
                    Where::Readers,
                    listFlags,
                    {},
                    Prepare::Nothing,
                    {}});
    rows.push_back({{"flags.export", api::Role::Viewer,
                     "All flags and the routes' own as one document that flagd accepts.",
                     object({}), object({{"document", open()}}), false},
                    Where::Readers,
                    exportFlags,
                    {},
                    Prepare::Nothing,
                    {}});
    rows.push_back({{"flags.evaluate", api::Role::Viewer,
                     "What a flag, or a route's own flag, gives in a context, and why.",
                     object({{"flag", text()}, {"context?", open()}}),
                     object({{"value", Json::object()},
                             {"variant", text()},
                             {"reason", text()},
                             {"error_code?", text()},
                             {"error_details?", text()},
                             {"metadata", open()},
                             {"steps", schema::steps()}}),
                     false},
                    Where::Readers,
                    evaluateFlag,
                    {},
                    Prepare::Nothing,
                    {}});
}

} // namespace

void addFlagCommands(std::vector<Row>& rows)
{
    using namespace schema;
    addReadingRows(rows);
    const Json dryRun = described(boolean(), "only say what would change");
    rows.push_back(
        {{"flags.put", api::Role::Approver, "Replaces all flags by a flagd document.",
          object({{"document", open()}, {"dry_run?", dryRun}}), schema::flagChangeResult(), true},
         Where::Control,
         {},
         putAllFlags,
         Prepare::Nothing,
         {}});
    rows.push_back({{"flags.set", api::Role::Approver, "Adds or replaces one flag.",
                     object({{"flag", name()}, {"definition", open()}, {"dry_run?", dryRun}}),
                     schema::flagChangeResult(), true},
                    Where::Control,
                    {},
                    setFlag,
                    Prepare::Nothing,
                    {}});
    rows.push_back(
        {{"flags.remove", api::Role::Approver, "Removes one flag.",
          object({{"flag", name()}, {"dry_run?", dryRun}}), schema::flagChangeResult(), true},
         Where::Control,
         {},
         removeFlag,
         Prepare::Nothing,
         {}});
    addFlagSourceCommands(rows);
}

} // namespace sluice::control
