// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::store {

/// Days since the Unix epoch, UTC.
using Day = std::int64_t;

Day dayOf(SystemTime time) noexcept;
/// "2026-11-23"
std::string dayName(Day day);
std::optional<Day> dayFromName(std::string_view name);

/// Path of the day's file: folder/telemetry-2026-11-23.db.
std::string dayFilePath(const std::string& folder, Day day);
/// Days that have a file in the folder, newest first. An unreadable folder has none.
std::vector<Day> daysIn(const std::string& folder);
/// Deletes a database with what SQLite keeps beside it. False if something is left.
bool removeDatabaseFiles(const std::string& path);
/// Moves a database, with what SQLite keeps beside it, to path + ".damaged" (or the first free
/// ".damaged-2", …), for a person to look at. Returns the new name, or an empty string if that
/// failed.
std::string setDatabaseAside(const std::string& path);

} // namespace sluice::store
