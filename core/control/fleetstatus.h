// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/commandtable.h"
#include "core/control/controller.h"
#include "core/gateway/gateway.h"
#include "core/store/telemetrystore.h"
#include "core/telemetry/pipeline.h"

namespace sluice::control {

/// What fleet.status looks at.
struct FleetParts
{
    const gateway::Gateway& gateway;
    const telemetry::Pipeline& pipeline;
    const store::TelemetryStore* telemetry; ///< may be null
    ControlHealth health;
    const State& state;
    const Services& services;
};
/// What it says about who we are.
struct FleetIdentity
{
    bool embedded = false;
    bool demo = false;
    std::string version;
    std::string workspace;
    std::string listen;
    std::string admin;
    std::size_t threads = 1;
};

/// fleet.status' answer. Any thread.
Json fleetStatus(const FleetParts& parts, const FleetIdentity& identity);

} // namespace sluice::control
