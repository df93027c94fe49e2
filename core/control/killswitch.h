// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/commandtable.h"
#include "core/control/killjournal.h"
#include "core/control/state.h"

#include <string>
#include <vector>

/// What a press of the red button does to the state. Pure functions, any thread.
namespace sluice::control {

/// What a press comes down to.
struct KillPlan
{
    std::vector<KilledRoute> now;     ///< routes to kill
    std::vector<std::string> already; ///< routes under an earlier kill that nobody has acknowledged
};

/// Which units a press ({"route"} or {"all": true}) takes out of service, see routing::kill().
/// InvalidArgument for neither or both arguments, NotFound for an unknown route, Refused when a
/// single route has nothing to return to; with "all" such routes are left alone.
Result<KillPlan> planKill(const State& state, const Json& arguments);

/// The state with the record's routes killed. Routes that are gone or killed meanwhile are left as
/// they are.
State applyKill(const State& state, const KillRecord& record);

/// [{"route", "from_percent", "killed", "to"}] of a press; aliases as of `state`.
Json killedRoutesJson(const State& state, const std::vector<KilledRoute>& routes);

/// The highest sequence of a press that the state holds; 0 for none.
std::uint64_t killSequence(const State& state);

} // namespace sluice::control
