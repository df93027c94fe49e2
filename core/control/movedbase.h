// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/commandtable.h"

/// Compare-and-set when the base is no longer the present revision. Pure functions, any thread.
namespace sluice::control {

/// What a row makes of the present state for a call whose base (`call.baseRoutes`) is an earlier
/// revision. A change of routes that have not moved since then goes through; Conflict where one has
/// moved, unless it already is as wanted, and for changes of anything but routes, of which no more
/// is known than that the routing moved. The Conflict's details are {"base", "current", "changes":
/// since the base on the routes in question, "yours": what the call would have changed in its base,
/// "both": pointers that are in both}.
Result<Change> changeOnMovedBase(const State& present, const Row& row, const Call& call);

/// The Conflict for a base that no revision can be found for.
Error unknownBase(const State& present, std::uint64_t base);

} // namespace sluice::control
