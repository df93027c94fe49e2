// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/damage.h"
#include "core/store/database.h"
#include "core/store/dayfiles.h"
#include "core/store/recordrow.h"
#include "core/store/telemetrystore.h"

#include <functional>
#include <string>
#include <string_view>

namespace sluice::store {

/// Where a scan stands: everything before this row of this day has not been seen.
struct ScanPosition
{
    Day day = INT64_MAX;
    std::int64_t row = INT64_MAX;
};

std::string cursorText(const ScanPosition& position);
/// InvalidArgument unless cursorText() made it; the newest for an empty text.
Result<ScanPosition> positionFromCursor(std::string_view cursor);

/// Goes through the records of all day files, newest first, passing over blocks that cannot match.
class BlockScan
{
public:
    /// Takes a matching row (`columns` after `row`) and where it lies; false stops the scan.
    using Visit = std::function<Result<bool>(const Statement& row, const NameReader& names,
                                             const ScanPosition& at)>;

    /// `extra` is one more condition on rows, or empty. `rowLimit` bounds how many rows are looked
    /// at, matching or not.
    BlockScan(const RecordQuery& query, std::string_view columns, std::string_view extra,
              std::int64_t rowLimit);

    /// Returns where the row limit stopped it, if it did. Damaged files are reported and passed
    /// over.
    Result<std::optional<ScanPosition>> run(const std::string& folder, ScanPosition before,
                                            const Visit& visit, Damage& damage);

private:
    enum class Step
    {
        Next,
        Stop
    };

    Result<Step> scanDay(Database& day, ScanPosition before, const Visit& visit);
    Result<Step> scanBlock(Statement& rows, const NameReader& names, ScanPosition at,
                           std::int64_t firstRow, const Visit& visit);
    Result<Statement> selectBlocks(Database& day, std::int64_t beforeRow) const;
    Result<Statement> selectRows(Database& day, const NameReader& names) const;

    const RecordQuery& m_query;
    std::string_view m_columns;
    std::string_view m_extra;
    std::string_view m_records; ///< what to select from, in the day at hand
    std::int64_t m_rowsLeft;
    std::optional<ScanPosition> m_stoppedAt;
};

} // namespace sluice::store
