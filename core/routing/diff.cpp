// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/diff.h"

#include <map>

namespace sluice::routing {

namespace {

Json view(const Route& route, const UnitNamer& name)
{
    Json json = toJson(route.definition, name);
    json["killed"] = nullptr;
    if (route.killed) {
        json["killed"] = {{"unit", name(route.killed->unit)},
                          {"actor", route.killed->actor},
                          {"reason", route.killed->reason}};
    }
    return json;
}

void compare(const RouteName& route, const std::string& pointer, const Json& from, const Json& to,
             Json& changes)
{
    if (from == to) {
        return;
    }
    if (!from.is_object() || !to.is_object()) {
        changes.push_back(
            {{"route", route.text()}, {"pointer", pointer}, {"from", from}, {"to", to}});
        return;
    }
    Json all = from;
    all.update(to);
    for (auto member = all.begin(); member != all.end(); ++member) {
        compare(route, pointerTo(pointer, member.key()), from.value(member.key(), Json()),
                to.value(member.key(), Json()), changes);
    }
}

} // namespace

Json changesBetween(const Route* from, const Route* to, const UnitNamer& name)
{
    Json changes = Json::array();
    if (from != nullptr || to != nullptr) {
        compare(from != nullptr ? from->name : to->name, {},
                from != nullptr ? view(*from, name) : Json(),
                to != nullptr ? view(*to, name) : Json(), changes);
    }
    return changes;
}

Json changesBetween(const std::vector<Route>& from, const std::vector<Route>& to,
                    const UnitNamer& name)
{
    std::map<RouteName, std::pair<const Route*, const Route*>> pairs;
    for (const Route& route : from) {
        pairs[route.name].first = &route;
    }
    for (const Route& route : to) {
        pairs[route.name].second = &route;
    }
    Json changes = Json::array();
    for (const auto& [route, pair] : pairs) {
        const Json some = changesBetween(pair.first, pair.second, name);
        changes.insert(changes.end(), some.begin(), some.end());
    }
    return changes;
}

} // namespace sluice::routing
