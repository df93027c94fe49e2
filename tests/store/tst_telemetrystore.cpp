// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/blockscan.h"
#include "core/store/database.h"
#include "core/store/dayfiles.h"
#include "core/store/telemetrystore.h"
#include "tests/support/manualclock.h"
#include "tests/support/result.h"
#include "tests/support/samplerecords.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <thread>

using namespace sluice;
using namespace sluice::store;
using namespace std::chrono_literals;
using telemetry::RequestRecord;

namespace {

/// Every member, as text.
std::string textOf(const RequestRecord& r)
{
    Json attempts = Json::array();
    for (const telemetry::Attempt& a : r.attempts) {
        attempts.push_back(
            {a.unit, a.connectMicros, a.firstByteMicros, a.totalMicros, a.status, a.error});
    }
    const telemetry::Stages& s = r.stages;
    const Json all = {
        {"who",
         {r.id, toMicros(r.at), r.route, r.revision, int(r.arm), r.assignedUnit, r.servedUnit}},
        {"why",
         {int(r.assignedBy), r.keyHmac, r.bucket, r.otherBucket, r.generation, r.attributes,
          r.session, r.apiKey, r.gateway}},
        {"what",
         {r.traceId, r.prompt, r.streamed, r.simulated, r.retry, r.sampled, r.weight, r.status}},
        {"end",
         {int(r.outcome), int(r.fallback), r.refusal, r.finishReason, r.error, r.usageKnown}},
        {"stages",
         {s.admit, s.route, s.render, s.retrieve, s.connect, s.ttft, s.stream, s.total,
          s.upstreamWait}},
        {"usage",
         {r.usageEstimated, r.raw.prompt, r.raw.completion, r.raw.cached, r.raw.reasoning}},
        {"tokens", {r.tokens.input, r.tokens.cachedInput, r.tokens.cacheWrite, r.tokens.output}},
        {"cost", {int(r.cost.state), r.cost.micros, r.cost.currency}},
        {"attempts", attempts}};
    return all.dump(1);
}

std::vector<RequestRecord> plainRecords(std::uint32_t from, std::uint32_t count, SystemTime at)
{
    std::vector<RequestRecord> records;
    for (std::uint32_t n = from; n < from + count; ++n) {
        records.push_back(tests::plainRecord(n, at + std::chrono::microseconds(n)));
    }
    return records;
}

} // namespace

class TestTelemetryStore final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void everyMemberComesBack();
    void pagesNewestFirstAcrossDays();
    void refusesForeignCursors();
    void filters_data();
    void filters();
    void findsOneAmongMany();
    void aLongSearchStopsAndGoesOn();
    void trafficShowsWhatADryRunNeeds();
    void trafficStopsAtItsLimit();
    void filesOfEarlierVersionsAreRead();
    void retentionDeletesOldDays();
    void aFullQueueDropsAndCounts();
    void closingWritesWhatWaits();
    void readsWhileWriting();

private:
    std::unique_ptr<TelemetryStore> open(std::size_t queueLimit = 200'000);
    /// Accepts and writes.
    void put(TelemetryStore& store, std::vector<RequestRecord> records);

    std::unique_ptr<QTemporaryDir> m_folder;
    std::string m_path;
    std::unique_ptr<tests::ManualClock> m_clock;
};

void TestTelemetryStore::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->filePath(QStringLiteral("telemetry")).toStdString();
    m_clock = std::make_unique<tests::ManualClock>();
}

std::unique_ptr<TelemetryStore> TestTelemetryStore::open(std::size_t queueLimit)
{
    TelemetryStoreOptions options;
    options.folder = m_path;
    options.queueLimit = queueLimit;
    return TelemetryStore::openSqlite(options, *m_clock).value();
}

void TestTelemetryStore::put(TelemetryStore& store, std::vector<RequestRecord> records)
{
    store.accept({std::move(records), {}});
    QVERIFY_RESULT(store.flush());
}

