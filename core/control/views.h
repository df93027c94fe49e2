// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/state.h"
#include "core/routing/routingtable.h"

#include <vector>

/// How commands show parts of the state, and the schemas of those forms. Pure functions, any
/// thread.
namespace sluice::control {

/// Route: the declarative object with UnitRefs, and what has happened to it.
Json routeView(const State& state, const RouteEntry& entry);
/// Unit, with its aliases, price and what uses it.
Json unitView(const State& state, const UnitEntry& entry, SystemTime now);
/// An explanation's steps: [{"step", "outcome", "detail", "decides"}].
Json stepsView(std::vector<routing::ExplainStep> steps);
/// Whether a unit is served by the simulator.
bool isSimulated(const State& state, const UnitId& id);

namespace schema {
Json unitRef();
Json route();
Json unit();
Json changes();
Json steps();
} // namespace schema

} // namespace sluice::control
