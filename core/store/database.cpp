// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/database.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QString>
#include <QVariant>

#include <atomic>
#include <vector>

namespace sluice::store {

namespace {

// Primary result codes of sqlite3.h; Qt hands on the (extended) number as text.
enum SqliteCode
{
    Busy = 5,
    Locked = 6,
    IoError = 10,
    CorruptFile = 11,
    Full = 13,
    Constraint = 19,
    NotADatabase = 26
};

constexpr std::string_view kDiskFull = "disk full";

Error errorOf(const QSqlError& error, const std::string& path)
{
    const std::string text = error.databaseText().toStdString();
    switch (error.nativeErrorCode().toInt() & 0xff) {
    case Busy:
    case Locked:
        return fail(ErrorCode::Unavailable, "another process has locked the database", path);
    case CorruptFile:
    case NotADatabase:
        return fail(ErrorCode::Corrupt, "the database is damaged: " + text, path);
    case Full:
        return fail(ErrorCode::Io, std::string(kDiskFull), path);
    case Constraint:
        return fail(ErrorCode::Conflict, text, path);
    case IoError:
    default:
        return fail(ErrorCode::Io, text.empty() ? error.text().toStdString() : text, path);
    }
}

QString textOf(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace

struct Statement::Impl
{
    QSqlQuery query;
    std::string path;
    std::vector<QString> parameters; ///< names, in their order

    void bind(int parameter, const QVariant& value)
    {
        query.bindValue(parameters.at(static_cast<std::size_t>(parameter)), value);
    }
};

namespace {

/// Gives each "?" a name: Qt looks a position up by putting its name together anew at each call,
/// which took longer than all that SQLite does with the value.
QString named(std::string_view sql, std::vector<QString>& parameters)
{
    QString text;
    bool quoted = false;
    for (const QChar c : textOf(sql)) {
        quoted = quoted != (c == u'\'');
        if (c == u'?' && !quoted) {
            parameters.push_back(QStringLiteral(":p") + QString::number(parameters.size()));
            text += parameters.back();
        } else {
            text += c;
        }
    }
    return text;
}

} // namespace

Statement::Statement(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}
Statement::Statement(Statement&&) noexcept = default;
Statement& Statement::operator=(Statement&&) noexcept = default;
Statement::~Statement() = default;

void Statement::bind(int parameter, std::int64_t value)
{
    m_impl->bind(parameter, QVariant(static_cast<qlonglong>(value)));
}

void Statement::bindReal(int parameter, double value)
{
    m_impl->bind(parameter, QVariant(value));
}

void Statement::bindText(int parameter, std::string_view value)
{
    // A null QString would be bound as NULL; an empty text is not that.
    m_impl->bind(parameter,
                 value.empty() ? QVariant(QLatin1String("")) : QVariant(textOf(value)));
}

void Statement::bindBlob(int parameter, std::string_view value)
{
    const char* data = value.empty() ? "" : value.data();
    m_impl->bind(parameter, QVariant(QByteArray(data, static_cast<qsizetype>(value.size()))));
}

void Statement::bindNull(int parameter)
{
    m_impl->bind(parameter, QVariant());
}

Status Statement::run()
{
    if (!m_impl->query.exec()) {
        return errorOf(m_impl->query.lastError(), m_impl->path);
    }
    return {};
}

Result<bool> Statement::next()
{
    if (m_impl->query.next()) {
        return true;
    }
    if (m_impl->query.lastError().isValid()) {
        return errorOf(m_impl->query.lastError(), m_impl->path);
    }
    return false;
}

void Statement::finish()
{
    m_impl->query.finish();
}

bool Statement::isNull(int column) const
{
    return m_impl->query.isNull(column);
}

std::int64_t Statement::integer(int column) const
{
    return m_impl->query.value(column).toLongLong();
}

double Statement::real(int column) const
{
    return m_impl->query.value(column).toDouble();
}

std::string Statement::text(int column) const
{
    return m_impl->query.value(column).toString().toStdString();
}

std::string Statement::blob(int column) const
{
    return m_impl->query.value(column).toByteArray().toStdString();
}

struct Database::Impl
{
    explicit Impl(QString theName)
        : name(std::move(theName))
    {
    }
    ~Impl()
    {
        handle.close();
        handle = QSqlDatabase(); // removeDatabase() wants no handle left
        QSqlDatabase::removeDatabase(name);
    }
    QString name;
    QSqlDatabase handle;
};

Database::Database(std::unique_ptr<Impl> impl, std::string path)
    : m_impl(std::move(impl))
    , m_path(std::move(path))
{
}

Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Access access)
{
    static std::atomic<unsigned> opened{0};
    auto impl = std::make_unique<Impl>(QStringLiteral("sluice-%1").arg(++opened));
    impl->handle = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), impl->name);
    if (!impl->handle.isValid()) {
        return fail(ErrorCode::Unavailable,
                    "Qt's SQLite driver is missing; install libqt6sql6-sqlite");
    }
    impl->handle.setDatabaseName(textOf(path));
    impl->handle.setConnectOptions(
        access == Access::Read ? QStringLiteral("QSQLITE_OPEN_READONLY;QSQLITE_BUSY_TIMEOUT=5000")
                               : QStringLiteral("QSQLITE_BUSY_TIMEOUT=5000"));
    if (!impl->handle.open()) {
        return errorOf(impl->handle.lastError(), path);
    }
    std::unique_ptr<Database> database(new Database(std::move(impl), path));
    if (access == Access::Read) {
        // Only the writer may checkpoint (WAL-reset bug of SQLite 3.40: architecture.md,
        // Decisions).
        for (const std::string_view pragma :
             {"PRAGMA query_only=ON", "PRAGMA wal_autocheckpoint=0"}) {
            if (auto status = database->execute(pragma); !status) {
                return status.error();
            }
        }
    }
    return database;
}

