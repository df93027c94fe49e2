// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

namespace sluice::store {

/// One prepared statement of a Database; dies before it. Parameters are counted from 0.
/// Not thread-safe; strings are UTF-8.
class Statement
{
public:
    Statement(Statement&&) noexcept;
    Statement& operator=(Statement&&) noexcept;
    ~Statement();

    void bind(int parameter, std::int64_t value);
    void bindReal(int parameter, double value);
    void bindText(int parameter, std::string_view value);
    void bindBlob(int parameter, std::string_view value);
    void bindNull(int parameter);

    /// Runs it from the start with what is bound. For a query next() steps to the first row.
    Status run();
    /// Whether there is a (next) row. Errors while stepping are told apart from the end.
    Result<bool> next();
    /// Lets go of the rows, so that no read lock is held.
    void finish();

    [[nodiscard]] bool isNull(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] std::string blob(int column) const;

private:
    friend class Database;
    struct Impl;
    explicit Statement(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// Runs a query and calls `row` for each row, to read the statement's columns. It returns nothing,
/// or a Status whose error ends it.
template <typename Row>
Status forEachRow(Statement& select, Row&& row)
{
    if (auto status = select.run(); !status) {
        return status;
    }
    for (auto more = select.next();; more = select.next()) {
        if (!more) {
            return more.error();
        }
        if (!*more) {
            return {};
        }
        if constexpr (std::is_void_v<std::invoke_result_t<Row>>) {
            row();
        } else if (auto status = row(); !status) {
            return status;
        }
    }
}

/// One SQLite connection through Qt Sql, with a name of its own. Used by one thread at a time, the
/// one that opened it; needs a QCoreApplication to have been made. Errors: Corrupt for a damaged
/// file, Unavailable for one that another process has locked for over five seconds, Conflict for a
/// violated key, Io with "disk full" and the rest.
class Database
{
public:
    enum class Access
    {
        Write, ///< creates the file; the only connection to it that writes or checkpoints
        Read,  ///< read-only, query_only, never checkpoints
    };
    static Result<std::unique_ptr<Database>> open(const std::string& path, Access access);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    Result<Statement> prepare(std::string_view sql);
    /// One statement without rows.
    Status execute(std::string_view sql);
    /// The first column of the first row; 0 or "" if there is none.
    Result<std::int64_t> integer(std::string_view sql);
    Result<std::string> text(std::string_view sql);

    /// Puts the file into WAL mode with this `synchronous` ("FULL", "NORMAL"), and checks that it
    /// is so. Where the file system cannot do WAL, SQLite's rollback journal does, which is as
    /// safe; no journal is Io.
    Status useJournal(std::string_view synchronous);

    [[nodiscard]] const std::string& path() const noexcept { return m_path; }

private:
    struct Impl;
    Database(std::unique_ptr<Impl> impl, std::string path);
    std::unique_ptr<Impl> m_impl;
    std::string m_path;
};

/// Whether an error of the above is a full disk: the one input/output error after which a
/// connection is as good as before.
bool isDiskFull(const Error& error) noexcept;

/// Begins at once (BEGIN IMMEDIATE) and rolls back unless committed.
class Transaction
{
public:
    static Result<Transaction> begin(Database& database);
    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();
    /// After an error nothing has been committed.
    Status commit();

private:
    explicit Transaction(Database& database)
        : m_database(&database)
    {
    }
    Database* m_database; ///< nullptr: over
};

} // namespace sluice::store
