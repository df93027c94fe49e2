// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/demo/story.h"
#include "core/gateway/servingtable.h"
#include "core/telemetry/pipeline.h"

#include <string>

namespace sluice::control::demo {

/// Whose records they are.
struct PastIdentity
{
    std::string gateway;
    std::string hmacKey; ///< the workspace's, so that live traffic's users are the same ones
};

/// The records and sums that the story leaves from one time to another when it is served from
/// `table`, whose units are all simulated: what the gateway would have recorded, without the
/// waiting. Deterministic. InvalidArgument where a request does not fit its unit's prompt. Any
/// thread.
Result<telemetry::Batch> pastTraffic(Story& story, const gateway::ServingTable& table,
                                     SystemTime from, SystemTime to, const PastIdentity& identity);

} // namespace sluice::control::demo
