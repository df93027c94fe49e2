// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/dayfile.h"

#include "core/store/blocksummary.h"
#include "core/store/migrations.h"
#include "core/store/sqltext.h"

namespace sluice::store {

Result<std::unique_ptr<DayFile>> DayFile::open(const std::string& folder, Day day)
{
    auto database = Database::open(dayFilePath(folder, day), Database::Access::Write);
    if (!database) {
        return database.error();
    }
    std::unique_ptr<DayFile> file(new DayFile(*std::move(database), day));
    if (auto status = file->prepare(); !status) {
        return status.error();
    }
    return file;
}

Status DayFile::prepare()
{
    if (auto status = m_database->useJournal("NORMAL"); !status) {
        return status;
    }
    if (auto status = migrate(*m_database, recordMigrations()); !status) {
        return status;
    }
    if (auto status = m_names.load(*m_database); !status) {
        return status;
    }
    const auto last = m_database->integer("SELECT max(row) FROM records");
    if (!last) {
        return last.error();
    }
    m_lastRow = *last;
    auto record = m_database->prepare(insertRecordSql());
    auto block = m_database->prepare(
        "INSERT INTO blocks (first_row, last_row, min_at, max_at, outcomes, arms, "
        "fallbacks, routes, ids) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    if (!record || !block) {
        return record ? block.error() : record.error();
    }
    m_insertRecord = *std::move(record);
    m_insertBlock = *std::move(block);
    return {};
}

Status DayFile::write(std::span<const telemetry::RequestRecord> records)
{
    auto transaction = Transaction::begin(*m_database);
    if (!transaction) {
        return transaction.error();
    }
    auto status = insert(records);
    if (status) {
        status = transaction->commit();
    }
    if (status) {
        m_lastRow += static_cast<std::int64_t>(records.size());
        return {};
    }
    {
        const Transaction rolledBack = *std::move(transaction);
    }
    // Names numbered in this transaction are gone from the file: forget them here too.
    if (auto reloaded = m_names.load(*m_database); !reloaded) {
        return reloaded;
    }
    return status;
}

Status DayFile::insert(std::span<const telemetry::RequestRecord> records)
{
    std::int64_t row = m_lastRow;
    for (const telemetry::RequestRecord& record : records) {
        bindRecord(++row, record, m_names, *m_insertRecord);
        if (!m_names.status()) {
            return m_names.status();
        }
        if (auto status = m_insertRecord->run(); !status) {
            return status;
        }
    }
    const BlockSummary block = summarise(records);
    m_insertBlock->bind(0, m_lastRow + 1);
    m_insertBlock->bind(1, row);
    m_insertBlock->bind(2, block.minAt);
    m_insertBlock->bind(3, block.maxAt);
    m_insertBlock->bind(4, block.outcomes);
    m_insertBlock->bind(5, block.arms);
    m_insertBlock->bind(6, block.fallbacks);
    m_insertBlock->bindText(7, block.routes);
    m_insertBlock->bindBlob(8, block.ids);
    return m_insertBlock->run();
}

void DayFile::seal()
{
    m_insertRecord.reset();
    m_insertBlock.reset();
    m_names = {};
    static_cast<void>(
        m_database->text("PRAGMA journal_mode=DELETE")); // see the header: either outcome is right
}

} // namespace sluice::store
