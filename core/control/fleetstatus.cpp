// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/fleetstatus.h"

#include "core/control/telemetryviews.h"

#include <algorithm>
#include <unistd.h>

namespace sluice::control {

namespace {

/// The second of the last record that came, as microseconds; null when none has since the start.
Json lastRecordAt(const FleetParts& parts)
{
    const auto last = parts.pipeline.latestSecond();
    return last ? Json(*last * 1'000'000) : Json();
}

Json storeView(const ControlHealth& health, const store::TelemetryStoreState& telemetry,
               bool telemetryOpen)
{
    std::string problem = health.storeOk ? std::string() : health.problem;
    if (problem.empty() && !telemetryOpen) {
        problem = "the telemetry store could not be opened: nothing is recorded";
    }
    if (problem.empty()) {
        problem = telemetry.problem;
    }
    return {{"state", problem.empty() ? "ok" : "degraded"}, {"problem", problem}};
}

} // namespace

Json fleetStatus(const FleetParts& parts, const FleetIdentity& identity)
{
    const State& state = parts.state;
    const bool simulated =
        std::any_of(state.providers.begin(), state.providers.end(),
                    [](const auto& provider) { return provider.second->kind == "simulator"; });
    const store::TelemetryStoreState telemetry =
        parts.telemetry != nullptr ? parts.telemetry->state() : store::TelemetryStoreState();
    const telemetry::PipelineCounters counters = parts.pipeline.counters();
    const std::int64_t now = toMicros(parts.services.clock.now()) / 1'000'000;
    return {{"engine", identity.embedded ? "embedded" : "daemon"},
            {"version", identity.version},
            {"workspace", identity.workspace},
            {"demo", identity.demo},
            {"simulated", simulated},
            {"production", fleetProduction(state)},
            {"name", fleetName(state)},
            {"listen", identity.listen},
            {"admin", identity.admin},
            {"revision", state.revision},
            {"uptime_s", static_cast<double>(now - parts.services.startedAt)},
            {"pid", static_cast<std::int64_t>(::getpid())},
            {"requests_per_minute", requestsPerMinute(parts.services, {})},
            {"queue",
             {{"depth", counters.queued + telemetry.queued},
              {"capacity", store::TelemetryStoreOptions().queueLimit}}},
            {"dropped", counters.dropped + telemetry.dropped},
            {"sampled_out", counters.sampledOut},
            {"last_record_at", lastRecordAt(parts)},
            {"store", storeView(parts.health, telemetry, parts.telemetry != nullptr)},
            {"gateways", Json::array({{{"id", "gw-1"},
                                       {"revision", state.revision},
                                       {"threads", identity.threads},
                                       {"in_flight", parts.gateway.inFlight()},
                                       {"connections", parts.gateway.openConnections()}}})}};
}

} // namespace sluice::control
