// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/sampler.h"
#include "tests/support/samplerecords.h"

#include <QTest>

#include <cmath>

using namespace sluice;
using namespace sluice::telemetry;

namespace {

/// What a sampler let through.
struct Kept
{
    unsigned records = 0;
    double weight = 0;
    bool marked = true; ///< sampled is set exactly on those that stand for others
};

void offer(Sampler& sampler, unsigned count, Kept& kept)
{
    for (unsigned i = 0; i < count; ++i) {
        RequestRecord record = tests::plainRecord(i, fromMicros(0));
        if (sampler.keep(record)) {
            ++kept.records;
            kept.weight += static_cast<double>(record.weight);
            kept.marked = kept.marked && record.sampled == (record.weight != 1.0F);
        }
    }
}

} // namespace

class TestSampler final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsAllBelowTheLimit();
    void weightsAddUpToTheRequests();
    void keepsEverythingThatIsNotAPlainSuccess_data();
    void keepsEverythingThatIsNotAPlainSuccess();
    void knowsTheOtherThreadsLoad();
    void isUnbiasedWhenTheLoadFalls();
};

void TestSampler::keepsAllBelowTheLimit()
{
    LoadBoard board(1);
    Sampler sampler(2000, board, 0);
    Kept kept;
    for (int second = 0; second < 5; ++second) {
        offer(sampler, 2000, kept);
        sampler.endSecond(true);
    }
    QCOMPARE(kept.records, 10'000U);
    QCOMPARE(kept.weight, 10'000.0);
    QVERIFY(kept.marked);
}

void TestSampler::weightsAddUpToTheRequests()
{
    LoadBoard board(1);
    Sampler sampler(100, board, 0);
    Kept warmUp;
    offer(sampler, 3000, warmUp);
    QVERIFY(warmUp.records < 700); // the burst is not kept whole even in its first second
    sampler.endSecond(true);
    Kept kept;
    for (int second = 0; second < 20; ++second) {
        offer(sampler, 3000, kept);
        sampler.endSecond(true);
    }
    QVERIFY(kept.marked);
    QVERIFY2(kept.records >= 1990 && kept.records <= 2010,
             qPrintable(QString::number(kept.records)));
    QVERIFY2(std::abs(kept.weight - 60'000.0) <= 60.0, qPrintable(QString::number(kept.weight)));
}

void TestSampler::keepsEverythingThatIsNotAPlainSuccess_data()
{
    QTest::addColumn<int>("outcome");
    QTest::addColumn<int>("fallback");
    QTest::addColumn<bool>("refusal");
    QTest::newRow("client error") << int(Outcome::ClientError) << 0 << false;
    QTest::newRow("provider error") << int(Outcome::ProviderError) << 0 << false;
    QTest::newRow("timeout") << int(Outcome::Timeout) << 0 << false;
    QTest::newRow("client gone") << int(Outcome::ClientGone) << 0 << false;
    QTest::newRow("shed") << int(Outcome::Shed) << 0 << false;
    QTest::newRow("fallback") << int(Outcome::Ok) << int(Fallback::Killed) << false;
    QTest::newRow("refusal") << int(Outcome::Ok) << 0 << true;
}

void TestSampler::keepsEverythingThatIsNotAPlainSuccess()
{
    QFETCH(int, outcome);
    QFETCH(int, fallback);
    QFETCH(bool, refusal);
    LoadBoard board(1);
    Sampler sampler(1, board, 0);
    for (unsigned i = 0; i < 1000; ++i) {
        RequestRecord record = tests::plainRecord(i, fromMicros(0));
        record.outcome = static_cast<Outcome>(outcome);
        record.fallback = static_cast<Fallback>(fallback);
        record.refusal = refusal;
        QVERIFY(sampler.keep(record));
        QCOMPARE(record.weight, 1.0F);
        QVERIFY(!record.sampled);
    }
}

void TestSampler::knowsTheOtherThreadsLoad()
{
    LoadBoard board(2);
    Sampler busy(1000, board, 0);
    Sampler quiet(1000, board, 1);
    Kept ignored;
    offer(busy, 9900, ignored);
    busy.endSecond(true);
    offer(quiet, 100, ignored);
    quiet.endSecond(true); // 10,000 a second together: one in ten
    Kept kept;
    offer(quiet, 100, kept);
    QCOMPARE(kept.records, 10U);
    QCOMPARE(kept.weight, 100.0);
    busy.endSecond(false); // a gap: its last rate says nothing any more
    quiet.endSecond(true);
    Kept after;
    offer(quiet, 100, after);
    QVERIFY(after.records >= 99);
}

void TestSampler::isUnbiasedWhenTheLoadFalls()
{
    // Groups that are cut short by falling load: some kept at full weight, some not at all; right
    // on average.
    double weight = 0;
    double requests = 0;
    for (std::size_t index = 0; index < 1000; ++index) {
        LoadBoard board(index + 1);
        Sampler sampler(10, board, index);
        Kept ignored;
        offer(sampler, 1000, ignored);
        sampler.endSecond(true);
        Kept kept;
        offer(sampler, 37, kept); // a group of 100, cut
        sampler.endSecond(false);
        sampler.endSecond(false);
        offer(sampler, 5, kept);
        weight += kept.weight;
        requests += 42;
    }
    QVERIFY2(std::abs(weight / requests - 1.0) < 0.1,
             qPrintable(QString::number(weight / requests)));
}

QTEST_GUILESS_MAIN(TestSampler)
#include "tst_sampler.moc"
