// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/store/controlstore.h"

#include <string>
#include <string_view>

namespace sluice::store {

/// The text of JSON for storage. InvalidArgument for strings that are not UTF-8.
Result<std::string> storedJson(const Json& value);
/// JSON back from storage; Corrupt, naming `where`, if it does not parse.
Result<Json> loadedJson(std::string_view text, const std::string& where);

/// Digest of fields, lower-case hex; lengths are part of it, so no two lists of fields run
/// together.
std::string digestOf(std::initializer_list<std::string_view> fields);
/// Digest of an audit row whose arguments are stored as `arguments`, chained to the row before (""
/// for the first).
std::string auditDigest(std::string_view before, const AuditRow& row, std::string_view arguments);

} // namespace sluice::store
