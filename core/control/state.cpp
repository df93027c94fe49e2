// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/state.h"

#include <fmt/format.h>

namespace sluice::control {

State emptyState()
{
    State state;
    state.prices = std::make_shared<const units::PriceTable>();
    state.flags = std::make_shared<const Json>(Json{{"flags", Json::object()}});
    return state;
}

void addAlias(State& state, const std::string& alias, const UnitId& id)
{
    state.aliases[alias] = std::make_shared<const UnitId>(id);
    std::shared_ptr<const std::string>& name = state.names[id.text()];
    if (!name || alias < *name) {
        name = std::make_shared<const std::string>(alias);
    }
}

Result<UnitId> resolveUnit(const State& state, std::string_view aliasOrId, std::string_view where)
{
    const std::string key(aliasOrId);
    if (const auto alias = state.aliases.find(key); alias != state.aliases.end()) {
        return *alias->second;
    }
    if (state.units.contains(key)) {
        return UnitId(key);
    }
    return fail(
        ErrorCode::NotFound,
        fmt::format("no unit is called \"{}\"; `units list` shows those that are registered",
                    aliasOrId),
        std::string(where));
}

std::string aliasOf(const State& state, const UnitId& id)
{
    const auto found = state.names.find(id.text());
    return found == state.names.end() ? std::string() : *found->second;
}

std::string unitName(const State& state, const UnitId& id)
{
    const std::string alias = aliasOf(state, id);
    return alias.empty() ? units::shortId(id) : alias;
}

Json unitRef(const State& state, const UnitId& id)
{
    return {{"alias", aliasOf(state, id)}, {"id", id.text()}};
}

flags::Generation generationOf(const Json& document)
{
    const auto metadata = document.find("metadata");
    const bool third = metadata != document.end() && metadata->is_object() &&
                       metadata->value("fractionalVersion", Json()) == Json(3);
    return third ? flags::Generation::V3 : flags::Generation::V2;
}

flags::Generation generationOf(const State& state)
{
    return generationOf(*state.flags);
}

std::string killKey(std::int64_t atMicros)
{
    return std::to_string(atMicros);
}

bool fleetProduction(const State& state)
{
    const auto found = state.meta.find("production");
    return found != state.meta.end() && *found->second == true;
}

std::string fleetName(const State& state)
{
    const auto found = state.meta.find("name");
    return found != state.meta.end() && found->second->is_string()
               ? found->second->get<std::string>()
               : std::string();
}

Result<std::shared_ptr<const RouteEntry>> findRoute(const State& state, const std::string& name)
{
    const auto found = state.routes.find(name);
    if (found == state.routes.end()) {
        return fail(ErrorCode::NotFound,
                    fmt::format("there is no route \"{}\"; `routes list` shows them", name));
    }
    return found->second;
}

} // namespace sluice::control
