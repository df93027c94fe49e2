// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/commandtable.h"

#include <string>
#include <string_view>
#include <vector>

/// Edits of a State's routes; everything that makes a routing revision goes through putRoutes().
/// Pure functions, any thread.
namespace sluice::control {

/// Whether the caller lets units be released (see planRoute()).
struct RoutePlan
{
    routing::Route route;
    bool needsApprover = false; ///< the stable unit changes: a promotion, or a jump past one
};

/// The route that a declarative definition makes of the present one. With `patch` the definition is
/// a merge patch (RFC 7396) over the present declarative form.
Result<RoutePlan> planRoute(const State& state, const std::string& name, const Json& definition,
                            bool patch, std::string_view where);

/// Refused unless the call's role suffices for the plan.
Status mayRelease(const Call& call, const RoutePlan& plan);

/// Makes `routes` all of change.next's routes, as the revision after the present one if anything
/// differs; fills in change.routes, change.changes and the routes' "changed" marks.
void putRoutes(Change& change, const State& before, const Call& call,
               const std::vector<routing::Route>& routes);

/// The routes of a stored revision, by name. Corrupt names the one that cannot be read.
Result<std::vector<routing::Route>> routesOf(const store::RevisionRow& row);
/// The same by the revision's number, on the store's thread; revision 0 has none. NotFound.
Result<std::vector<routing::Route>> routesAt(const store::ControlStore& store,
                                             std::uint64_t revision);

/// All routes of a state as values, by name.
std::vector<routing::Route> routesOf(const State& state);
/// `routes` with `route` added or replaced.
std::vector<routing::Route> withRoute(std::vector<routing::Route> routes, routing::Route route);

} // namespace sluice::control
