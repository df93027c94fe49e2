// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/command.h"
#include "core/base/json.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::tests {

/// Rows of the command table that the console uses, without schemas.
std::vector<api::CommandDescriptor> fakeCommands();

/// The UnitRef of an alias: its id is the alias' own digits repeated, the same on every run.
Json fakeUnitRef(const std::string& alias);
/// Routes as routes.list has them; `now` in Unix microseconds.
Json fakeRoutes(std::int64_t now);
/// One that was just made, without a candidate.
Json fakeRoute(const std::string& name, std::int64_t now);
Json fakeUnits(std::int64_t now);
Json fakeHistory(std::int64_t now);
Json fakeProviders();
Json fakeAudit(std::int64_t now);

/// telemetry.series, .summary and .records for these routes, noise from `seed`.
Json fakeSeries(const Json& route, std::int64_t from, std::int64_t to, std::int64_t step,
                std::uint64_t seed);
Json fakeSummary(const Json& routes, std::int64_t now, int points, std::uint64_t seed);
Json fakeRecords(std::int64_t now, int count, std::uint64_t seed);

/// Requests per minute of a route by name.
double fakeRate(const std::string& route);

} // namespace sluice::tests