Result<Statement> Database::prepare(std::string_view sql)
{
    auto impl =
        std::make_unique<Statement::Impl>(Statement::Impl{QSqlQuery(m_impl->handle), m_path, {}});
    impl->query.setForwardOnly(true);
    if (!impl->query.prepare(named(sql, impl->parameters))) {
        return errorOf(impl->query.lastError(), m_path);
    }
    return Statement(std::move(impl));
}

Status Database::execute(std::string_view sql)
{
    QSqlQuery query(m_impl->handle);
    if (!query.exec(textOf(sql))) {
        return errorOf(query.lastError(), m_path);
    }
    return {};
}

Result<std::int64_t> Database::integer(std::string_view sql)
{
    QSqlQuery query(m_impl->handle);
    if (!query.exec(textOf(sql))) {
        return errorOf(query.lastError(), m_path);
    }
    return query.next() ? query.value(0).toLongLong() : std::int64_t{0};
}

Result<std::string> Database::text(std::string_view sql)
{
    QSqlQuery query(m_impl->handle);
    if (!query.exec(textOf(sql))) {
        return errorOf(query.lastError(), m_path);
    }
    return query.next() ? query.value(0).toString().toStdString() : std::string{};
}

Status Database::useJournal(std::string_view synchronous)
{
    const auto mode = text("PRAGMA journal_mode=WAL");
    if (!mode) {
        return mode.error();
    }
    if (*mode != "wal" && *mode != "delete" && *mode != "truncate" && *mode != "persist") {
        return fail(ErrorCode::Io, "SQLite keeps no journal here (" + *mode + ")", m_path);
    }
    if (auto status = execute("PRAGMA synchronous=" + std::string(synchronous)); !status) {
        return status;
    }
    const auto level = integer("PRAGMA synchronous");
    if (!level) {
        return level.error();
    }
    if (*level != (synchronous == "FULL" ? 2 : 1)) {
        return fail(ErrorCode::Io, "SQLite does not take synchronous=" + std::string(synchronous),
                    m_path);
    }
    return execute("PRAGMA journal_size_limit=67108864");
}

bool isDiskFull(const Error& error) noexcept
{
    return error.code == ErrorCode::Io && error.message == kDiskFull;
}

Result<Transaction> Transaction::begin(Database& database)
{
    if (auto status = database.execute("BEGIN IMMEDIATE"); !status) {
        return status.error();
    }
    return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : m_database(std::exchange(other.m_database, nullptr))
{
}

Transaction::~Transaction()
{
    if (m_database != nullptr) {
        // Some errors (disk full) have rolled back already, and then this fails: nothing is left to
        // undo.
        static_cast<void>(m_database->execute("ROLLBACK"));
    }
}

Status Transaction::commit()
{
    auto status = m_database->execute("COMMIT");
    if (status) {
        m_database = nullptr;
    }
    return status;
}

} // namespace sluice::store
