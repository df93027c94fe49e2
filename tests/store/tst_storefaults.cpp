// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/controlstore.h"
#include "core/store/database.h"
#include "core/store/dayfiles.h"
#include "core/store/telemetrystore.h"
#include "tests/store/controlsamples.h"
#include "tests/store/faultyio.h"
#include "tests/support/manualclock.h"
#include "tests/support/result.h"
#include "tests/support/samplerecords.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>

using namespace sluice;
using namespace sluice::store;
using namespace std::chrono_literals;
using tests::FaultyIo;

class TestStoreFaults final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void controlRecoversFromAFullDisk();
    void controlTrustsNothingAfterAFailedSync();
    void telemetryRecoversFromAFullDisk();
    void telemetryDropsWhatTheQueueCannotHold();
    void telemetryWaitsForItsFolder();
    void anOldDamagedDayIsSkipped();
    void todaysDamagedFileIsSetAside();
    void damagedRollupsAreSetAside();
    void aNewerDayFileIsSkipped();
    void aKilledWritersDayIsSealed();
    void aLeapingClockDeletesNothing();

private:
    std::unique_ptr<TelemetryStore> open(std::size_t queueLimit = 200'000);
    static std::vector<telemetry::RequestRecord> records(std::uint32_t count, SystemTime at);
    static telemetry::SecondAggregate sums(SystemTime at);
    void damage(const std::string& path, qint64 offset);
    [[nodiscard]] std::string today() const { return dayFilePath(m_path, dayOf(m_clock->now())); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::string m_path;
    std::unique_ptr<tests::ManualClock> m_clock;
};

void TestStoreFaults::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->path().toStdString();
    m_clock = std::make_unique<tests::ManualClock>();
}

std::unique_ptr<TelemetryStore> TestStoreFaults::open(std::size_t queueLimit)
{
    TelemetryStoreOptions options;
    options.folder = m_path;
    options.queueLimit = queueLimit;
    return TelemetryStore::openSqlite(options, *m_clock).value();
}

std::vector<telemetry::RequestRecord> TestStoreFaults::records(std::uint32_t count, SystemTime at)
{
    std::vector<telemetry::RequestRecord> result;
    for (std::uint32_t n = 0; n < count; ++n) {
        result.push_back(tests::plainRecord(n, at + std::chrono::microseconds(n)));
    }
    return result;
}

telemetry::SecondAggregate TestStoreFaults::sums(SystemTime at)
{
    telemetry::SecondAggregate result{
        toMicros(at) / 1'000'000, {"r", telemetry::Arm::Stable, "u", "g"}, {}};
    result.sums.requests = 1;
    return result;
}

void TestStoreFaults::damage(const std::string& path, qint64 offset)
{
    QFile file(QString::fromStdString(path));
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.seek(offset));
    QCOMPARE(file.write(QByteArray(64, '\x7e')), 64);
}

void TestStoreFaults::controlRecoversFromAFullDisk()
{
    const auto store = openSqliteControlStore(m_path + "/sluice.db").value();
    QVERIFY_RESULT(store->commit(tests::changeNumber(1)));
    {
        const FaultyIo full(FaultyIo::Fault::DiskFull, "sluice.db");
        const auto status = store->commit(tests::changeNumber(2));
        QVERIFY(!status.ok());
        QCOMPARE(status.error().message, std::string("disk full"));
        QVERIFY(FaultyIo::failures() > 0);
        QCOMPARE(store->latestRevision()->value().revision, 1U);
    }
    QVERIFY_RESULT(store->commit(tests::changeNumber(2)));
    QCOMPARE(store->audit(0, 10)->size(), 2U);
}

void TestStoreFaults::controlTrustsNothingAfterAFailedSync()
{
    const std::string path = m_path + "/sluice.db";
    {
        const auto store = openSqliteControlStore(path).value();
        QVERIFY_RESULT(store->commit(tests::changeNumber(1)));
        {
            const FaultyIo failing(FaultyIo::Fault::SyncFailed, "sluice.db");
            QVERIFY(!store->commit(tests::changeNumber(2)).ok());
            QVERIFY(FaultyIo::failures() > 0);
        }
        const auto again = store->commit(
            tests::changeNumber(2)); // the disk is well again, the store does not trust it
        QVERIFY(!again.ok());
        QCOMPARE(again.error().code, ErrorCode::Io);
        QCOMPARE(store->latestRevision()->value().revision, 1U); // reading goes on
    }
    const auto store = openSqliteControlStore(path).value();
    QCOMPARE(store->latestRevision()->value().revision, 1U);
    QVERIFY_RESULT(store->commit(tests::changeNumber(2)));
}

