// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/state.h"
#include "core/units/arm.h"

namespace sluice::control {

/// A route is a flag of its own name, with the variants "stable", "control" and "candidate". Pure
/// functions, any thread.

/// What a variant stands for: {"endpoint", "prompt_v", "hyperparams", "is_canary", "unit"}
/// (contracts.md). While there is no candidate, or it is killed, "candidate" is what would be
/// served in its place: no variant names a unit that the route does not serve.
Json routeVariant(const State& state, const routing::Route& route, units::Arm arm);

/// The whole route as a flagd flag that gives everybody the variant that the gateway gives them:
/// allow list and rules as targeting, the percentage as `fractional` with the candidate first and
/// control last; all stable while a kill is not acknowledged. Bucketing by user_id falls back to
/// targetingKey, and so do the rules, as on the data port. InvalidArgument where flagd could not
/// read the bucketing attribute (a name with a dot is a path there).
Result<Json> routeFlag(const State& state, const routing::Route& route);

} // namespace sluice::control
