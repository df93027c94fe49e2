// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/controlstore.h"
#include "core/store/database.h"
#include "tests/store/controlsamples.h"
#include "tests/support/result.h"

#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace sluice;
using namespace sluice::store;
using tests::changeNumber;

namespace {

/// Commits revisions one after the other, saying each number on standard output once it is
/// acknowledged.
int commitUntilKilled(const std::string& path)
{
    auto store = openSqliteControlStore(path);
    if (!store) {
        return 1;
    }
    const auto latest = (*store)->latestRevision();
    std::uint64_t n = latest && *latest ? (*latest)->revision + 1 : 1;
    for (;; ++n) {
        if (!(*store)->commit(changeNumber(n))) {
            return 2;
        }
        const std::string line = std::to_string(n) + "\n";
        if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) {
            return 3;
        }
    }
}

} // namespace

class TestControlStore final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void emptyStoreHasNothing();
    void keepsWhatWasCommitted();
    void nullDeletesADocument();
    void aFailedCommitLeavesNothing();
    void refusesTextThatIsNotUtf8();
    void pagesBackwards();
    void noticesTampering_data();
    void noticesTampering();
    void refusesANewerFile();
    void reportsDamage_data();
    void reportsDamage();
    void waitsForAnotherProcessThenSaysSo();
    void acknowledgedChangesSurviveKill();

private:
    std::unique_ptr<ControlStore> open();
    void commit(ControlStore& store, std::uint64_t n);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::string m_path;
};

void TestControlStore::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->filePath(QStringLiteral("sluice.db")).toStdString();
}

std::unique_ptr<ControlStore> TestControlStore::open()
{
    auto store = openSqliteControlStore(m_path);
    if (!store) {
        qWarning("%s", describe(store.error()).c_str());
        return nullptr;
    }
    return *std::move(store);
}

void TestControlStore::commit(ControlStore& store, std::uint64_t n)
{
    QVERIFY_RESULT(store.commit(changeNumber(n)));
}

void TestControlStore::emptyStoreHasNothing()
{
    const auto store = open();
    QVERIFY(store);
    QVERIFY(store->documents().value().empty());
    QVERIFY(!store->latestRevision().value());
    QVERIFY(!store->revision(1).value());
    QVERIFY(store->revisions(0, 10).value().empty());
    QVERIFY(store->audit(0, 10).value().empty());
}

void TestControlStore::keepsWhatWasCommitted()
{
    {
        const auto store = open();
        QVERIFY(store);
        commit(*store, 1);
        commit(*store, 2);
    }
    const auto store = open(); // again, from the file
    QVERIFY(store);
    const ControlChange expected = changeNumber(2);
    const auto latest = store->latestRevision();
    QVERIFY_RESULT(latest);
    QVERIFY(latest->has_value());
    QCOMPARE((*latest)->revision, 2U);
    QCOMPARE((*latest)->reason, expected.revision->reason);
    QCOMPARE((*latest)->actor, expected.revision->actor);
    QCOMPARE((*latest)->command, expected.revision->command);
    QCOMPARE((*latest)->atMicros, expected.revision->atMicros);
    QVERIFY((*latest)->routes == expected.revision->routes);
    QVERIFY((*latest)->changes == expected.revision->changes);
    const auto documents = store->documents();
    QVERIFY_RESULT(documents);
    QCOMPARE(documents->size(), 3U);
    QCOMPARE(documents->front().kind, std::string("meta"));
    QVERIFY(documents->front().value == expected.documents[1].value);
    const auto audit = store->audit(0, 10);
    QVERIFY_RESULT(audit);
    QCOMPARE(audit->size(), 2U);
    QCOMPARE(audit->front().sequence, 2);
    QCOMPARE(audit->front().role, std::string("operator"));
    QVERIFY(audit->front().arguments == expected.audit[0].arguments);
}