void TestTelemetryStore::everyMemberComesBack()
{
    const std::vector<RequestRecord> sent{RequestRecord{}, tests::fullRecord(m_clock->now()),
                                          tests::plainRecord(0, m_clock->now() + 1us)};
    {
        const auto store = open();
        put(*store, sent);
        QCOMPARE(store->state().written, 3U);
        QCOMPARE(store->state().queued, 0U);
        QVERIFY(store->state().problem.empty());
    }
    const auto store = open(); // from the file
    RecordQuery all;
    all.fromMicros = INT64_MIN;
    const auto page = store->records(all);
    QVERIFY_RESULT(page);
    QCOMPARE(page->records.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        QCOMPARE(textOf(page->records[2 - i]), textOf(sent[i]));
    }
    QVERIFY(page->cursor.empty());
}

void TestTelemetryStore::pagesNewestFirstAcrossDays()
{
    auto store = open();
    for (std::uint32_t day = 0; day < 3; ++day) {
        put(*store, plainRecords(day * 1000, 250, m_clock->now()));
        put(*store, plainRecords(day * 1000 + 250, 50, m_clock->now()));
        m_clock->advance(24h);
        store = day == 1 ? open() : std::move(store); // opened again in between
    }
    QCOMPARE(
        QDir(QString::fromStdString(m_path)).entryList({QStringLiteral("telemetry-*.db")}).size(),
        3);
    std::vector<std::string> ids;
    RecordQuery query;
    query.limit = 100;
    do {
        const auto page = store->records(query);
        QVERIFY_RESULT(page);
        QCOMPARE(page->records.size(), 100U);
        for (const RequestRecord& record : page->records) {
            ids.push_back(record.id);
        }
        query.cursor = page->cursor;
    } while (!query.cursor.empty());
    QCOMPARE(ids.size(), 900U);
    QCOMPARE(ids.front(), tests::plainRecord(2299, {}).id);
    QCOMPARE(ids.back(), tests::plainRecord(0, {}).id);
    QVERIFY(std::is_sorted(ids.rbegin(), ids.rend()));
    QVERIFY(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
}

void TestTelemetryStore::refusesForeignCursors()
{
    const auto store = open();
    for (const char* cursor : {"x", "2026-13-01:5", "2026-01-01", "2026-01-01:5x", ":5"}) {
        RecordQuery query;
        query.cursor = cursor;
        const auto page = store->records(query);
        QVERIFY2(!page.ok(), cursor);
        QCOMPARE(page.error().code, ErrorCode::InvalidArgument);
    }
}

void TestTelemetryStore::filters_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<int>("expected");
    QTest::newRow("all") << QString() << 500;
    QTest::newRow("route") << QStringLiteral("route") << 10;
    QTest::newRow("route that is not there") << QStringLiteral("no route") << 0;
    QTest::newRow("arm") << QStringLiteral("arm") << 100;
    QTest::newRow("outcome") << QStringLiteral("outcome") << 5;
    QTest::newRow("fallback") << QStringLiteral("fallback") << 3;
    QTest::newRow("id") << QStringLiteral("id") << 1;
    QTest::newRow("from, inclusive") << QStringLiteral("from") << 200;
    QTest::newRow("to, exclusive") << QStringLiteral("to") << 300;
    QTest::newRow("arm and outcome") << QStringLiteral("arm outcome") << 1;
}

void TestTelemetryStore::filters()
{
    QFETCH(QString, filter);
    QFETCH(int, expected);
    const auto store = open();
    auto records = plainRecords(0, 500, m_clock->now());
    for (std::size_t i = 0; i < 10; ++i) {
        records[i * 20 + 3].route = "other";
    }
    for (std::size_t i = 0; i < 5; ++i) {
        records[400 + i].outcome = telemetry::Outcome::Timeout;
    }
    for (std::size_t i = 0; i < 3; ++i) {
        records[200 + i].fallback = telemetry::Fallback::Error;
    }
    put(*store, std::move(records));
    RecordQuery query;
    query.limit = 1000;
    if (filter.contains(QLatin1String("route"))) {
        query.route = filter == QLatin1String("route") ? "other" : "othe";
    }
    if (filter.contains(QLatin1String("arm"))) {
        query.arm = telemetry::Arm::Candidate;
    }
    if (filter.contains(QLatin1String("outcome"))) {
        query.outcome = telemetry::Outcome::Timeout;
    }
    query.fallbackOnly = filter == QLatin1String("fallback");
    if (filter == QLatin1String("id")) {
        query.id = tests::plainRecord(77, {}).id;
    }
    const std::int64_t border = toMicros(m_clock->now()) + 300;
    if (filter == QLatin1String("from")) {
        query.fromMicros = border;
    }
    if (filter == QLatin1String("to")) {
        query.toMicros = border;
    }
    const auto page = store->records(query);
    QVERIFY_RESULT(page);
    QCOMPARE(int(page->records.size()), expected);
    QVERIFY(page->cursor.empty());
}

