// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/rollupfile.h"

#include "core/base/log.h"
#include "core/store/migrations.h"
#include "core/store/sqltext.h"

#include <fmt/format.h>

namespace sluice::store {

using telemetry::Aggregate;
using telemetry::AggregateKey;

std::string rollupPath(const std::string& folder)
{
    return folder + "/rollups.db";
}

Result<std::unique_ptr<RollupFile>> RollupFile::open(const std::string& folder)
{
    auto database = Database::open(rollupPath(folder), Database::Access::Write);
    if (!database) {
        return database.error();
    }
    std::unique_ptr<RollupFile> file(new RollupFile(*std::move(database)));
    if (auto status = file->m_database->useJournal("NORMAL"); !status) {
        return status.error();
    }
    if (auto status = migrate(*file->m_database, rollupMigrations()); !status) {
        return status.error();
    }
    if (auto status = file->loadSeries(); !status) {
        return status.error();
    }
    return file;
}

Status RollupFile::loadSeries()
{
    m_series.clear();
    auto select = m_database->prepare("SELECT id, route, arm, unit, gateway FROM series");
    if (!select) {
        return select.error();
    }
    return forEachRow(*select, [&] {
        AggregateKey key{select->text(1), static_cast<telemetry::Arm>(select->integer(2)),
                         select->text(3), select->text(4)};
        m_series.emplace(std::move(key), select->integer(0));
    });
}

Status RollupFile::write(const SumsBacklog& backlog)
{
    auto transaction = Transaction::begin(*m_database);
    if (!transaction) {
        return transaction.error();
    }
    auto status = insert(backlog);
    if (status) {
        status = transaction->commit();
    }
    if (!status) {
        {
            const Transaction rolledBack = *std::move(transaction);
        }
        // Series numbered in this transaction are gone from the file: forget them here too.
        if (auto reloaded = loadSeries(); !reloaded) {
            return reloaded;
        }
    }
    return status;
}

Status RollupFile::insert(const SumsBacklog& backlog)
{
    const SumsBacklog::Map& sums = backlog.sums();
    for (auto at = sums.begin(); at != sums.end();) {
        const AggregateKey& key = at->first.first;
        const auto series = seriesOf(key);
        if (!series) {
            return series.error();
        }
        std::array<Starts, kTiers.size()> starts;
        for (; at != sums.end() && at->first.first == key; ++at) {
            for (std::size_t i = 0; i < kTiers.size(); ++i) {
                starts[i][floorTo(at->first.second, kTiers[i].step)].merge(at->second);
            }
        }
        for (std::size_t i = 0; i < kTiers.size(); ++i) {
            if (auto status = merge(kTiers[i], *series, std::move(starts[i])); !status) {
                return status;
            }
        }
    }
    return {};
}

Result<std::int64_t> RollupFile::seriesOf(const AggregateKey& key)
{
    if (const auto known = m_series.find(key); known != m_series.end()) {
        return known->second;
    }
    const auto last = m_database->integer("SELECT max(id) FROM series");
    if (!last) {
        return last.error();
    }
    if (auto status = addSeries(key, *last + 1); !status) {
        return status.error();
    }
    m_series.emplace(key, *last + 1);
    return *last + 1;
}

Status RollupFile::addSeries(const AggregateKey& key, std::int64_t id)
{
    auto insert = m_database->prepare(
        "INSERT INTO series (id, route, arm, unit, gateway) VALUES (?, ?, ?, ?, ?)");
    if (!insert) {
        return insert.error();
    }
    insert->bind(0, id);
    insert->bindText(1, key.route);
    insert->bind(2, static_cast<std::int64_t>(key.arm));
    insert->bindText(3, key.unit);
    insert->bindText(4, key.gateway);
    return insert->run();
}

Status RollupFile::merge(const Tier& tier, std::int64_t series, Starts starts)
{
    auto select = m_database->prepare(
        fmt::format("SELECT sums FROM {} WHERE series = ? AND start = ?", tier.table));
    auto put = m_database->prepare(fmt::format(
        "INSERT OR REPLACE INTO {} (series, start, sums) VALUES (?, ?, ?)", tier.table));
    if (!select || !put) {
        return select ? put.error() : select.error();
    }
    for (auto& [start, sums] : starts) {
        select->bind(0, series);
        select->bind(1, start);
        if (auto status = select->run(); !status) {
            return status;
        }
        const auto found = select->next();
        if (!found) {
            return found.error();
        }
        if (*found) {
            if (const auto stored = Aggregate::decode(select->blob(0))) {
                sums.merge(*stored);
            } else {
                log(LogLevel::Error, "store", "a damaged roll-up row is replaced",
                    {{"table", std::string(tier.table)}, {"start", fmt::to_string(start)}});
            }
        }
        select->finish();
        put->bind(0, series);
        put->bind(1, start);
        put->bindBlob(2, sums.encode());
        if (auto status = put->run(); !status) {
            return status;
        }
    }
    return {};
}

Status RollupFile::expire(std::int64_t nowSecond, const TelemetryStoreOptions& options)
{
    auto transaction = Transaction::begin(*m_database);
    if (!transaction) {
        return transaction.error();
    }
    const std::array<std::int64_t, kTiers.size()> kept{options.secondsKept, options.minutesKept,
                                                       options.hoursKept};
    for (std::size_t i = 0; i < kTiers.size(); ++i) {
        if (auto status = expireTier(kTiers[i], nowSecond - kept[i]); !status) {
            return status;
        }
    }
    return transaction->commit();
}

Status RollupFile::expireTier(const Tier& tier, std::int64_t before)
{
    // Series by series: the primary key finds the old rows of one, and nothing is scanned.
    auto remove = m_database->prepare(
        fmt::format("DELETE FROM {} WHERE series = ? AND start < ?", tier.table));
    if (!remove) {
        return remove.error();
    }
    for (const auto& [key, id] : m_series) {
        remove->bind(0, id);
        remove->bind(1, before);
        if (auto status = remove->run(); !status) {
            return status;
        }
    }
    return {};
}

} // namespace sluice::store