void TestControlStore::nullDeletesADocument()
{
    const auto store = open();
    QVERIFY(store);
    QVERIFY_RESULT(store->commit({{{"flags", "a", Json::object()}, {"flags", "b", 1}}, {}, {}}));
    QVERIFY_RESULT(store->commit({{{"flags", "a", nullptr}, {"flags", "never", nullptr}}, {}, {}}));
    const auto documents = store->documents();
    QVERIFY_RESULT(documents);
    QCOMPARE(documents->size(), 1U);
    QCOMPARE(documents->front().key, std::string("b"));
}

void TestControlStore::aFailedCommitLeavesNothing()
{
    const auto store = open();
    QVERIFY(store);
    commit(*store, 1);
    ControlChange again = changeNumber(1);
    again.documents.push_back({"unit", "new", 1});
    const auto status = store->commit(again);
    QVERIFY(!status.ok());
    QCOMPARE(status.error().code, ErrorCode::Conflict);
    QCOMPARE(store->documents()->size(), 2U);
    QCOMPARE(store->audit(0, 10)->size(), 1U);
    commit(*store, 2); // and it goes on, with no gap in the audit
    QCOMPARE(store->audit(0, 10)->front().sequence, 2);
}

void TestControlStore::refusesTextThatIsNotUtf8()
{
    const auto store = open();
    QVERIFY(store);
    const auto status = store->commit({{{"meta", "x", "\xff\xfe"}}, {}, {}});
    QVERIFY(!status.ok());
    QCOMPARE(status.error().code, ErrorCode::InvalidArgument);
}

void TestControlStore::pagesBackwards()
{
    const auto store = open();
    QVERIFY(store);
    for (std::uint64_t n = 1; n <= 25; ++n) {
        commit(*store, n);
    }
    std::vector<std::uint64_t> seen;
    for (std::uint64_t before = 0;;) {
        const auto page = store->revisions(before, 10);
        QVERIFY_RESULT(page);
        if (page->empty()) {
            break;
        }
        for (const RevisionRow& row : *page) {
            seen.push_back(row.revision);
        }
        before = page->back().revision;
    }
    QCOMPARE(seen.size(), 25U);
    QVERIFY(std::is_sorted(seen.rbegin(), seen.rend()));
    const auto audit = store->audit(11, 100);
    QVERIFY_RESULT(audit);
    QCOMPARE(audit->size(), 10U);
    QCOMPARE(audit->front().sequence, 10);
    QCOMPARE(audit->back().sequence, 1);
    QCOMPARE(store->revision(7)->value().revision, 7U);
}

void TestControlStore::noticesTampering_data()
{
    QTest::addColumn<QString>("sql");
    QTest::newRow("document") << QStringLiteral(
        "UPDATE documents SET value = '{\"n\":9}' WHERE kind = 'meta'");
    QTest::newRow("routes") << QStringLiteral(
        "UPDATE revisions SET routes = '{}' WHERE revision = 2");
    QTest::newRow("audit row") << QStringLiteral(
        "UPDATE audit SET actor = 'eve' WHERE sequence = 2");
    QTest::newRow("audit row gone") << QStringLiteral("DELETE FROM audit WHERE sequence = 2");
    QTest::newRow("audit's beginning gone")
        << QStringLiteral("DELETE FROM audit WHERE sequence = 1");
}

void TestControlStore::noticesTampering()
{
    QFETCH(QString, sql);
    const auto store = open();
    QVERIFY(store);
    for (std::uint64_t n = 1; n <= 3; ++n) {
        commit(*store, n);
    }
    {
        const auto other = Database::open(m_path, Database::Access::Write);
        QVERIFY_RESULT(other);
        QVERIFY_RESULT((*other)->execute(sql.toStdString()));
    }
    const auto documents = store->documents();
    const auto revisions = store->revisions(0, 10);
    const auto audit = store->audit(0, 10);
    QCOMPARE(int(!documents.ok()) + int(!revisions.ok()) + int(!audit.ok()), 1);
    for (const Error* error :
         {documents ? nullptr : &documents.error(), revisions ? nullptr : &revisions.error(),
          audit ? nullptr : &audit.error()}) {
        QVERIFY(error == nullptr || error->code == ErrorCode::Corrupt);
    }
}

