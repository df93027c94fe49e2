// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/controlstore.h"
#include "core/store/database.h"

#include <cstdint>
#include <memory>
#include <string>

namespace sluice::store {

/// ControlStore in `sluice.db`: one connection, WAL, synchronous FULL. After an input/output error
/// in commit() the store takes no more changes until it is opened again: a page that could not be
/// synced may look clean afterwards, so trying again would acknowledge what is not on disk. A full
/// disk is not that: it recovers by itself.
class SqliteControlStore final : public ControlStore
{
public:
    static Result<std::unique_ptr<SqliteControlStore>> open(const std::string& path);

    Status commit(const ControlChange& change) override;
    [[nodiscard]] Result<std::vector<Document>> documents() const override;
    [[nodiscard]] Result<std::optional<RevisionRow>> latestRevision() const override;
    [[nodiscard]] Result<std::optional<RevisionRow>> revision(std::uint64_t number) const override;
    [[nodiscard]] Result<std::optional<RevisionRow>>
    revisionAt(std::int64_t atMicros) const override;
    [[nodiscard]] Result<std::vector<RevisionRow>> revisions(std::uint64_t before,
                                                             std::size_t limit) const override;
    [[nodiscard]] Result<std::vector<AuditRow>> audit(std::int64_t before,
                                                      std::size_t limit) const override;

private:
    /// Where the audit stands: its last row.
    struct AuditEnd
    {
        std::int64_t sequence = 0;
        std::string digest;
    };

    explicit SqliteControlStore(std::unique_ptr<Database> database);
    Status readAuditEnd();
    Status write(const ControlChange& change, AuditEnd& end);
    Status writeDocuments(const std::vector<Document>& documents);
    Status writeRevision(const RevisionRow& row);
    Status writeAudit(const std::vector<AuditRow>& rows, AuditEnd& end);
    [[nodiscard]] Result<std::vector<RevisionRow>>
    selectRevisions(std::string_view clause, std::int64_t number, std::size_t limit) const;

    std::unique_ptr<Database> m_database;
    AuditEnd m_auditEnd;
    bool m_broken = false; ///< an input/output error has been seen
};

} // namespace sluice::store
