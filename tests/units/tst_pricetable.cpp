// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/units/pricetable.h"
#include "tests/support/result.h"

#include <QTest>

#include <limits>

using namespace sluice;
using namespace sluice::units;

namespace {

const Json kPrices = Json::parse(R"([
  {"provider":"house","model":"m","currency":"USD","from":"2026-02-01","input_per_mtok":2.5,"output_per_mtok":10},
  {"provider":"house","model":"m","currency":"USD","from":"2026-01-01","input_per_mtok":3.0,
   "cached_input_per_mtok":0.3,"output_per_mtok":15.0}])");

SystemTime day(int year, unsigned month, unsigned date)
{
    return SystemTime(std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) /
                                            std::chrono::day(date)));
}

} // namespace

class TestPriceTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsThePriceInForce();
    void costs_data();
    void costs();
    void overflowIsUnpriced();
    void refuses_data();
    void refuses();
    void roundTrip();
};

void TestPriceTable::findsThePriceInForce()
{
    const auto table = PriceTable::fromJson(kPrices);
    QVERIFY_RESULT(table);
    QVERIFY(table->find("house", "m", day(2025, 12, 31)) == nullptr);
    QCOMPARE(table->find("house", "m", day(2026, 1, 1))->inputPerMtok, Micros{3'000'000});
    QCOMPARE(
        table->find("house", "m", day(2026, 2, 1) - std::chrono::microseconds(1))->inputPerMtok,
        Micros{3'000'000});
    QCOMPARE(table->find("house", "m", day(2026, 2, 1))->inputPerMtok, Micros{2'500'000});
    QVERIFY(table->find("house", "other", day(2026, 2, 1)) == nullptr);
    QVERIFY(table->find("a", "m", day(2026, 2, 1)) == nullptr);
    QVERIFY(table->find("z", "m", day(2026, 2, 1)) == nullptr);
}

void TestPriceTable::costs_data()
{
    QTest::addColumn<qint64>("input");
    QTest::addColumn<qint64>("cached");
    QTest::addColumn<qint64>("written");
    QTest::addColumn<qint64>("output");
    QTest::addColumn<int>("state");
    QTest::addColumn<qint64>("micros");
    const int exact = static_cast<int>(CostState::Exact);
    const int unpriced = static_cast<int>(CostState::Unpriced);
    // 3 USD and 15 USD a million: 3 and 15 micro-USD a token; cached 0.3.
    QTest::newRow("nothing") << 0LL << 0LL << 0LL << 0LL << exact << 0LL;
    QTest::newRow("plain") << 1000LL << 0LL << 0LL << 200LL << exact << 6000LL;
    QTest::newRow("cached") << 100LL << 1000LL << 0LL << 1LL << exact << 615LL;
    QTest::newRow("half up once, after summing") << 0LL << 5LL << 0LL << 0LL << exact << 2LL; // 1.5
    QTest::newRow("below half") << 0LL << 1LL << 0LL << 0LL << exact << 0LL;                  // 0.3
    QTest::newRow("cache write has no price") << 1LL << 0LL << 1LL << 1LL << unpriced << 0LL;
    QTest::newRow("negative") << -1LL << 0LL << 0LL << 0LL << unpriced << 0LL;
}

void TestPriceTable::costs()
{
    QFETCH(qint64, input);
    QFETCH(qint64, cached);
    QFETCH(qint64, written);
    QFETCH(qint64, output);
    QFETCH(int, state);
    QFETCH(qint64, micros);
    const auto table = PriceTable::fromJson(kPrices);
    const Price* price = table->find("house", "m", day(2026, 1, 15));
    const Cost cost = costOf(price, {input, cached, written, output});
    QCOMPARE(static_cast<int>(cost.state), state);
    QCOMPARE(qint64{cost.micros}, micros);
    QCOMPARE(cost.currency, std::string("USD"));
    QCOMPARE(costOf(nullptr, {1, 0, 0, 1}).state, CostState::Missing);
}

void TestPriceTable::overflowIsUnpriced()
{
    const auto table = PriceTable::fromJson(kPrices);
    const Price* price = table->find("house", "m", day(2026, 1, 15));
    QCOMPARE(costOf(price, {std::numeric_limits<std::int64_t>::max(), 0, 0, 1}).state,
             CostState::Unpriced);
}

void TestPriceTable::refuses_data()
{
    QTest::addColumn<QByteArray>("patch");
    QTest::addColumn<QByteArray>("where");
    QTest::newRow("negative") << QByteArray(R"({"input_per_mtok":-1})")
                              << QByteArray("/prices/1/input_per_mtok");
    QTest::newRow("not a number") << QByteArray(R"({"output_per_mtok":"1"})")
                                  << QByteArray("/prices/1/output_per_mtok");
    QTest::newRow("seven decimals")
        << QByteArray(R"({"input_per_mtok":0.0000001})") << QByteArray("/prices/1/input_per_mtok");
    QTest::newRow("huge") << QByteArray(R"({"input_per_mtok":1e300})")
                          << QByteArray("/prices/1/input_per_mtok");
    QTest::newRow("no such day") << QByteArray(R"({"from":"2026-02-30"})")
                                 << QByteArray("/prices/1/from");
    QTest::newRow("date form") << QByteArray(R"({"from":"2026-2-3"})")
                               << QByteArray("/prices/1/from");
    QTest::newRow("currency") << QByteArray(R"({"currency":"$"})")
                              << QByteArray("/prices/1/currency");
    QTest::newRow("unknown member")
        << QByteArray(R"({"inputs":1})") << QByteArray("/prices/1/inputs");
    QTest::newRow("no output") << QByteArray(R"({"output_per_mtok":null})")
                               << QByteArray("/prices/1");
    QTest::newRow("same date twice")
        << QByteArray(R"({"from":"2026-02-01"})") << QByteArray("/prices/1");
}

void TestPriceTable::refuses()
{
    QFETCH(QByteArray, patch);
    QFETCH(QByteArray, where);
    Json prices = kPrices;
    prices[1].merge_patch(Json::parse(patch.toStdString()));
    const auto table = PriceTable::fromJson(prices, "/prices");
    QVERIFY(!table);
    QCOMPARE(table.error().code, ErrorCode::InvalidArgument);
    QCOMPARE(QByteArray::fromStdString(table.error().where), where);
}

void TestPriceTable::roundTrip()
{
    const auto table = PriceTable::fromJson(kPrices);
    QVERIFY_RESULT(table);
    const auto again = PriceTable::fromJson(table->toJson());
    QVERIFY_RESULT(again);
    QVERIFY(again->prices() == table->prices());
    QVERIFY(!PriceTable::fromJson(Json::object()));
}

QTEST_GUILESS_MAIN(TestPriceTable)
#include "tst_pricetable.moc"
