// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/telemetryreader.h"

#include "core/store/blockscan.h"
#include "core/store/migrations.h"
#include "core/store/rollupfile.h"
#include "core/store/sqltext.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

namespace sluice::store {

namespace {

constexpr std::int64_t kMaxPoints = 100'000;
constexpr std::size_t kMaxPage = 1000;
/// Rows looked at for one page; about a quarter of a second.
constexpr std::int64_t kScanRows = 200'000;

using SeriesKey = std::pair<telemetry::Arm, std::string>;
using Points = std::map<std::int64_t, telemetry::Aggregate>;

/// The coarsest rows that the step is made of. They are also those kept longest.
const Tier& tierFor(std::int64_t step)
{
    return *std::find_if(kTiers.rbegin(), kTiers.rend(),
                         [&](const Tier& tier) { return step % tier.step == 0; });
}

struct StoredSeries
{
    std::int64_t id = 0;
    SeriesKey key;
};

Result<std::vector<StoredSeries>> seriesOfRoute(Database& database, const std::string& route)
{
    auto select = database.prepare("SELECT id, arm, unit FROM series WHERE route = ?");
    if (!select) {
        return select.error();
    }
    select->bindText(0, route);
    std::vector<StoredSeries> result;
    auto status = forEachRow(*select, [&] {
        result.push_back({select->integer(0),
                          {static_cast<telemetry::Arm>(select->integer(1)), select->text(2)}});
    });
    if (!status) {
        return std::move(status).error();
    }
    return result;
}

/// Adds the rows of one series to points.
Status readPoints(Statement& select, std::int64_t id, const SeriesQuery& query, Points& points)
{
    select.bind(0, id);
    select.bind(1, floorTo(query.from, query.step));
    select.bind(2, query.to);
    return forEachRow(select, [&]() -> Status {
        const auto sums = telemetry::Aggregate::decode(select.blob(1));
        if (!sums) {
            return sums.error();
        }
        points[floorTo(select.integer(0), query.step)].merge(*sums);
        return {};
    });
}

Status checkSeriesQuery(const SeriesQuery& query)
{
    if (query.step < 1) {
        return fail(ErrorCode::InvalidArgument, "the step must be at least one second", "/step");
    }
    if (query.to > query.from && (query.to - query.from) / query.step > kMaxPoints) {
        return fail(ErrorCode::TooLarge,
                    fmt::format("more than {} points; take a larger step", kMaxPoints), "/step");
    }
    return {};
}

Result<std::vector<Series>> readSeries(Database& database, const SeriesQuery& query)
{
    const auto stored = seriesOfRoute(database, query.route);
    if (!stored) {
        return stored.error();
    }
    auto select = database.prepare(fmt::format(
        "SELECT start, sums FROM {} WHERE series = ? AND start >= ? AND start < ? ORDER BY start",
        tierFor(query.step).table));
    if (!select) {
        return select.error();
    }
    std::map<SeriesKey, Points> merged;
    for (const StoredSeries& one : *stored) {
        if (auto status = readPoints(*select, one.id, query, merged[one.key]); !status) {
            return status.error();
        }
    }
    std::vector<Series> result;
    for (auto& [key, points] : merged) {
        if (points.empty()) {
            continue;
        }
        Series& series = result.emplace_back(Series{key.first, key.second, {}});
        for (auto& [start, sums] : points) {
            series.points.push_back({start, std::move(sums)});
        }
    }
    return result;
}

} // namespace

Result<std::vector<Series>> TelemetryReader::series(const SeriesQuery& query) const
{
    if (auto status = checkSeriesQuery(query); !status) {
        return status.error();
    }
    const std::string path = rollupPath(m_folder);
    if (!std::filesystem::exists(path)) {
        return std::vector<Series>{};
    }
    const auto database = Database::open(path, Database::Access::Read);
    if (!database) {
        return database.error();
    }
    if (auto status = readableVersion(**database, rollupMigrations()); !status) {
        if (status.error().code == ErrorCode::NotFound) {
            return std::vector<Series>{};
        }
        return status.error();
    }
    return readSeries(**database, query);
}

Result<RecordPage> TelemetryReader::records(const RecordQuery& query) const
{
    const auto before = positionFromCursor(query.cursor);
    if (!before) {
        return before.error();
    }
    const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, kMaxPage);
    RecordPage page;
    ScanPosition last;
    BlockScan scan(query, recordColumns(), {}, kScanRows);
    const auto take = [&](const Statement& row, const NameReader& names,
                          const ScanPosition& at) -> Result<bool> {
        if (page.records.size() == limit) {
            page.cursor = cursorText(last); // there is one more
            return false;
        }
        auto record = readRecord(row, names);
        if (!record) {
            return record.error();
        }
        page.records.push_back(*std::move(record));
        last = at;
        return true;
    };
    const auto stopped = scan.run(m_folder, *before, take, m_damage);
    if (!stopped) {
        return stopped.error();
    }
    if (*stopped) {
        page.cursor = cursorText(**stopped);
    }
    return page;
}

Result<bool> TelemetryReader::traffic(const TrafficQuery& query, const TrafficVisit& visit) const
{
    RecordQuery records;
    records.route = query.route;
    records.fromMicros = query.fromMicros;
    records.toMicros = query.toMicros;
    const std::string served =
        fmt::format("arm <> {}", static_cast<int>(telemetry::Arm::Shadow));
    BlockScan scan(records, trafficColumns(), served, query.rowLimit);
    telemetry::RequestRecord record;
    const auto stopped = scan.run(
        m_folder, {},
        [&](const Statement& row, const NameReader& names, const ScanPosition&) -> Result<bool> {
            if (auto status = readTraffic(row, names, record); !status) {
                return status.error();
            }
            visit(record);
            return true;
        },
        m_damage);
    if (!stopped) {
        return stopped.error();
    }
    return !stopped->has_value();
}

} // namespace sluice::store
