// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/controlplane.h"
#include "core/control/state.h"

#include <string>

namespace sluice::control {

/// Applies a declarative file at start, unless its digest is the one applied last. On an empty
/// workspace a file that cannot be applied is the start's error; otherwise it is logged, and the
/// last good state serves on: a gateway that does not come up is worse than a file that is not in
/// force. Blocks.
Status applyAtStart(api::ControlPlane& plane, const State& state, const std::string& path);

} // namespace sluice::control
