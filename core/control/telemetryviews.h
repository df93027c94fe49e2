// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/commandtable.h"
#include "core/store/telemetrystore.h"

#include <map>
#include <string>
#include <vector>

/// How telemetry.* shows what was recorded. Any thread.
namespace sluice::control {

/// A record as telemetry.records shows it; units by alias where they have one.
Json recordView(const State& state, const telemetry::RequestRecord& record);

/// Sums of one arm and unit of a route, by step.
struct ArmSums
{
    telemetry::Arm arm = telemetry::Arm::Stable;
    std::string unit;
    std::map<std::int64_t, telemetry::Aggregate> steps; ///< by the step's first second
};

/// [from, to) of a route in steps: what this process has in memory, and the store for what was
/// before.
struct SumsQuery
{
    std::string route;
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::int64_t step = 1;
    bool live = false; ///< take recent seconds from memory (fresher) instead of the store
};
Result<std::vector<ArmSums>> sumsOf(const SumsQuery& query, const Services& services);

/// Counts requests that fell back with the candidate that failed them: sums of the candidate's arm that another unit
/// served, all of them fallbacks, join the sums of the route's present candidate. Without one nothing changes.
void foldFallbacks(std::vector<ArmSums>& sums, const routing::RouteDefinition& definition);

/// telemetry.series' columns for one arm. Costs in several currencies are told apart and have no
/// sum; `now` decides which price's currency is named for an arm that has cost nothing.
Json seriesView(const State& state, const ArmSums& sums, SystemTime now);
/// telemetry.summary's figures for one arm; currencies likewise.
Json summaryView(const State& state, const ArmSums& sums, SystemTime now);

/// Requests a minute over the last minute, of one route or (empty) of all.
double requestsPerMinute(const Services& services, const std::string& route);

} // namespace sluice::control