void TestControlStore::refusesANewerFile()
{
    QVERIFY(open());
    {
        const auto other = Database::open(m_path, Database::Access::Write);
        QVERIFY_RESULT(other);
        QVERIFY_RESULT((*other)->execute("PRAGMA user_version=99"));
    }
    const auto store = openSqliteControlStore(m_path);
    QVERIFY(!store.ok());
    QCOMPARE(store.error().code, ErrorCode::Refused);
}

void TestControlStore::reportsDamage_data()
{
    QTest::addColumn<int>("offset");
    QTest::newRow("not a database") << 0;
    QTest::newRow("a page's header") << 4096 * 20;
}

void TestControlStore::reportsDamage()
{
    QFETCH(int, offset);
    {
        const auto store = open();
        QVERIFY(store);
        ControlChange large;
        for (int i = 0; i < 200; ++i) {
            large.documents.push_back({"unit", std::to_string(i), std::string(2000, 'x')});
        }
        QVERIFY_RESULT(store->commit(large));
    }
    QFile file(QString::fromStdString(m_path));
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.size() > 4096 * 30);
    QVERIFY(file.seek(offset));
    QCOMPARE(file.write(QByteArray(64, '\x7e')), 64);
    file.close();
    const auto store = openSqliteControlStore(m_path);
    QVERIFY(!store.ok());
    QCOMPARE(store.error().code, ErrorCode::Corrupt);
}

void TestControlStore::waitsForAnotherProcessThenSaysSo()
{
    const auto store = open();
    QVERIFY(store);
    const auto other = Database::open(m_path, Database::Access::Write);
    QVERIFY_RESULT(other);
    {
        const auto lock = Transaction::begin(**other);
        QVERIFY_RESULT(lock);
        const auto status = store->commit(changeNumber(1));
        QVERIFY(!status.ok());
        QCOMPARE(status.error().code, ErrorCode::Unavailable);
    }
    commit(*store, 1); // F04: once the lock is gone, all is well
}

void TestControlStore::acknowledgedChangesSurviveKill()
{
    std::uint64_t acknowledged = 0;
    for (int round = 0; round < 15; ++round) {
        QProcess child;
        child.start(QCoreApplication::applicationFilePath(),
                    {QStringLiteral("--commit-until-killed"), QString::fromStdString(m_path)});
        const std::uint64_t enough = acknowledged + 1 + static_cast<std::uint64_t>(round * 7 % 40);
        const auto readOn = [&] {
            while (child.canReadLine()) {
                acknowledged = child.readLine().trimmed().toULongLong();
            }
        };
        while (acknowledged < enough) {
            QVERIFY2(child.waitForReadyRead(30'000), child.readAllStandardError().constData());
            readOn();
        }
        child.kill();
        QVERIFY(child.waitForFinished());
        readOn();
        const auto store = open();
        QVERIFY(store);
        const auto latest = store->latestRevision();
        QVERIFY_RESULT(latest);
        QVERIFY((*latest)->revision >= acknowledged);
        const auto audit = store->audit(0, 100'000); // checks the whole chain
        QVERIFY_RESULT(audit);
        QCOMPARE(audit->size(), (*latest)->revision);
        const auto documents = store->documents();
        QVERIFY_RESULT(documents);
        QVERIFY(documents->front().value == Json({{"n", (*latest)->revision}}));
    }
}

int main(int argc, char* argv[])
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 3 && arguments[1] == QLatin1String("--commit-until-killed")) {
        return commitUntilKilled(arguments[2].toStdString());
    }
    TestControlStore test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_controlstore.moc"
