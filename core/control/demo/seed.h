// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/controlplane.h"
#include "core/control/demo/past.h"
#include "core/control/demo/storyclock.h"

#include <functional>
#include <memory>
#include <string>

namespace sluice::control::demo {

/// Puts the shop's corpus and released prompts into a workspace folder. What is there already
/// stays. Blocks.
Status prepareWorkspace(const std::string& workspace);

/// The corpus that prepareWorkspace() writes.
Result<Json> corpus();

/// What telling the past needs of an engine that runs on the prepared workspace.
struct Stage
{
    api::ControlPlane& plane;
    StoryClock& clock;
    telemetry::BatchSink& sink;
    std::function<std::shared_ptr<const gateway::ServingTable>()> table; ///< the one in force
    PastIdentity identity;
};

/// Tells the last seventy minutes: units registered, routes at small percentages, moves by two
/// people, one route rolled back, and the traffic of all that time. For an engine without routes;
/// blocks for about a second. An Error is that of the command that failed.
Status tellPast(Stage stage);

} // namespace sluice::control::demo
