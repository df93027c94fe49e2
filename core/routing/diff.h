// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/route.h"

#include <vector>

namespace sluice::routing {

/// What a person would call the changes from one route to the other: an array of
/// {"route", "pointer", "from", "to"}. Pointers are into the declarative form, lists change as a
/// whole, a route that comes or goes is one change at "". "/killed" is {"unit", "actor", "reason"}
/// or null. nullptr: there is none.
Json changesBetween(const Route* from, const Route* to, const UnitNamer& name);

/// The same for sets of routes, in the order of their names.
Json changesBetween(const std::vector<Route>& from, const std::vector<Route>& to,
                    const UnitNamer& name);

} // namespace sluice::routing
