// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::store {

/// A document of control state: kind "unit", "alias", "provider", "prices", "key", "token",
/// "flags", "meta".
struct Document
{
    std::string kind;
    std::string key;
    Json value; ///< null deletes it
};

/// A numbered, immutable version of all routes.
struct RevisionRow
{
    std::uint64_t revision = 0;
    std::int64_t atMicros = 0;
    std::string actor;
    std::string reason;
    std::string command;
    Json routes;  ///< object: route name -> storage form (routing::toJson)
    Json changes; ///< array of {"route", "pointer", "from", "to"}
};

/// One row of the audit: every command that changed, or tried to change, something.
struct AuditRow
{
    std::int64_t sequence = 0; ///< given by the store
    std::int64_t atMicros = 0;
    std::string actor;
    std::string role;
    std::string command;
    Json arguments;      ///< secrets already replaced
    std::string outcome; ///< "ok" or an error code name
    std::string message;
    std::uint64_t revision = 0;
};

/// All that one command changes: committed as a whole or not at all.
struct ControlChange
{
    std::vector<Document> documents;
    std::optional<RevisionRow> revision;
    std::vector<AuditRow> audit;
};

/// Control state at rest. One thread (control's); every call blocks. commit() returns when the
/// bytes are on disk (synchronous FULL).
class ControlStore
{
public:
    virtual ~ControlStore() = default;
    virtual Status commit(const ControlChange& change) = 0;
    [[nodiscard]] virtual Result<std::vector<Document>> documents() const = 0;
    [[nodiscard]] virtual Result<std::optional<RevisionRow>> latestRevision() const = 0;
    [[nodiscard]] virtual Result<std::optional<RevisionRow>>
    revision(std::uint64_t number) const = 0;
    /// The one in force at that time: the newest that was made by then.
    [[nodiscard]] virtual Result<std::optional<RevisionRow>>
    revisionAt(std::int64_t atMicros) const = 0;
    /// Newest first; before = 0: from the newest.
    [[nodiscard]] virtual Result<std::vector<RevisionRow>> revisions(std::uint64_t before,
                                                                     std::size_t limit) const = 0;
    [[nodiscard]] virtual Result<std::vector<AuditRow>> audit(std::int64_t before,
                                                              std::size_t limit) const = 0;
};

/// Opens or creates `sluice.db`. Migrations run by PRAGMA user_version; a newer file is Refused, a
/// damaged one Corrupt.
Result<std::unique_ptr<ControlStore>> openSqliteControlStore(const std::string& path);

} // namespace sluice::store
