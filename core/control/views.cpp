// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/views.h"

#include "core/control/schema.h"

namespace sluice::control {

namespace {

Json usesOf(const State& state, const UnitId& id)
{
    Json uses = Json::array();
    for (const auto& [name, entry] : state.routes) {
        const routing::Route& route = entry->route;
        const auto use = [&](bool is, const char* as) {
            if (is) {
                uses.push_back({{"route", name}, {"as", as}});
            }
        };
        use(route.definition.stable == id, "stable");
        use(route.definition.candidate == id, "candidate");
        use(route.definition.shadow && route.definition.shadow->unit == id, "shadow");
        use(route.knownGood.unit == id, "known_good");
    }
    return uses;
}

Json killedView(const State& state, const std::optional<routing::KillState>& killed)
{
    if (!killed) {
        return nullptr;
    }
    return {{"unit", unitRef(state, killed->unit)},
            {"actor", killed->actor},
            {"reason", killed->reason},
            {"at", killed->atMicros}};
}

} // namespace

bool isSimulated(const State& state, const UnitId& id)
{
    const auto unit = state.units.find(id.text());
    if (unit == state.units.end()) {
        return false;
    }
    const auto provider = state.providers.find(unit->second->unit.provider.text());
    return provider != state.providers.end() && provider->second->kind == "simulator";
}

Json routeView(const State& state, const RouteEntry& entry)
{
    const routing::Route& route = entry.route;
    const routing::RouteDefinition& definition = route.definition;
    Json view = routing::toJson(definition, [&](const UnitId& id) { return unitName(state, id); });
    view["name"] = route.name.text();
    view["stable"] = unitRef(state, definition.stable);
    view["candidate"] = definition.candidate ? unitRef(state, *definition.candidate) : Json();
    view["percent"] = routing::percentToJson(definition.percent);
    view["shadow"] = definition.shadow
                         ? Json{{"unit", unitRef(state, definition.shadow->unit)},
                                {"percent", routing::percentToJson(definition.shadow->percent)}}
                         : Json();
    view["known_good"] = {{"unit", unitRef(state, route.knownGood.unit)},
                          {"revision", route.knownGood.revision}};
    view["killed"] = killedView(state, route.killed);
    view["changed_at"] = entry.changedAt;
    view["changed_by"] = entry.changedBy;
    view["simulated"] = isSimulated(state, definition.stable) ||
                        (definition.candidate && isSimulated(state, *definition.candidate));
    return view;
}

Json unitView(const State& state, const UnitEntry& entry, SystemTime now)
{
    const units::InferenceUnit& unit = entry.unit;
    Json aliases = Json::array();
    for (const auto& [alias, id] : state.aliases) {
        if (*id == entry.id) {
            aliases.push_back(alias);
        }
    }
    Json prompt;
    if (unit.prompt) {
        prompt = {{"name", unit.prompt->name},
                  {"version", unit.prompt->version},
                  {"digest", unit.prompt->digest}};
    }
    const bool priced = state.prices->find(unit.provider.text(), unit.model, now) != nullptr;
    return {{"id", entry.id.text()},
            {"aliases", std::move(aliases)},
            {"provider", unit.provider.text()},
            {"model", unit.model},
            {"prompt", std::move(prompt)},
            {"params", unit.params},
            {"registered_at", entry.registeredAt},
            {"registered_by", entry.registeredBy},
            {"simulated", isSimulated(state, entry.id)},
            {"price", priced ? "exact" : "missing"},
            {"used_by", usesOf(state, entry.id)}};
}

Json stepsView(std::vector<routing::ExplainStep> steps)
{
    Json view = Json::array();
    for (routing::ExplainStep& step : steps) {
        view.push_back({{"step", step.step},
                        {"outcome", step.outcome},
                        {"detail", std::move(step.detail)},
                        {"decides", step.decides}});
    }
    return view;
}

namespace schema {

Json steps()
{
    return arrayOf(
        object({{"step", text()},
                {"outcome", text()},
                {"detail", Json::object()},
                {"decides?", described(boolean(), "those after it: what would have been")}}));
}

Json unitRef()
{
    return object({{"alias", text()}, {"id", text()}});
}

Json route()
{
    return object(
        {{"name", name()},
         {"stable", unitRef()},
         {"candidate", nullable(unitRef())},
         {"percent", number(0, 100)},
         {"bucket_by", text()},
         {"allow", arrayOf(text())},
         {"rules",
          arrayOf(object({{"when", Json::object()}, {"arm", oneOf({"stable", "candidate"})}}))},
         {"guard", open()},
         {"shadow", nullable(object({{"unit", unitRef()}, {"percent", number(0, 100)}}))},
         {"session", open()},
         {"system_messages", text()},
         {"request_params", text()},
         {"capture", open()},
         {"known_good", object({{"unit", unitRef()}, {"revision", integer()}})},
         {"killed",
          nullable(object(
              {{"unit", unitRef()}, {"actor", text()}, {"reason", text()}, {"at", integer()}}))},
         {"changed_at", integer()},
         {"changed_by", text()},
         {"simulated", boolean()}});
}

Json unit()
{
    return object(
        {{"id", text()},
         {"aliases", arrayOf(text())},
         {"provider", text()},
         {"model", text()},
         {"prompt", nullable(object({{"name", text()}, {"version", text()}, {"digest", text()}}))},
         {"params", open()},
         {"registered_at", integer()},
         {"registered_by", text()},
         {"simulated", boolean()},
         {"price", oneOf({"exact", "missing"})},
         {"used_by",
          arrayOf(object({{"route", text()},
                          {"as", oneOf({"stable", "candidate", "shadow", "known_good"})}}))}});
}

Json changes()
{
    return arrayOf(object({{"route", text()},
                           {"pointer", text()},
                           {"from", Json::object()},
                           {"to", Json::object()}}));
}

} // namespace schema

} // namespace sluice::control