void TestStoreFaults::telemetryRecoversFromAFullDisk()
{
    const auto store = open();
    store->accept({records(10, m_clock->now()), {sums(m_clock->now())}});
    QVERIFY_RESULT(store->flush());
    {
        const FaultyIo full(FaultyIo::Fault::DiskFull, m_path);
        store->accept({records(1500, m_clock->now()), {sums(m_clock->now())}});
        const auto status = store->flush();
        QVERIFY(!status.ok());
        QCOMPARE(store->state().problem, std::string("disk full"));
        QCOMPARE(store->state().queued, 1500U);
        QCOMPARE(store->records({})->records.size(), 10U);
    }
    QTRY_VERIFY(store->state().problem.empty()); // by itself
    QVERIFY_RESULT(store->flush());
    QCOMPARE(store->state().written, 1510U);
    QCOMPARE(store->state().dropped, 0U);
    const std::int64_t second = toMicros(m_clock->now()) / 1'000'000;
    const auto series = store->series({"r", second, second + 1, 1});
    QVERIFY_RESULT(series);
    QCOMPARE(series->front().points.front().sums.requests, 2U);
    RecordQuery all;
    all.limit = 1000;
    QCOMPARE(store->records(all)->records.front().route, std::string("support-assistant"));
}

void TestStoreFaults::telemetryDropsWhatTheQueueCannotHold()
{
    const auto store = open(1000);
    const FaultyIo full(FaultyIo::Fault::DiskFull, m_path);
    for (int i = 0; i < 3; ++i) {
        store->accept({records(600, m_clock->now()), {}});
        QVERIFY(!store->flush().ok());
    }
    QCOMPARE(store->state().queued, 1000U);
    QCOMPARE(store->state().dropped, 800U);
}

void TestStoreFaults::telemetryWaitsForItsFolder()
{
    const QString blocked = QString::fromStdString(today());
    QVERIFY(QDir().mkpath(blocked)); // a folder where the file should be
    const auto store = open();
    store->accept({records(5, m_clock->now()), {}});
    QVERIFY(!store->flush().ok());
    QVERIFY(!store->state().problem.empty());
    QVERIFY(QDir().rmdir(blocked));
    QVERIFY_RESULT(store->flush());
    QCOMPARE(store->state().written, 5U);
    QVERIFY(store->state().problem.empty());
}

void TestStoreFaults::anOldDamagedDayIsSkipped()
{
    const auto store = open();
    const std::string old = today();
    store->accept({records(5, m_clock->now()), {}});
    QVERIFY_RESULT(store->flush());
    m_clock->advance(24h);
    store->accept({records(5, m_clock->now()), {}});
    QVERIFY_RESULT(store->flush());
    QVERIFY(store->state().damaged.empty());
    damage(old, 0);
    QCOMPARE(store->records({})->records.size(), 5U);
    std::size_t seen = 0;
    QVERIFY_RESULT(store->traffic({"support-assistant"}, [&](const auto&) { ++seen; }));
    QCOMPARE(seen, 5U);
    QCOMPARE(store->state().damaged.size(), 1U);
    QVERIFY(store->state().damaged.front().starts_with(old));
    QVERIFY(store->state().problem.empty());
}

void TestStoreFaults::todaysDamagedFileIsSetAside()
{
    {
        const auto store = open();
        store->accept({records(5, m_clock->now()), {}});
        QVERIFY_RESULT(store->flush());
    }
    damage(today(), 0);
    const auto store = open();
    store->accept({records(7, m_clock->now()), {}});
    QVERIFY_RESULT(store->flush());
    QCOMPARE(store->records({})->records.size(), 7U);
    QVERIFY(QFile::exists(QString::fromStdString(today() + ".damaged")));
    QCOMPARE(store->state().damaged.size(), 1U);
}

