// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/store/database.h"

#include <span>
#include <string_view>

namespace sluice::store {

/// Brings a file from its PRAGMA user_version to scripts.size(), each script in a transaction of
/// its own. Refused, naming both versions, for a file that a newer Sluice has made.
Status migrate(Database& database, std::span<const std::string_view> scripts);
/// For readers, who change nothing: the file's version, 1..scripts.size(). Refused for a file that
/// a newer Sluice has made, NotFound if its writer has not come to making the tables yet.
Result<std::int64_t> readableVersion(Database& database, std::span<const std::string_view> scripts);

} // namespace sluice::store
