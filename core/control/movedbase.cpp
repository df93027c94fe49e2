// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/movedbase.h"

#include "core/control/routeedits.h"
#include "core/routing/divergence.h"

#include <fmt/format.h>

#include <set>

namespace sluice::control {

namespace {

/// The present state with the routes of the base.
State withBaseRoutes(const State& present, const Call& call)
{
    State then = present;
    then.revision = *call.base;
    then.routes.clear();
    for (const routing::Route& route : *call.baseRoutes) {
        const auto now = present.routes.find(route.name.text());
        const bool same = now != present.routes.end() && now->second->route == route;
        then.routes[route.name.text()] =
            same ? now->second : std::make_shared<const RouteEntry>(RouteEntry{route});
    }
    return then;
}

std::set<std::string> touchedBy(const Call& call, const Result<Change>& yours,
                                const Result<Change>& now)
{
    std::set<std::string> touched;
    for (const Result<Change>* change : {&yours, &now}) {
        if (*change) {
            touched.insert((**change).routes.begin(), (**change).routes.end());
        }
    }
    if (const auto named = call.arguments.find("route");
        named != call.arguments.end() && named->is_string()) {
        touched.insert(named->get<std::string>());
    }
    return touched;
}

Error conflict(const State& present, std::uint64_t base, std::string message)
{
    Error error = fail(ErrorCode::Conflict, std::move(message),
                       fmt::format("revision {}", present.revision));
    error.details =
        std::make_shared<const Json>(Json{{"base", base}, {"current", present.revision}});
    return error;
}

std::string whoMoved(const State& present, const Json& theirs)
{
    const std::string name = theirs.front().at("route");
    const auto entry = present.routes.find(name);
    return entry == present.routes.end()
               ? fmt::format("route \"{}\" was removed", name)
               : fmt::format("route \"{}\" was changed by {}", name, entry->second->changedBy);
}

} // namespace

Result<Change> changeOnMovedBase(const State& present, const Row& row, const Call& call)
{
    const Result<Change> yours = row.handler(withBaseRoutes(present, call), call);
    Result<Change> now = row.handler(present, call);
    const std::set<std::string> touched = touchedBy(call, yours, now);
    if (touched.empty()) {
        return !now ? std::move(now)
                    : conflict(present, *call.base,
                               fmt::format("the routing is at revision {} now, not {}; look again "
                                           "and repeat",
                                           present.revision, *call.base));
    }
    const Json wanted = yours ? yours->changes : Json::array();
    const routing::Divergence divergence =
        routing::divergenceOf(*call.baseRoutes, routesOf(present), wanted, touched,
                              [&](const UnitId& id) { return unitName(present, id); });
    const bool asWanted = now && now->routes.empty();
    if (divergence.none() || asWanted) {
        return now;
    }
    Error error =
        conflict(present, *call.base,
                 fmt::format("{} since revision {}; look at the difference and repeat against "
                             "revision {}",
                             whoMoved(present, divergence.theirs), *call.base, present.revision));
    error.details = std::make_shared<const Json>(Json{{"base", *call.base},
                                                      {"current", present.revision},
                                                      {"changes", divergence.theirs},
                                                      {"yours", wanted},
                                                      {"both", divergence.both}});
    return error;
}

Error unknownBase(const State& present, std::uint64_t base)
{
    return conflict(present, base,
                    fmt::format("there is no revision {} to compare with; the routing is at "
                                "revision {}: look again and repeat",
                                base, present.revision));
}

} // namespace sluice::control
