// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/eventhub.h"
#include "core/store/telemetrystore.h"
#include "core/telemetry/pipeline.h"

#include <cstdint>
#include <string>

namespace sluice::control {

/// Turns what goes wrong with recording into "alert" events, once per change: nobody should have to
/// look for absent data. Control thread only.
class Alarms
{
public:
    /// `telemetry` may be null. Everything outlives this.
    Alarms(EventHub& events, const telemetry::Pipeline& pipeline,
           const store::TelemetryStore* telemetry);

    /// Once a second.
    void tick();

private:
    void say(const char* id, const char* severity, const std::string& text);

    EventHub& m_events;
    const telemetry::Pipeline& m_pipeline;
    const store::TelemetryStore* m_telemetry;
    std::uint64_t m_dropped = 0;
    bool m_dropping = false;
    std::string m_problem;
    std::size_t m_damaged = 0;
};

} // namespace sluice::control
