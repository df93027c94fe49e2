// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/route.h"

#include <string>
#include <vector>

namespace sluice::routing {

// How a route becomes another: pure functions, no clock, no store. `revision` is the number of the
// revision that the result will be part of. Any thread.
//
// Known good is kept by all of them: stable while there is a candidate, otherwise the unit that was
// stable before the present one, otherwise (there never was another) stable itself.

struct PutResult
{
    Route route;
    bool changed = true;
    bool promotion = false; ///< stable became what the candidate was: asks for the role approver
};

/// A new definition for a route (`present` nullptr: a new route). Making the present candidate
/// stable is a promotion and ends its being a candidate. InvalidArgument: check(). Refused: the
/// route is killed and not acknowledged, and the definition is another one.
Result<PutResult> put(const Route* present, const RouteName& name, RouteDefinition next,
                      std::uint64_t revision);

/// What the red button comes down to on a route.
struct KillTarget
{
    UnitId unit;                 ///< must not serve any more
    UnitId to;                   ///< what serves in its place
    BasisPoints fromPercent = 0; ///< 10000 where the killed unit was stable
    bool already = false;        ///< it was pressed before; nothing changes
};

/// What kill() would do. Refused where there is nothing to return to.
Result<KillTarget> killTarget(const Route& route);

struct KillResult : KillTarget
{
    Route route;
};

/// The red button: the candidate's share drops to 0; without a candidate the unit that was stable
/// before is stable again. Idempotent. Refused where there is nothing to return to.
Result<KillResult> kill(const Route& route, std::string actor, std::string reason,
                        std::int64_t atMicros, std::uint64_t revision);

/// Makes the route movable again. The killed unit stays candidate at 0 %, but whatever else would
/// send people to it (allow list, candidate rules, shadow) is removed: rolling forward is a step of
/// its own. Conflict: not killed.
Result<Route> acknowledge(const Route& route, std::uint64_t revision);

/// Refused while the route is killed: its history would go with it.
Status mayRemove(const Route& route);

/// All routes (or `only` one) as they were in `old`. Routes that `old` does not have are removed,
/// kills that were not acknowledged then count as acknowledged, kills that are not acknowledged now
/// stay: a killed route that would change is Refused, by name. NotFound: `only` is in neither.
Result<std::vector<Route>> restore(const std::vector<Route>& present, const std::vector<Route>& old,
                                   std::uint64_t revision, const RouteName* only = nullptr);

} // namespace sluice::routing
