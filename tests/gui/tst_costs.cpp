// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/common/armnumbers.h"
#include "ui/pages/common/serieslines.h"

#include <QTest>

#include <vector>

namespace sluice::tests {

using namespace sluice::ui;

namespace {

Json arm(const char* name, const std::vector<Json>& list)
{
    const Json costs = list;
    const bool one = costs.size() == 1;
    return {{"arm", name},
            {"requests", 2},
            {"currency", one ? costs[0]["currency"] : Json("")},
            {"cost_micros_per_request", one ? costs[0]["micros_per_request"] : Json()},
            {"costs", costs}};
}

Json cost(const char* currency, double mean)
{
    return {{"currency", currency}, {"micros", 2 * mean}, {"micros_per_request", mean}};
}

Json column(const char* name, const Json& costs)
{
    return {{"arm", name},
            {"t", Json::array({0})},
            {"requests", Json::array({2})},
            {"unpriced", Json::array({0})},
            {"cost_micros", Json::array({costs.size() == 1 ? costs.front()[0] : Json()})},
            {"costs", costs}};
}

QStringList names(const std::vector<ChartLine>& lines)
{
    QStringList list;
    for (const ChartLine& line : lines) {
        list << line.name;
    }
    return list;
}

} // namespace

/// Money in different currencies stands side by side, and is never one number.
class TestCosts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void armsSayEachCurrency()
    {
        const ArmNumbers plain = armNumbersOf(arm("stable", {cost("USD", 20'000)}));
        QCOMPARE(plain.costText(), QStringLiteral("$0.02"));
        const ArmNumbers mixed =
            armNumbersOf(arm("candidate", {cost("CHF", 30'000), cost("USD", 20'000)}));
        QCOMPARE(mixed.costText(), QStringLiteral("CHF 0.03 + $0.02"));
        QVERIFY(!mixed.costMicros);
        QCOMPARE(commonCurrency({plain}), QStringLiteral("USD"));
        QCOMPARE(commonCurrency({plain, mixed}), QString());
    }

    void chartsHaveALineEach()
    {
        const QStringList arms{QStringLiteral("candidate"), QStringLiteral("stable")};
        Json series{{"step", 60},
                    {"series", Json::array({column("candidate", {{"USD", Json::array({8'000})}}),
                                            column("stable", {{"USD", Json::array({4'000})}})})}};
        auto lines = seriesLines(series, Metric::Cost, arms);
        QCOMPARE(names(lines), arms);
        QCOMPARE(lines[1].v[0], 2.0);

        series["series"][0] = column(
            "candidate", {{"EUR", Json::array({6'000})}, {"USD", Json::array({8'000})}});
        lines = seriesLines(series, Metric::Cost, arms);
        QCOMPARE(names(lines),
                 (QStringList{QStringLiteral("candidate EUR"), QStringLiteral("candidate USD"),
                              QStringLiteral("stable USD")}));
        QCOMPARE(lines[0].v[0], 3.0);
        QCOMPARE(lines[1].v[0], 4.0);
        QCOMPARE(names(seriesLines(series, Metric::P95, arms)), arms);
    }
};

} // namespace sluice::tests

QTEST_GUILESS_MAIN(sluice::tests::TestCosts)
#include "tst_costs.moc"
