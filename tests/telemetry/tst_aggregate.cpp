// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/aggregate.h"
#include "tests/support/result.h"
#include "tests/support/samplerecords.h"

#include <QTest>

#include <random>

using namespace sluice;
using telemetry::Aggregate;
using telemetry::Outcome;
using telemetry::RequestRecord;

namespace {

RequestRecord record()
{
    return tests::plainRecord(0, fromMicros(0));
}

Aggregate sumsOf(const RequestRecord& one)
{
    Aggregate sums;
    sums.add(one);
    return sums;
}

} // namespace

class TestAggregate final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsOutcomes_data();
    void countsOutcomes();
    void namesGoBothWays();
    void retriesAreNoNewTrials();
    void timesAreOfRequestsThatReachedAProvider();
    void moneyWithoutAPriceIsCountedNotGuessed();
    void currenciesAreNeverAdded();
    void mergesLikeAdding();
    void encodesAndDecodes();
    void readsSumsOfOneCurrency();
};

void TestAggregate::countsOutcomes_data()
{
    QTest::addColumn<int>("outcome");
    QTest::addColumn<int>("errors");
    QTest::addColumn<int>("clientErrors");
    QTest::addColumn<int>("clientGone");
    QTest::newRow("ok") << int(Outcome::Ok) << 0 << 0 << 0;
    QTest::newRow("client error") << int(Outcome::ClientError) << 0 << 1 << 0;
    QTest::newRow("provider error") << int(Outcome::ProviderError) << 1 << 0 << 0;
    QTest::newRow("timeout") << int(Outcome::Timeout) << 1 << 0 << 0;
    QTest::newRow("client gone") << int(Outcome::ClientGone) << 0 << 0 << 1;
    QTest::newRow("shed") << int(Outcome::Shed) << 1 << 0 << 0;
}

void TestAggregate::countsOutcomes()
{
    QFETCH(int, outcome);
    QFETCH(int, errors);
    QFETCH(int, clientErrors);
    QFETCH(int, clientGone);
    RequestRecord one = record();
    one.outcome = static_cast<Outcome>(outcome);
    const Aggregate sums = sumsOf(one);
    QCOMPARE(sums.requests, 1U);
    QCOMPARE(int(sums.errors), errors);
    QCOMPARE(int(sums.clientErrors), clientErrors);
    QCOMPARE(int(sums.clientGone), clientGone);
}

void TestAggregate::namesGoBothWays()
{
    for (int i = 0; i <= int(Outcome::Shed); ++i) {
        const auto outcome = static_cast<Outcome>(i);
        QCOMPARE(telemetry::outcomeFromName(telemetry::outcomeName(outcome)),
                 std::optional(outcome));
    }
    QVERIFY(!telemetry::outcomeFromName("fine"));
    QCOMPARE(telemetry::fallbackName(telemetry::Fallback::Breaker), std::string_view("breaker"));
}

void TestAggregate::retriesAreNoNewTrials()
{
    RequestRecord one = record();
    one.retry = true;
    one.outcome = Outcome::Timeout;
    one.fallback = telemetry::Fallback::Timeout;
    one.refusal = true;
    const Aggregate sums = sumsOf(one);
    QCOMPARE(sums.retries, 1U);
    QCOMPARE(sums.requests + sums.errors + sums.refusals + sums.fallbacks[1], 0U);
    QCOMPARE(sums.cost.of("USD"), 960);
    QCOMPARE(sums.latency.count(), 1U);
}

void TestAggregate::timesAreOfRequestsThatReachedAProvider()
{
    RequestRecord one = record();
    one.streamed = true;
    Aggregate sums = sumsOf(one);
    QCOMPARE(sums.latency.count(), 1U);
    QCOMPARE(sums.ttft.count(), 1U);
    QCOMPARE(sums.overhead.sum(), 100U);
    one.stages.upstreamWait = one.stages.total + 5; // clocks read one after the other
    QCOMPARE(sumsOf(one).overhead.sum(), 0U);
    one.outcome = Outcome::Shed;
    sums = sumsOf(one);
    QCOMPARE(sums.latency.count() + sums.ttft.count() + sums.overhead.count(), 0U);
}

