// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/blockscan.h"

#include "core/store/blocksummary.h"
#include "core/store/migrations.h"
#include "core/store/sqltext.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

namespace sluice::store {

namespace {

/// A day's file and the table to select from: one that has every column, also in a file of a day
/// before the columns were added, which nobody writes to any more.
struct OpenDay
{
    std::unique_ptr<Database> database;
    std::string_view records;
};

Result<OpenDay> openDay(const std::string& path)
{
    auto database = Database::open(path, Database::Access::Read);
    if (!database) {
        return database.error();
    }
    const auto version = readableVersion(**database, recordMigrations());
    if (!version) {
        return version.error();
    }
    return OpenDay{*std::move(database),
                   *version == 1
                       ? "(SELECT *, NULL AS generation, NULL AS other_bucket FROM records)"
                       : "records"};
}

/// Not to be read, now or ever, but no reason to answer nothing.
bool passesOver(const Error& error, const std::string& path, Damage& damage)
{
    if (error.code == ErrorCode::NotFound || !std::filesystem::exists(path)) {
        return true; // being made, or just deleted by retention
    }
    if (error.code == ErrorCode::Corrupt || error.code == ErrorCode::Refused) {
        damage.report(path, error);
        return true;
    }
    return false;
}

} // namespace

std::string cursorText(const ScanPosition& position)
{
    return fmt::format("{}:{}", dayName(position.day), position.row);
}

Result<ScanPosition> positionFromCursor(std::string_view cursor)
{
    if (cursor.empty()) {
        return ScanPosition{};
    }
    ScanPosition position;
    const std::size_t colon = cursor.find(':');
    const auto day = dayFromName(cursor.substr(0, colon));
    if (day && colon != std::string_view::npos) {
        const char* const end = cursor.data() + cursor.size();
        const auto [stop, error] = std::from_chars(cursor.data() + colon + 1, end, position.row);
        if (error == std::errc{} && stop == end) {
            position.day = *day;
            return position;
        }
    }
    return fail(ErrorCode::InvalidArgument, "not a cursor of an earlier page", "/cursor");
}

BlockScan::BlockScan(const RecordQuery& query, std::string_view columns, std::string_view extra,
                     std::int64_t rowLimit)
    : m_query(query)
    , m_columns(columns)
    , m_extra(extra)
    , m_rowsLeft(rowLimit)
{
}

Result<std::optional<ScanPosition>> BlockScan::run(const std::string& folder, ScanPosition before,
                                                   const Visit& visit, Damage& damage)
{
    for (const Day day : daysIn(folder)) {
        if (day > before.day) {
            continue;
        }
        if (day < dayOf(fromMicros(m_query.fromMicros))) {
            break; // a record is written on the day it was admitted or later
        }
        const std::string path = dayFilePath(folder, day);
        auto step = [&]() -> Result<Step> {
            const auto opened = openDay(path);
            if (!opened) {
                return opened.error();
            }
            m_records = opened->records;
            return scanDay(*opened->database, {day, day == before.day ? before.row : INT64_MAX},
                           visit);
        }();
        if (!step && !passesOver(step.error(), path, damage)) {
            return step.error();
        }
        if (step && *step == Step::Stop) {
            break;
        }
    }
    return m_stoppedAt;
}

Result<BlockScan::Step> BlockScan::scanDay(Database& day, ScanPosition before, const Visit& visit)
{
    NameReader names;
    if (auto status = names.load(day); !status) {
        return status.error();
    }
    if (m_query.route && names.idOf(*m_query.route) == 0) {
        return Step::Next;
    }
    auto blocks = selectBlocks(day, before.row);
    auto rows = selectRows(day, names);
    if (!blocks || !rows) {
        return blocks ? rows.error() : blocks.error();
    }
    if (auto status = blocks->run(); !status) {
        return status.error();
    }
    for (auto more = blocks->next();; more = blocks->next()) {
        if (!more) {
            return more.error();
        }
        if (!*more) {
            return Step::Next;
        }
        if (m_query.id && !mayHold(blocks->blob(2), *m_query.id)) {
            continue;
        }
        const std::int64_t firstRow = blocks->integer(0);
        const std::int64_t lastRow = std::min(blocks->integer(1), before.row - 1);
        if (m_rowsLeft <= 0) {
            m_stoppedAt = ScanPosition{before.day, lastRow + 1};
            return Step::Stop;
        }
        m_rowsLeft -= lastRow - firstRow + 1;
        const auto step = scanBlock(*rows, names, {before.day, lastRow}, firstRow, visit);
        if (!step || *step == Step::Stop) {
            return step;
        }
    }
}

Result<BlockScan::Step> BlockScan::scanBlock(Statement& rows, const NameReader& names,
                                             ScanPosition at, std::int64_t firstRow,
                                             const Visit& visit)
{
    rows.bind(0, firstRow);
    rows.bind(1, at.row);
    if (auto status = rows.run(); !status) {
        return status.error();
    }
    for (auto more = rows.next();; more = rows.next()) {
        if (!more) {
            return more.error();
        }
        if (!*more) {
            return Step::Next;
        }
        const auto goOn = visit(rows, names, {at.day, rows.integer(0)});
        if (!goOn) {
            return goOn.error();
        }
        if (!*goOn) {
            return Step::Stop;
        }
    }
}

Result<Statement> BlockScan::selectBlocks(Database& day, std::int64_t beforeRow) const
{
    std::string sql =
        fmt::format("SELECT first_row, last_row{} FROM blocks WHERE first_row < ? AND max_at >= ? "
                    "AND min_at < ?",
                    m_query.id ? ", ids" : "");
    if (m_query.route) {
        sql += " AND instr(routes, ?) > 0";
    }
    if (m_query.outcome) {
        sql += fmt::format(" AND outcomes & {}", 1U << static_cast<unsigned>(*m_query.outcome));
    }
    if (m_query.arm) {
        sql += fmt::format(" AND arms & {}", 1U << static_cast<unsigned>(*m_query.arm));
    }
    if (m_query.fallbackOnly) {
        sql += " AND fallbacks > 0";
    }
    auto select = day.prepare(sql + " ORDER BY first_row DESC");
    if (select) {
        select->bind(0, beforeRow);
        select->bind(1, m_query.fromMicros);
        select->bind(2, m_query.toMicros);
        if (m_query.route) {
            select->bindText(3, "\n" + *m_query.route + "\n");
        }
    }
    return select;
}

Result<Statement> BlockScan::selectRows(Database& day, const NameReader& names) const
{
    // Numbers go into the text, what came from outside is bound.
    std::string sql =
        fmt::format("SELECT {} FROM {} WHERE row BETWEEN ? AND ? AND at >= {} AND at < {}",
                    m_columns, m_records, m_query.fromMicros, m_query.toMicros);
    if (m_query.route) {
        sql += fmt::format(" AND route = {}", names.idOf(*m_query.route));
    }
    if (m_query.outcome) {
        sql += fmt::format(" AND outcome = {}", static_cast<int>(*m_query.outcome));
    }
    if (m_query.arm) {
        sql += fmt::format(" AND arm = {}", static_cast<int>(*m_query.arm));
    }
    if (m_query.fallbackOnly) {
        sql += " AND fallback <> 0";
    }
    if (!m_extra.empty()) {
        sql += fmt::format(" AND {}", m_extra);
    }
    if (m_query.id) {
        sql += " AND id = ?";
    }
    auto select = day.prepare(sql + " ORDER BY row DESC");
    if (select && m_query.id) {
        select->bindText(2, *m_query.id);
    }
    return select;
}

} // namespace sluice::store
