// SPDX-License-Identifier: GPL-3.0-or-later
// fleet.* and prompts.*: how the engine is, and what can be released.
#include "core/control/commandtable.h"
#include "core/control/schema.h"
#include "core/prompts/promptrepository.h"

namespace sluice::control {

namespace {

Result<Json> fleetStatus(const State&, const Call&, const Services& services)
{
    return services.fleet();
}

Result<Change> configureFleet(const State& state, const Call& call)
{
    Change change{state};
    const auto put = [&](const char* key, const Json& value) {
        const auto known = state.meta.find(key);
        if (known == state.meta.end() || *known->second != value) {
            change.next.meta[key] = std::make_shared<const Json>(value);
        }
    };
    put("production", call.arguments.at("production"));
    if (call.arguments.contains("name")) {
        put("name", call.arguments.at("name"));
    }
    change.result = {{"production", fleetProduction(change.next)},
                     {"name", fleetName(change.next)}};
    change.event = "fleet";
    change.eventData = change.result;
    change.eventData["actor"] = call.actor;
    return change;
}

Json promptView(const prompts::Release& release)
{
    return {{"name", release.name},      {"version", release.version}, {"digest", release.digest},
            {"commit", release.commit},  {"author", release.author},   {"at_s", release.atSeconds},
            {"message", release.message}};
}

Result<Json> listPrompts(const State&, const Call&, const Services& services)
{
    auto releases = services.prompts->releases();
    if (!releases) {
        return std::move(releases).error();
    }
    Json list = Json::array();
    for (const prompts::Release& release : *releases) {
        list.push_back(promptView(release));
    }
    return Json{{"prompts", std::move(list)}};
}

Result<Json> getPrompt(const State&, const Call& call, const Services& services)
{
    auto release = services.prompts->release(call.arguments.at("name").get<std::string>(),
                                             call.arguments.at("version").get<std::string>());
    if (!release) {
        return std::move(release).error();
    }
    Json view = promptView(*release);
    view["source"] = release->source;
    return view;
}

Json fleetSchema()
{
    using namespace schema;
    return object({{"engine", oneOf({"embedded", "daemon"})},
                   {"version", text()},
                   {"workspace", text()},
                   {"demo", boolean()},
                   {"simulated", boolean()},
                   {"production", boolean()},
                   {"name", text()},
                   {"listen", text()},
                   {"admin", text()},
                   {"revision", integer()},
                   {"uptime_s", number()},
                   {"pid", integer()},
                   {"requests_per_minute", number()},
                   {"queue", object({{"depth", integer()}, {"capacity", integer()}})},
                   {"dropped", integer()},
                   {"sampled_out", integer()},
                   {"last_record_at", nullable(integer())},
                   {"store", object({{"state", oneOf({"ok", "degraded"})}, {"problem", text()}})},
                   {"gateways", arrayOf(object({{"id", text()},
                                                {"revision", integer()},
                                                {"threads", integer()},
                                                {"in_flight", integer()},
                                                {"connections", integer()}}))}});
}

} // namespace

void addFleetCommands(std::vector<Row>& rows)
{
    using namespace schema;
    const auto prompt = [](bool source) {
        Json shape = object({{"name", text()},
                             {"version", text()},
                             {"digest", text()},
                             {"commit", text()},
                             {"author", text()},
                             {"at_s", integer()},
                             {"message", text()}});
        if (source) {
            shape["properties"]["source"] = text();
        }
        return shape;
    };
    rows.push_back({{"fleet.status", api::Role::Viewer, "How the engine and its gateways are.",
                     object({}), fleetSchema(), false},
                    Where::Readers,
                    fleetStatus,
                    {},
                    Prepare::Nothing,
                    {}});
    rows.push_back({{"fleet.configure", api::Role::Admin,
                     "Says what this fleet is called and whether people depend on it.",
                     object({{"production", described(boolean(), "the console warns of changes")},
                             {"name?", described({{"type", "string"}, {"maxLength", 128}},
                                                 "as people call it; empty for none")}}),
                     object({{"production", boolean()}, {"name", text()}}), true},
                    Where::Control,
                    {},
                    configureFleet,
                    Prepare::Nothing,
                    {}});
    rows.push_back({{"prompts.list", api::Role::Viewer, "Lists the released prompts.", object({}),
                     object({{"prompts", arrayOf(prompt(false))}}), false},
                    Where::Git,
                    listPrompts,
                    {},
                    Prepare::Nothing,
                    {}});
    rows.push_back({{"prompts.get", api::Role::Viewer, "Shows a released prompt with its text.",
                     object({{"name", name()}, {"version", name()}}), prompt(true), false},
                    Where::Git,
                    getPrompt,
                    {},
                    Prepare::Nothing,
                    {}});
}

} // namespace sluice::control
