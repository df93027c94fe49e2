// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/telemetry/pipeline.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::store {

/// Sums of one (route, arm, unit) over one step of time; gateways merged.
struct SeriesPoint
{
    std::int64_t start = 0; ///< Unix seconds, a multiple of the step
    telemetry::Aggregate sums;
};
struct Series
{
    telemetry::Arm arm = telemetry::Arm::Stable;
    std::string unit;
    std::vector<SeriesPoint> points; ///< ascending; steps without requests are absent
};
struct SeriesQuery
{
    std::string route;
    std::int64_t from = 0; ///< Unix seconds, inclusive
    std::int64_t to = 0;   ///< exclusive
    std::int64_t step =
        1; ///< seconds; the store picks 1 s, 1 min or 1 h rows that divide it and still exist
};

struct RecordQuery
{
    std::optional<std::string> route;
    std::optional<telemetry::Arm> arm;
    std::optional<telemetry::Outcome> outcome;
    bool fallbackOnly = false;
    std::optional<std::string> id;
    std::int64_t fromMicros = 0;
    std::int64_t toMicros = INT64_MAX; ///< exclusive
    std::string cursor;                ///< from an earlier page; empty: newest
    std::size_t limit = 200;
};
struct RecordPage
{
    std::vector<telemetry::RequestRecord> records; ///< newest first, as they were left
    /// Empty: no more. A search for something rare stops after a bounded number of rows, so a page
    /// may be short, even empty, and still have a cursor.
    std::string cursor;
};

struct TrafficQuery
{
    std::string route;
    std::int64_t fromMicros = 0;
    std::int64_t toMicros = INT64_MAX; ///< exclusive
    std::int64_t rowLimit = 200'000;   ///< rows looked at, of other routes too: bounds the time
};
/// Takes one record: time, revision, arm, assignedUnit, assignedBy, keyHmac, both buckets,
/// attributes, total time, flags, weight, outcome and cost are set, nothing else.
using TrafficVisit = std::function<void(const telemetry::RequestRecord&)>;

struct TelemetryStoreOptions
{
    std::string folder; ///< workspace/telemetry; one file a UTC day
    std::int64_t secondsKept = 3600;
    std::int64_t minutesKept = 30LL * 86400;
    std::int64_t hoursKept = 730LL * 86400;
    std::int64_t recordDaysKept = 30;
    std::size_t queueLimit =
        200'000; ///< records waiting for the writer; beyond: dropped and counted
};

struct TelemetryStoreState
{
    std::uint64_t queued = 0;
    std::uint64_t dropped = 0;
    std::uint64_t written = 0;
    std::string
        problem; ///< empty, or why nothing is being written ("disk full"); recovers by itself
    std::vector<std::string> damaged; ///< an alarm each: files that are skipped, and why
};

/// Records and roll-ups at rest: one writer thread with the only writing connection a file, batches
/// in one transaction, WAL, synchronous NORMAL, no secondary index on records; readers are
/// query_only. Queries may be called from any thread but the writer's and block; each call has
/// reading connections of its own. What was written is readable at once, about half a second after
/// accept(). Needs a QCoreApplication to have been made.
class TelemetryStore : public telemetry::BatchSink
{
public:
    /// Fails only if the folder cannot be made: whatever else is wrong shows in state(), and
    /// nothing waits for it.
    static Result<std::unique_ptr<TelemetryStore>> openSqlite(TelemetryStoreOptions options,
                                                              const Clock& clock);

    [[nodiscard]] virtual Result<std::vector<Series>> series(const SeriesQuery& query) const = 0;
    [[nodiscard]] virtual Result<RecordPage> records(const RecordQuery& query) const = 0;
    /// Shows a route's records, shadow copies left out, newest first; `visit` runs on the caller's
    /// thread. False: the row limit stopped it before everything was seen.
    [[nodiscard]] virtual Result<bool> traffic(const TrafficQuery& query,
                                               const TrafficVisit& visit) const = 0;
    [[nodiscard]] virtual TelemetryStoreState state() const = 0;
    /// Writes everything accepted so far, or says why that failed; for shutdown and tests.
    virtual Status flush() = 0;
};

} // namespace sluice::store
