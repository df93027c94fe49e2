// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/sqlitecontrolstore.h"

#include "core/store/auditchain.h"
#include "core/store/migrations.h"
#include "core/store/sqltext.h"

#include <fmt/format.h>

#include <limits>

namespace sluice::store {

namespace {

std::int64_t boundedLimit(std::size_t limit)
{
    return static_cast<std::int64_t>(
        std::min<std::size_t>(limit, std::numeric_limits<std::int32_t>::max()));
}

std::string revisionDigest(const RevisionRow& row, std::string_view routes,
                           std::string_view changes)
{
    return digestOf({fmt::to_string(row.revision), fmt::to_string(row.atMicros), row.actor,
                     row.reason, row.command, routes, changes});
}

/// revision, at, actor, reason, command, routes, changes, digest
Result<RevisionRow> readRevision(const Statement& row, const std::string& path)
{
    RevisionRow result;
    result.revision = static_cast<std::uint64_t>(row.integer(0));
    result.atMicros = row.integer(1);
    result.actor = row.text(2);
    result.reason = row.text(3);
    result.command = row.text(4);
    const std::string routes = row.text(5);
    const std::string changes = row.text(6);
    const std::string where = fmt::format("{}: revision {}", path, result.revision);
    if (row.text(7) != revisionDigest(result, routes, changes)) {
        return fail(ErrorCode::Corrupt, "a stored revision does not match its digest", where);
    }
    auto parsedRoutes = loadedJson(routes, where);
    if (!parsedRoutes) {
        return parsedRoutes.error();
    }
    auto parsedChanges = loadedJson(changes, where);
    if (!parsedChanges) {
        return parsedChanges.error();
    }
    result.routes = *std::move(parsedRoutes);
    result.changes = *std::move(parsedChanges);
    return result;
}

/// sequence, at, actor, role, command, arguments, outcome, message, revision
AuditRow readAuditRow(const Statement& row)
{
    AuditRow result;
    result.sequence = row.integer(0);
    result.atMicros = row.integer(1);
    result.actor = row.text(2);
    result.role = row.text(3);
    result.command = row.text(4);
    result.outcome = row.text(6);
    result.message = row.text(7);
    result.revision = static_cast<std::uint64_t>(row.integer(8));
    return result;
}

Status quickCheck(Database& database)
{
    const auto verdict = database.text("PRAGMA quick_check(1)");
    if (!verdict) {
        return verdict.error();
    }
    if (*verdict != "ok") {
        return fail(ErrorCode::Corrupt, "the database is damaged: " + *verdict, database.path());
    }
    return {};
}

} // namespace

Result<std::unique_ptr<ControlStore>> openSqliteControlStore(const std::string& path)
{
    auto store = SqliteControlStore::open(path);
    if (!store) {
        return store.error();
    }
    return std::unique_ptr<ControlStore>(*std::move(store));
}

SqliteControlStore::SqliteControlStore(std::unique_ptr<Database> database)
    : m_database(std::move(database))
{
}

Result<std::unique_ptr<SqliteControlStore>> SqliteControlStore::open(const std::string& path)
{
    auto database = Database::open(path, Database::Access::Write);
    if (!database) {
        return database.error();
    }
    for (const auto step : {+[](Database& db) { return quickCheck(db); },
                            +[](Database& db) { return db.useJournal("FULL"); },
                            +[](Database& db) { return migrate(db, controlMigrations()); }}) {
        if (auto status = step(**database); !status) {
            return status.error();
        }
    }
    std::unique_ptr<SqliteControlStore> store(new SqliteControlStore(*std::move(database)));
    if (auto status = store->readAuditEnd(); !status) {
        return status.error();
    }
    return store;
}

Status SqliteControlStore::readAuditEnd()
{
    auto last =
        m_database->prepare("SELECT sequence, digest FROM audit ORDER BY sequence DESC LIMIT 1");
    if (!last) {
        return last.error();
    }
    if (auto status = last->run(); !status) {
        return status;
    }
    const auto found = last->next();
    if (!found) {
        return found.error();
    }
    if (*found) {
        m_auditEnd = {last->integer(0), last->text(1)};
    }
    return {};
}

Status SqliteControlStore::commit(const ControlChange& change)
{
    if (m_broken) {
        return fail(
            ErrorCode::Io,
            "the store is read-only since an input/output error; check the disk and restart",
            m_database->path());
    }
    AuditEnd end = m_auditEnd;
    auto status = write(change, end);
    if (status) {
        m_auditEnd = std::move(end);
    } else if (status.error().code == ErrorCode::Io && !isDiskFull(status.error())) {
        m_broken = true;
    }
    return status;
}

Status SqliteControlStore::write(const ControlChange& change, AuditEnd& end)
{
    auto transaction = Transaction::begin(*m_database);
    if (!transaction) {
        return transaction.error();
    }
    if (auto status = writeDocuments(change.documents); !status) {
        return status;
    }
    if (change.revision) {
        if (auto status = writeRevision(*change.revision); !status) {
            return status;
        }
    }
    if (auto status = writeAudit(change.audit, end); !status) {
        return status;
    }
    return transaction->commit();
}

Status SqliteControlStore::writeDocuments(const std::vector<Document>& documents)
{
    auto put =
        m_database->prepare("INSERT INTO documents (kind, key, value, digest) VALUES (?, ?, ?, ?) "
                            "ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value, "
                            "digest = excluded.digest");
    auto remove = m_database->prepare("DELETE FROM documents WHERE kind = ? AND key = ?");
    if (!put || !remove) {
        return put ? remove.error() : put.error();
    }
    for (const Document& document : documents) {
        Statement& statement = document.value.is_null() ? *remove : *put;
        statement.bindText(0, document.kind);
        statement.bindText(1, document.key);
        if (!document.value.is_null()) {
            const auto value = storedJson(document.value);
            if (!value) {
                return value.error();
            }
            statement.bindText(2, *value);
            statement.bindText(3, digestOf({document.kind, document.key, *value}));
        }
        if (auto status = statement.run(); !status) {
            return status;
        }
    }
    return {};
}

Status SqliteControlStore::writeRevision(const RevisionRow& row)
{
    const auto routes = storedJson(row.routes);
    const auto changes = storedJson(row.changes);
    if (!routes || !changes) {
        return routes ? changes.error() : routes.error();
    }
    auto insert = m_database->prepare(
        "INSERT INTO revisions (revision, at, actor, reason, command, routes, changes, "
        "digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    if (!insert) {
        return insert.error();
    }
    insert->bind(0, static_cast<std::int64_t>(row.revision));
    insert->bind(1, row.atMicros);
    insert->bindText(2, row.actor);
    insert->bindText(3, row.reason);
    insert->bindText(4, row.command);
    insert->bindText(5, *routes);
    insert->bindText(6, *changes);
    insert->bindText(7, revisionDigest(row, *routes, *changes));
    auto status = insert->run();
    if (!status && status.error().code == ErrorCode::Conflict) {
        return fail(ErrorCode::Conflict, fmt::format("revision {} is there already", row.revision));
    }
    return status;
}

Status SqliteControlStore::writeAudit(const std::vector<AuditRow>& rows, AuditEnd& end)
{
    auto insert = m_database->prepare(
        "INSERT INTO audit (sequence, at, actor, role, command, arguments, outcome, "
        "message, revision, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    if (!insert) {
        return insert.error();
    }
    for (AuditRow row : rows) {
        const auto arguments = storedJson(row.arguments);
        if (!arguments) {
            return arguments.error();
        }
        row.sequence = ++end.sequence;
        end.digest = auditDigest(end.digest, row, *arguments);
        insert->bind(0, row.sequence);
        insert->bind(1, row.atMicros);
        insert->bindText(2, row.actor);
        insert->bindText(3, row.role);
        insert->bindText(4, row.command);
        insert->bindText(5, *arguments);
        insert->bindText(6, row.outcome);
        insert->bindText(7, row.message);
        insert->bind(8, static_cast<std::int64_t>(row.revision));
        insert->bindText(9, end.digest);
        if (auto status = insert->run(); !status) {
            return status;
        }
    }
    return {};
}

Result<std::vector<Document>> SqliteControlStore::documents() const
{
    auto select =
        m_database->prepare("SELECT kind, key, value, digest FROM documents ORDER BY kind, key");
    if (!select) {
        return select.error();
    }
    std::vector<Document> result;
    auto status = forEachRow(*select, [&]() -> Status {
        Document document{select->text(0), select->text(1), {}};
        const std::string value = select->text(2);
        const std::string where =
            fmt::format("{}: {} {}", m_database->path(), document.kind, document.key);
        if (select->text(3) != digestOf({document.kind, document.key, value})) {
            return fail(ErrorCode::Corrupt, "a stored document does not match its digest", where);
        }
        auto parsed = loadedJson(value, where);
        if (!parsed) {
            return parsed.error();
        }
        document.value = *std::move(parsed);
        result.push_back(std::move(document));
        return {};
    });
    if (!status) {
        return std::move(status).error();
    }
    return result;
}

Result<std::vector<RevisionRow>> SqliteControlStore::selectRevisions(std::string_view clause,
                                                                     std::int64_t number,
                                                                     std::size_t limit) const
{
    auto select = m_database->prepare(
        fmt::format("SELECT revision, at, actor, reason, command, routes, changes, digest "
                    "FROM revisions WHERE {} ? ORDER BY revision DESC LIMIT ?",
                    clause));
    if (!select) {
        return select.error();
    }
    select->bind(0, number);
    select->bind(1, boundedLimit(limit));
    std::vector<RevisionRow> result;
    auto status = forEachRow(*select, [&]() -> Status {
        auto row = readRevision(*select, m_database->path());
        if (!row) {
            return row.error();
        }
        result.push_back(*std::move(row));
        return {};
    });
    if (!status) {
        return std::move(status).error();
    }
    return result;
}

Result<std::optional<RevisionRow>> SqliteControlStore::latestRevision() const
{
    auto rows = selectRevisions("revision <=", std::numeric_limits<std::int64_t>::max(), 1);
    if (!rows) {
        return rows.error();
    }
    return rows->empty() ? std::optional<RevisionRow>{} : std::optional(std::move(rows->front()));
}

Result<std::optional<RevisionRow>> SqliteControlStore::revision(std::uint64_t number) const
{
    auto rows = selectRevisions("revision =", static_cast<std::int64_t>(number), 1);
    if (!rows) {
        return rows.error();
    }
    return rows->empty() ? std::optional<RevisionRow>{} : std::optional(std::move(rows->front()));
}

Result<std::optional<RevisionRow>> SqliteControlStore::revisionAt(std::int64_t atMicros) const
{
    auto rows = selectRevisions("at <=", atMicros, 1);
    if (!rows) {
        return rows.error();
    }
    return rows->empty() ? std::optional<RevisionRow>{} : std::optional(std::move(rows->front()));
}

Result<std::vector<RevisionRow>> SqliteControlStore::revisions(std::uint64_t before,
                                                               std::size_t limit) const
{
    return before == 0 ? selectRevisions("revision <=", std::numeric_limits<std::int64_t>::max(),
                                         limit)
                       : selectRevisions("revision <", static_cast<std::int64_t>(before), limit);
}

Result<std::vector<AuditRow>> SqliteControlStore::audit(std::int64_t before,
                                                        std::size_t limit) const
{
    // One row more than asked for: the digest of the oldest rests on the row before it.
    auto select = m_database->prepare(
        "SELECT sequence, at, actor, role, command, arguments, outcome, message, "
        "revision, digest FROM audit WHERE sequence < ? ORDER BY sequence DESC LIMIT ?");
    if (!select) {
        return select.error();
    }
    select->bind(0, before == 0 ? std::numeric_limits<std::int64_t>::max() : before);
    select->bind(1, boundedLimit(limit) + 1);
    std::vector<AuditRow> rows;
    std::vector<std::string> arguments;
    std::vector<std::string> digests;
    auto status = forEachRow(*select, [&] {
        rows.push_back(readAuditRow(*select));
        arguments.push_back(select->text(5));
        digests.push_back(select->text(9));
    });
    if (!status) {
        return std::move(status).error();
    }
    const std::size_t wanted = std::min(limit, rows.size());
    digests.emplace_back(); // before the first row of all
    for (std::size_t i = 0; i < wanted; ++i) {
        const std::string where = fmt::format("{}: audit {}", m_database->path(), rows[i].sequence);
        if (digests[i] != auditDigest(digests[i + 1], rows[i], arguments[i])) {
            return fail(ErrorCode::Corrupt, "the audit's chain of digests is broken", where);
        }
        auto parsed = loadedJson(arguments[i], where);
        if (!parsed) {
            return parsed.error();
        }
        rows[i].arguments = *std::move(parsed);
    }
    rows.resize(wanted);
    return rows;
}

} // namespace sluice::store
