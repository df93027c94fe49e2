// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string_view>

namespace sluice::units {

/// Whether a model name is pinned to one snapshot. Refused (InvalidArgument, with the forms it could take):
/// "latest" in any position, and names without a snapshot of families whose provider publishes snapshots
/// (gpt-*, o1/o3/o4*, claude-*, gemini-*). Names of unknown families (local models) pass unless they say
/// "latest". Facts: research/gateways.md.
Status checkPinned(std::string_view model);

} // namespace sluice::units
