// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/store/database.h"
#include "core/telemetry/requestrecord.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sluice::store {

/// Strings that repeat in a day file, as numbers from 1. The writer's side.
class NameWriter
{
public:
    /// Reads what the file has. Again after a transaction that was rolled back.
    Status load(Database& database);
    /// The number of a text, a new one if need be; 0 for an empty text. The first error sticks: see
    /// status().
    std::int64_t idOf(std::string_view text);
    [[nodiscard]] const Status& status() const noexcept { return m_status; }

private:
    struct Hash
    {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept
        {
            return std::hash<std::string_view>{}(text);
        }
    };

    std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> m_ids;
    std::int64_t m_last = 0;
    std::optional<Statement> m_insert;
    Status m_status;
};

/// The reader's side.
class NameReader
{
public:
    Status load(Database& database);
    /// Empty for a number that is not there.
    [[nodiscard]] const std::string& text(std::int64_t id) const noexcept;
    /// 0 if no row has it.
    [[nodiscard]] std::int64_t idOf(std::string_view text) const noexcept;

private:
    std::unordered_map<std::int64_t, std::string> m_texts;
};

/// The statement that bindRecord() fills.
std::string_view insertRecordSql() noexcept;
/// The columns of `records` in the order that readRecord() wants, `row` first.
std::string_view recordColumns() noexcept;

void bindRecord(std::int64_t row, const telemetry::RequestRecord& record, NameWriter& names,
                Statement& insert);
/// Corrupt if a stored enumerator or the attempts make no sense.
Result<telemetry::RequestRecord> readRecord(const Statement& select, const NameReader& names);

/// The few columns that TelemetryStore::traffic() shows, and what reads them into a record that is
/// used again and again. Corrupt as readRecord().
std::string_view trafficColumns() noexcept;
Status readTraffic(const Statement& select, const NameReader& names,
                   telemetry::RequestRecord& record);

} // namespace sluice::store