void TestStoreFaults::damagedRollupsAreSetAside()
{
    open().reset();
    damage(m_path + "/rollups.db", 0);
    const auto store = open();
    store->accept({{}, {sums(m_clock->now())}});
    QVERIFY_RESULT(store->flush());
    const std::int64_t second = toMicros(m_clock->now()) / 1'000'000;
    QCOMPARE(store->series({"r", second, second + 1, 1})->size(), 1U);
    QVERIFY(QFile::exists(QString::fromStdString(m_path + "/rollups.db.damaged")));
    QCOMPARE(store->state().damaged.size(), 1U);
}

void TestStoreFaults::aNewerDayFileIsSkipped()
{
    const auto store = open();
    store->accept({records(5, m_clock->now()), {}});
    QVERIFY_RESULT(store->flush());
    const std::string old = today();
    m_clock->advance(24h);
    store->accept({records(5, m_clock->now()), {}});
    QVERIFY_RESULT(store->flush());
    {
        const auto other = Database::open(old, Database::Access::Write);
        QVERIFY_RESULT(other);
        QVERIFY_RESULT((*other)->execute("PRAGMA user_version=9"));
    }
    QCOMPARE(store->records({})->records.size(), 5U);
    QCOMPARE(store->state().damaged.size(), 1U);
}

void TestStoreFaults::aKilledWritersDayIsSealed()
{
    const QString old = QString::fromStdString(today());
    {
        const auto store = open();
        store->accept({records(5, m_clock->now()), {}});
        QVERIFY_RESULT(store->flush());
        // As kill -9 leaves it: database and WAL as they are now, put back after the orderly close.
        QVERIFY(QFile::exists(old + QStringLiteral("-wal")));
        for (const QString& part : {QString(), QStringLiteral("-wal")}) {
            QVERIFY(QFile::copy(old + part, old + part + QStringLiteral(".kept")));
        }
    }
    for (const QString& part : {QString(), QStringLiteral("-wal")}) {
        QFile::remove(old + part);
        QVERIFY(QFile::rename(old + part + QStringLiteral(".kept"), old + part));
    }
    m_clock->advance(24h);
    const auto store = open();
    QVERIFY_RESULT(store->flush());
    QVERIFY(!QFile::exists(old + QStringLiteral("-wal")));
    QCOMPARE(store->records({})->records.size(), 5U);
}

void TestStoreFaults::aLeapingClockDeletesNothing()
{
    /// Somebody sets the date (F10): the wall leaps, the steady clock does not.
    class LeapingClock final : public Clock
    {
    public:
        [[nodiscard]] SystemTime now() const override
        {
            return m_inner.now() + std::chrono::hours(m_leap);
        }
        [[nodiscard]] SteadyTime steady() const override { return m_inner.steady(); }
        tests::ManualClock m_inner;
        std::atomic<int> m_leap{0};
    } clock;
    TelemetryStoreOptions options;
    options.folder = m_path;
    const auto store = TelemetryStore::openSqlite(options, clock).value();
    const auto put = [&] {
        store->accept({records(5, clock.now()), {sums(clock.now())}});
        QVERIFY_RESULT(store->flush());
    };
    const std::int64_t second = toMicros(clock.now()) / 1'000'000;
    put();
    clock.m_leap = 24 * 3650;
    clock.m_inner.advance(1min);
    put();
    clock.m_inner.advance(1min);
    put();
    clock.m_leap = 0; // put right
    clock.m_inner.advance(1min);
    put();
    QCOMPARE(store->records({})->records.size(), 20U);
    QCOMPARE(store->series({"r", second, second + 1, 1})->size(), 1U);
    clock.m_leap = 24 * 3650; // and if it was right after all, a day later they go
    clock.m_inner.advance(1min);
    put();
    clock.m_inner.advance(25h);
    put();
    QCOMPARE(store->records({})->records.size(), 20U);
    QVERIFY(store->series({"r", second, second + 1, 1})->empty());
}

QTEST_GUILESS_MAIN(TestStoreFaults)
#include "tst_storefaults.moc"
