// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/state.h"

#include <string_view>

namespace sluice::control {

/// Whether a flagd document may become the state's: it compiles, and none of its flags takes the
/// name of a route (a route is a flag of its own). InvalidArgument or Conflict with the JSON
/// pointer below `where`. Any thread.
Status checkFlagDocument(const State& state, const Json& document, std::string_view where);

/// The other way round: whether a new route's name is free of flags.
Status checkRouteIsNoFlag(const State& state, std::string_view route);

} // namespace sluice::control
