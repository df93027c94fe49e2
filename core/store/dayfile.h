// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/database.h"
#include "core/store/dayfiles.h"
#include "core/store/recordrow.h"

#include <memory>
#include <optional>
#include <span>

namespace sluice::store {

/// The writing side of one day's file. On the writer's thread; the only connection that writes to
/// it.
class DayFile
{
public:
    static Result<std::unique_ptr<DayFile>> open(const std::string& folder, Day day);

    /// All of them in one transaction, one block; nothing of them after an error. At least one.
    Status write(std::span<const telemetry::RequestRecord> records);
    /// The day is over: folds the WAL back into the file, so that it is one file again. If a reader
    /// is in the way it stays as it is, which is as good.
    void seal();

    [[nodiscard]] Day day() const noexcept { return m_day; }
    [[nodiscard]] const std::string& path() const noexcept { return m_database->path(); }

private:
    DayFile(std::unique_ptr<Database> database, Day day)
        : m_database(std::move(database))
        , m_day(day)
    {
    }
    Status prepare();
    Status insert(std::span<const telemetry::RequestRecord> records);

    std::unique_ptr<Database> m_database; ///< before the statements: they die first
    Day m_day;
    NameWriter m_names;
    std::optional<Statement> m_insertRecord;
    std::optional<Statement> m_insertBlock;
    std::int64_t m_lastRow = 0;
};

} // namespace sluice::store
