// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/sumsbacklog.h"
#include "core/store/telemetrystore.h"
#include "tests/support/manualclock.h"
#include "tests/support/result.h"
#include "tests/support/samplerecords.h"

#include <QTemporaryDir>
#include <QTest>

using namespace sluice;
using namespace sluice::store;
using namespace std::chrono_literals;
using telemetry::Aggregate;
using telemetry::Arm;
using telemetry::SecondAggregate;

namespace {

SecondAggregate part(std::int64_t second, Arm arm, std::uint64_t requests,
                     const std::string& gateway = "gw-1")
{
    SecondAggregate result{
        second, {"support-assistant", arm, "u_" + std::string(64, 'a'), gateway}, {}};
    for (std::uint64_t i = 0; i < requests; ++i) {
        result.sums.add(tests::plainRecord(static_cast<std::uint32_t>(i), fromMicros(0)));
    }
    return result;
}

std::uint64_t requestsIn(const std::vector<Series>& series)
{
    std::uint64_t sum = 0;
    for (const Series& one : series) {
        for (const SeriesPoint& point : one.points) {
            sum += point.sums.requests;
        }
    }
    return sum;
}

} // namespace

class TestRollups final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void mergesPartsAndGateways();
    void allTiersAgree_data();
    void allTiersAgree();
    void everyTierIsKeptAsLongAsPromised();
    void refusesBadSteps();
    void backlogCoarsensAndLosesNothing();

private:
    std::unique_ptr<TelemetryStore> open();
    [[nodiscard]] std::int64_t now() const { return toMicros(m_clock->now()) / 1'000'000; }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<tests::ManualClock> m_clock;
};

void TestRollups::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_clock = std::make_unique<tests::ManualClock>();
}

std::unique_ptr<TelemetryStore> TestRollups::open()
{
    TelemetryStoreOptions options;
    options.folder = m_folder->path().toStdString();
    return TelemetryStore::openSqlite(options, *m_clock).value();
}

void TestRollups::mergesPartsAndGateways()
{
    const std::int64_t second = now();
    {
        const auto store = open();
        store->accept({{}, {part(second, Arm::Stable, 3), part(second, Arm::Stable, 4)}});
        QVERIFY_RESULT(store->flush());
        store->accept({{},
                       {part(second, Arm::Stable, 5), part(second, Arm::Stable, 6, "gw-2"),
                        part(second, Arm::Candidate, 7), part(second + 2, Arm::Stable, 8)}});
        QVERIFY_RESULT(store->flush());
    }
    const auto store = open(); // from the file; a late part still finds its second
    store->accept({{}, {part(second, Arm::Stable, 1)}});
    QVERIFY_RESULT(store->flush());
    const auto series = store->series({"support-assistant", second, second + 3, 1});
    QVERIFY_RESULT(series);
    QCOMPARE(series->size(), 2U);
    QCOMPARE(series->at(0).arm, Arm::Stable);
    QCOMPARE(series->at(0).points.size(), 2U);
    QCOMPARE(series->at(0).points[0].start, second);
    QCOMPARE(series->at(0).points[0].sums.requests, 19U);
    QCOMPARE(series->at(0).points[0].sums.latency.count(), 19U);
    QCOMPARE(series->at(0).points[1].start, second + 2);
    QCOMPARE(series->at(1).arm, Arm::Candidate);
    QCOMPARE(series->at(1).points[0].sums.requests, 7U);
    QVERIFY(store->series({"other", second, second + 3, 1})->empty());
    QCOMPARE(requestsIn(*store->series({"support-assistant", second, second + 2, 1})),
             26U); // `to` is exclusive
}

void TestRollups::allTiersAgree_data()
{
    QTest::addColumn<int>("step");
    QTest::addColumn<int>("points");
    QTest::newRow("seconds") << 1 << 120;
    QTest::newRow("five seconds") << 5 << 120;
    QTest::newRow("minutes") << 60 << 60;
    QTest::newRow("five minutes") << 300 << 12;
    QTest::newRow("hours") << 3600 << 1;
    QTest::newRow("days") << 86'400 << 1;
}

void TestRollups::allTiersAgree()
{
    QFETCH(int, step);
    QFETCH(int, points);
    const auto store = open();
    const std::int64_t start = floorTo(now(), 3600);
    std::vector<SecondAggregate> parts;
    for (std::int64_t i = 0; i < 120; ++i) {
        parts.push_back(part(start + i * 30, Arm::Stable, 2));
    }
    store->accept({{}, std::move(parts)});
    QVERIFY_RESULT(store->flush());
    const auto series = store->series({"support-assistant", start, start + 3600, step});
    QVERIFY_RESULT(series);
    QCOMPARE(series->size(), 1U);
    QCOMPARE(int(series->front().points.size()), points);
    QCOMPARE(requestsIn(*series), 240U);
    for (const SeriesPoint& point : series->front().points) {
        QCOMPARE(point.start % step, 0);
    }
}

void TestRollups::everyTierIsKeptAsLongAsPromised()
{
    const auto store = open();
    const std::int64_t second = now();
    const auto left = [&](std::int64_t step) {
        return requestsIn(
            *store->series({"support-assistant", floorTo(second, 3600), second + 1, step}));
    };
    const auto advance = [&](std::chrono::seconds by) {
        m_clock->advance(by);
        QVERIFY_RESULT(store->flush());
    };
    store->accept({{}, {part(second, Arm::Stable, 2)}});
    QVERIFY_RESULT(store->flush());
    advance(3600s);
    QCOMPARE(left(1), 2U);
    advance(61s);
    QCOMPARE(left(1), 0U);
    QCOMPARE(left(60), 2U);
    advance(24h * 30);
    QCOMPARE(left(60), 0U);
    QCOMPARE(left(3600), 2U);
    advance(24h * 699);
    QCOMPARE(left(3600), 2U);
    advance(24h * 2);
    QCOMPARE(left(3600), 0U);
}

void TestRollups::refusesBadSteps()
{
    const auto store = open();
    QCOMPARE(store->series({"r", 0, 10, 0}).error().code, ErrorCode::InvalidArgument);
    QCOMPARE(store->series({"r", 0, 1'000'000, 1}).error().code, ErrorCode::TooLarge);
    QVERIFY(store->series({"r", 10, 0, 1})->empty());
}

void TestRollups::backlogCoarsensAndLosesNothing()
{
    SumsBacklog backlog(100);
    std::uint64_t sent = 0;
    for (std::int64_t second = 0; second < 86'400; second += 30) {
        backlog.add({part(second, Arm::Stable, 1), part(second, Arm::Candidate, 1)});
        sent += 2;
        QVERIFY(backlog.size() <= 102);
    }
    std::uint64_t kept = 0;
    for (const auto& [at, sums] : backlog.sums()) {
        QCOMPARE(at.second % 3600, 0);
        kept += sums.requests;
    }
    QCOMPARE(kept, sent);
    backlog.clear();
    backlog.add({part(61, Arm::Stable, 1)});
    QCOMPARE(backlog.sums().begin()->first.second, 61); // fine again
    QCOMPARE(floorTo(-1, 60), -60);
}

QTEST_GUILESS_MAIN(TestRollups)
#include "tst_rollups.moc"