void TestAggregate::moneyWithoutAPriceIsCountedNotGuessed()
{
    RequestRecord one = record();
    one.cost = {units::CostState::Missing, 0, {}};
    QCOMPARE(sumsOf(one).unpriced, 1U);
    one.servedUnit.clear();
    QCOMPARE(sumsOf(one).unpriced, 0U); // nothing was answered, nothing was to be paid
    one = record();
    one.tokens = {1, 20, 300, 4000};
    QCOMPARE(sumsOf(one).inputTokens, 321);
    QCOMPARE(sumsOf(one).outputTokens, 4000);
}

void TestAggregate::currenciesAreNeverAdded()
{
    RequestRecord one = record();
    Aggregate sums = sumsOf(one);
    one.cost.currency = "EUR";
    sums.add(one);
    one.cost = {units::CostState::Exact, 0, {}}; // refused: nothing to pay, in no currency
    sums.add(one);
    sums.merge(sumsOf(record()));
    using Amounts = std::vector<units::Money::Amount>;
    QVERIFY((sums.cost.amounts() == Amounts{{"EUR", 960}, {"USD", 1920}}));
    QCOMPARE(sums.cost.of("CHF"), 0);
}

void TestAggregate::mergesLikeAdding()
{
    std::mt19937 random(1);
    Aggregate all;
    Aggregate odd;
    Aggregate even;
    for (std::uint32_t n = 0; n < 1000; ++n) {
        RequestRecord one = tests::plainRecord(n, fromMicros(n));
        one.outcome = static_cast<Outcome>(random() % 6);
        one.fallback = static_cast<telemetry::Fallback>(random() % 5);
        one.streamed = random() % 2 == 0;
        one.retry = random() % 7 == 0;
        all.add(one);
        (n % 2 == 0 ? even : odd).add(one);
    }
    Aggregate merged = odd;
    merged.merge(even);
    QCOMPARE(merged.encode(), all.encode());
    even.merge(odd);
    QCOMPARE(even.encode(), all.encode());
}

void TestAggregate::encodesAndDecodes()
{
    Aggregate sums = sumsOf(tests::fullRecord(fromMicros(0)));
    sums.cost.add("EUR", -5); // a correction
    const std::string bytes = sums.encode();
    const auto back = Aggregate::decode(bytes);
    QVERIFY_RESULT(back);
    QCOMPARE(back->encode(), bytes);
    QVERIFY(back->cost == sums.cost);
    QCOMPARE(back->cost.of("EUR"), -5);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        QVERIFY(!Aggregate::decode(std::string_view(bytes).substr(0, size)).ok());
    }
    QVERIFY(!Aggregate::decode(bytes + "x").ok());
    std::string newer = bytes;
    newer[0] = 3;
    QCOMPARE(Aggregate::decode(newer).error().code, ErrorCode::Corrupt);
}

/// What version 1 wrote: an amount whose currency nobody kept.
void TestAggregate::readsSumsOfOneCurrency()
{
    Aggregate sums;
    sums.requests = 3;
    sums.inputTokens = 7;
    std::string bytes = sums.encode();
    bytes[0] = 1;
    const auto free = Aggregate::decode(bytes); // no amounts (2) and an amount of 0 (1) look alike
    QVERIFY_RESULT(free);
    QVERIFY(free->cost.amounts().empty());
    bytes[12] = 6; // behind version and eleven counts: 3, zigzag
    const auto paid = Aggregate::decode(bytes);
    QVERIFY_RESULT(paid);
    QCOMPARE(paid->cost.of(""), 3);
    QCOMPARE(paid->requests, 3U);
    QCOMPARE(paid->inputTokens, 7);
}

QTEST_GUILESS_MAIN(TestAggregate)
#include "tst_aggregate.moc"
