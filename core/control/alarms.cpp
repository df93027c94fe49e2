// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/alarms.h"

#include <fmt/format.h>

namespace sluice::control {

Alarms::Alarms(EventHub& events, const telemetry::Pipeline& pipeline,
               const store::TelemetryStore* telemetry)
    : m_events(events)
    , m_pipeline(pipeline)
    , m_telemetry(telemetry)
{
}

void Alarms::tick()
{
    store::TelemetryStoreState state;
    if (m_telemetry != nullptr) {
        state = m_telemetry->state();
    }
    const std::uint64_t dropped = m_pipeline.counters().dropped + state.dropped;
    const bool dropping = dropped > m_dropped;
    if (dropping && !m_dropping) {
        say("dropped", "warning",
            fmt::format("records are being dropped ({} so far); sums stay complete", dropped));
    }
    m_dropped = dropped;
    m_dropping = dropping;
    if (state.problem != m_problem) {
        m_problem = state.problem;
        say("telemetry", m_problem.empty() ? "info" : "error",
            m_problem.empty() ? "telemetry is being written again"
                              : "telemetry is not being written: " + m_problem);
    }
    for (; m_damaged < state.damaged.size(); ++m_damaged) {
        say("damaged", "error", "a telemetry file is skipped: " + state.damaged[m_damaged]);
    }
}

void Alarms::say(const char* id, const char* severity, const std::string& text)
{
    m_events.publish("alert", {{"id", id}, {"severity", severity}, {"route", ""}, {"text", text}});
}

} // namespace sluice::control