void TestTelemetryStore::findsOneAmongMany()
{
    const auto store = open();
    for (std::uint32_t day = 0; day < 2; ++day) {
        put(*store, plainRecords(day * 5000, 5000, m_clock->now()));
        m_clock->advance(24h);
    }
    for (const std::uint32_t n : {0U, 4321U, 9999U}) {
        RecordQuery query;
        query.id = tests::plainRecord(n, {}).id;
        const auto page = store->records(query);
        QVERIFY_RESULT(page);
        QCOMPARE(page->records.size(), 1U);
        QCOMPARE(page->records.front().id, *query.id);
    }
    RecordQuery query;
    query.id = "req_that_never_was";
    QVERIFY(store->records(query)->records.empty());
}

void TestTelemetryStore::aLongSearchStopsAndGoesOn()
{
    const auto store = open();
    for (std::uint32_t block = 0; block < 10; ++block) {
        put(*store, plainRecords(block * 100, 100, m_clock->now()));
    }
    // With room for two and a half blocks, a scan stops after the third; the next goes on from
    // there.
    Damage damage;
    RecordQuery query;
    ScanPosition from;
    int rounds = 0;
    int seen = 0;
    for (bool stopped = true; stopped; ++rounds) {
        BlockScan scan(query, "row", "bucket = 500", 250);
        const auto end = scan.run(
            m_path, from,
            [&](const Statement&, const NameReader&, const ScanPosition&) -> Result<bool> {
                ++seen;
                return true;
            },
            damage);
        QVERIFY_RESULT(end);
        stopped = end->has_value();
        from = end->value_or(ScanPosition{});
    }
    QCOMPARE(rounds, 4);
    QCOMPARE(seen, 10);
    QCOMPARE(positionFromCursor(cursorText({20'000, 7}))->row, 7);
}

void TestTelemetryStore::trafficShowsWhatADryRunNeeds()
{
    const auto store = open();
    auto records = plainRecords(0, 300, m_clock->now());
    records[42].weight = 10.0F;
    records[42].sampled = true;
    records[42].retry = true;
    records[42].generation = 3;
    records[42].otherBucket = 77;
    records[42].attributes = R"({"plan":null})";
    records[43].keyHmac = {};
    records[44].arm = telemetry::Arm::Shadow;
    const telemetry::RequestRecord full = records[42];
    put(*store, std::move(records));
    std::vector<telemetry::RequestRecord> seen;
    const auto all = store->traffic({"support-assistant"}, [&](const auto& one) {
        seen.push_back(one);
    });
    QVERIFY_RESULT(all);
    QVERIFY(*all);
    QCOMPARE(seen.size(), 299U); // without the shadow
    QVERIFY(seen.front().at >= seen.back().at);
    const telemetry::RequestRecord& one = seen[256];
    QVERIFY(one.at == full.at && one.revision == full.revision && one.arm == full.arm);
    QCOMPARE(one.assignedUnit, full.assignedUnit);
    QCOMPARE(one.keyHmac, full.keyHmac);
    QCOMPARE(telemetry::bucketIn(one, 3), std::optional(full.bucket));
    QCOMPARE(telemetry::bucketIn(one, 2), std::optional(77U));
    QCOMPARE(one.attributes, full.attributes);
    QVERIFY(one.retry && one.sampled && one.weight == 10.0F);
    QCOMPARE(one.stages.total, full.stages.total);
    QCOMPARE(one.cost.micros, full.cost.micros);
    QCOMPARE(one.cost.currency, full.cost.currency);
    QVERIFY(!telemetry::hasKey(seen[255]));
    std::size_t none = 0;
    QVERIFY_RESULT(store->traffic({"other"}, [&](const auto&) { ++none; }));
    QCOMPARE(none, 0U);
}

void TestTelemetryStore::trafficStopsAtItsLimit()
{
    const auto store = open();
    for (std::uint32_t block = 0; block < 5; ++block) {
        put(*store, plainRecords(block * 100, 100, m_clock->now()));
    }
    std::size_t seen = 0;
    const auto all =
        store->traffic({"support-assistant", 0, INT64_MAX, 250}, [&](const auto&) { ++seen; });
    QVERIFY_RESULT(all);
    QVERIFY(!*all);
    QCOMPARE(seen, 300U); // whole blocks
}

void TestTelemetryStore::filesOfEarlierVersionsAreRead()
{
    {
        const auto store = open();
        put(*store, plainRecords(0, 10, m_clock->now()));
    }
    const std::string path = dayFilePath(m_path, dayOf(m_clock->now()));
    const auto undo = [&](const std::string& sql) {
        auto database = Database::open(path, Database::Access::Write);
        QVERIFY_RESULT(database);
        QVERIFY_RESULT((*database)->execute(sql));
    };
    undo("ALTER TABLE records DROP COLUMN other_bucket");
    undo("ALTER TABLE records DROP COLUMN generation");
    undo("PRAGMA user_version=1");
    m_clock->advance(24h);
    const auto store = open(); // writes today's file and leaves yesterday's as it is
    put(*store, plainRecords(10, 10, m_clock->now()));
    std::size_t old = 0;
    QVERIFY_RESULT(store->traffic({"support-assistant"}, [&](const auto& record) {
        old += record.generation == 0 ? 1 : 0;
        QCOMPARE(telemetry::bucketIn(record, 2), std::optional(record.bucket));
    }));
    QCOMPARE(store->records({})->records.size(), 20U);
    QVERIFY(old >= 10U);
    QVERIFY(store->state().damaged.empty());
}

void TestTelemetryStore::retentionDeletesOldDays()
{
    const auto store = open();
    const auto files = [&] {
        return QDir(QString::fromStdString(m_path))
            .entryList({QStringLiteral("telemetry-*")})
            .size();
    };
    put(*store, plainRecords(0, 10, m_clock->now()));
    m_clock->advance(24h * 30);
    put(*store, plainRecords(10, 10, m_clock->now()));
    QCOMPARE(store->records({})->records.size(), 20U);
    m_clock->advance(24h);
    QVERIFY_RESULT(store->flush());
    QCOMPARE(files(), 1);
    QCOMPARE(store->records({})->records.size(), 10U);
}

void TestTelemetryStore::aFullQueueDropsAndCounts()
{
    const auto store = open(100);
    store->accept({plainRecords(0, 250, m_clock->now()), {}});
    QVERIFY_RESULT(store->flush());
    QCOMPARE(store->state().dropped, 150U);
    QCOMPARE(store->state().written, 100U);
    put(*store, plainRecords(250, 100, m_clock->now())); // there is room again
    QCOMPARE(store->state().written, 200U);
}

void TestTelemetryStore::closingWritesWhatWaits()
{
    open()->accept({plainRecords(0, 2500, m_clock->now()), {}});
    RecordQuery query;
    query.limit = 1000;
    const auto page = open()->records(query);
    QVERIFY_RESULT(page);
    QCOMPARE(page->records.size(), 1000U);
    QVERIFY(!page->cursor.empty());
}

void TestTelemetryStore::readsWhileWriting()
{
    const auto store = open();
    std::atomic<bool> done{false};
    std::atomic<int> failures{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 2; ++i) {
        readers.emplace_back([&] {
            while (!done) {
                RecordQuery query;
                query.limit = 50;
                failures += store->records(query).ok() ? 0 : 1;
                failures += store->traffic({"support-assistant"}, [](const auto&) {}).ok() ? 0 : 1;
                failures += store->series({"support-assistant", 0, 100, 1}).ok() ? 0 : 1;
                failures += store->state().damaged.empty() ? 0 : 1;
            }
        });
    }
    std::uint64_t sent = 0;
    for (std::uint32_t round = 0; round < 20; ++round) {
        store->accept({plainRecords(round * 500, 500, m_clock->now()), {}});
        sent += 500;
        if (round % 5 == 0) {
            m_clock->advance(24h); // files change under the readers
        }
        QVERIFY_RESULT(store->flush());
    }
    done = true;
    for (std::thread& reader : readers) {
        reader.join();
    }
    QCOMPARE(failures.load(), 0);
    QCOMPARE(store->state().written, sent);
}

QTEST_GUILESS_MAIN(TestTelemetryStore)
#include "tst_telemetrystore.moc"
