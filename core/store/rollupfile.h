// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/database.h"
#include "core/store/sumsbacklog.h"
#include "core/store/telemetrystore.h"

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace sluice::store {

/// One resolution of the roll-ups.
struct Tier
{
    std::string_view table;
    std::int64_t step; ///< seconds
};
inline constexpr std::array<Tier, 3> kTiers{Tier{"seconds", 1}, Tier{"minutes", 60},
                                            Tier{"hours", 3600}};

std::string rollupPath(const std::string& folder);

/// The writing side of rollups.db. Each second's sums go into all three tiers in the same
/// transaction, so that the tiers always agree, parts that come late land where they belong, and
/// nothing is left to roll up after a crash. On the writer's thread; the only connection that
/// writes to it.
class RollupFile
{
public:
    static Result<std::unique_ptr<RollupFile>> open(const std::string& folder);

    /// All in one transaction; nothing of it after an error.
    Status write(const SumsBacklog& backlog);
    /// Deletes rows that are older than each tier is kept.
    Status expire(std::int64_t nowSecond, const TelemetryStoreOptions& options);

    [[nodiscard]] const std::string& path() const noexcept { return m_database->path(); }

private:
    using Series = std::map<telemetry::AggregateKey, std::int64_t>;
    using Starts = std::map<std::int64_t, telemetry::Aggregate>; ///< step's start -> sums

    explicit RollupFile(std::unique_ptr<Database> database)
        : m_database(std::move(database))
    {
    }
    Result<std::int64_t> seriesOf(const telemetry::AggregateKey& key);
    Status addSeries(const telemetry::AggregateKey& key, std::int64_t id);
    Status loadSeries();
    Status insert(const SumsBacklog& backlog);
    Status merge(const Tier& tier, std::int64_t series, Starts starts);
    Status expireTier(const Tier& tier, std::int64_t before);

    std::unique_ptr<Database> m_database;
    Series m_series;
};

} // namespace sluice::store
