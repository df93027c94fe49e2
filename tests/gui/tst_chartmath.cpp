// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/chartdatamodel.h"
#include "ui/charts/charttext.h"
#include "ui/charts/downsample.h"
#include "ui/charts/plotgeometry.h"
#include "ui/models/format.h"

#include <QTest>

#include <cmath>
#include <ctime>
#include <limits>

namespace sluice::tests {

using namespace sluice::ui;

namespace {
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

ChartLine lineOf(std::vector<double> values, double step = 60)
{
    ChartLine line;
    line.id = line.name = QStringLiteral("candidate");
    line.step = step;
    for (std::size_t i = 0; i < values.size(); ++i) {
        line.t.push_back(step * static_cast<double>(i));
    }
    line.v = std::move(values);
    return line;
}
} // namespace

class TestChartMath : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void mapsThereAndBack()
    {
        const PlotGeometry plot{QRectF(40, 10, 200, 100), {1000, 2000}, 600, 1100};
        QCOMPARE(plot.xOf(1000), 40.0);
        QCOMPARE(plot.xOf(2000), 240.0);
        QCOMPARE(plot.yOf(600), 110.0);
        QCOMPARE(plot.yOf(1100), 10.0);
        QCOMPARE(plot.timeOf(plot.xOf(1234)), 1234.0);
        QCOMPARE(plot.valueOf(plot.yOf(777)), 777.0);
        QCOMPARE(plot.secondsPerPixel(), 5.0);
    }

    void emptyPlotMapsToItsEdge()
    {
        const PlotGeometry plot{QRectF(40, 10, 0, 0), {5, 5}, 1, 1};
        QCOMPARE(plot.xOf(7), 40.0);
        QCOMPARE(plot.yOf(7), 10.0);
        QVERIFY(std::isfinite(plot.timeOf(99)));
    }

    void valueTicksAreRound_data()
    {
        QTest::addColumn<double>("low");
        QTest::addColumn<double>("high");
        QTest::addColumn<double>("step");
        QTest::addColumn<double>("first");
        QTest::addColumn<double>("last");
        QTest::addColumn<int>("decimals");
        QTest::newRow("milliseconds") << 738.0 << 915.0 << 50.0 << 700.0 << 950.0 << 0;
        QTest::newRow("dollars") << 1.7 << 2.64 << 0.25 << 1.5 << 2.75 << 2;
        QTest::newRow("percent from zero") << 0.0 << 9.8 << 2.5 << 0.0 << 10.0 << 1;
        QTest::newRow("small") << 0.0 << 0.004 << 0.001 << 0.0 << 0.004 << 3;
        QTest::newRow("below zero") << -3.0 << 3.0 << 2.0 << -4.0 << 4.0 << 0;
    }

    void valueTicksAreRound()
    {
        QFETCH(double, low);
        QFETCH(double, high);
        const ValueTicks ticks = valueTicks(low, high, 5);
        QTEST(ticks.step, "step");
        QTEST(ticks.low(), "first");
        QTEST(ticks.high(), "last");
        QTEST(ticks.decimals, "decimals");
        QVERIFY(ticks.low() <= low && ticks.high() >= high);
    }

    void flatValuesGetARange_data()
    {
        QTest::addColumn<double>("value");
        QTest::newRow("zero") << 0.0;
        QTest::newRow("positive") << 420.0;
        QTest::newRow("negative") << -7.0;
    }

    void flatValuesGetARange()
    {
        QFETCH(double, value);
        const ValueTicks ticks = valueTicks(value, value, 5);
        QVERIFY(ticks.values.size() >= 2);
        QVERIFY(ticks.low() <= value && ticks.high() > value);
        QVERIFY(value < 0 || ticks.low() >= 0);
    }

    void timeTicksStandOnLocalRoundTimes()
    {
        const int offset = 5 * 3600 + 1800; // a zone with half an hour
        const TimeTicks ticks = timeTicks({1000, 1000 + 3600}, 6, offset);
        QCOMPARE(ticks.step, 600.0);
        QVERIFY(ticks.values.size() <= 7);
        for (const double t : ticks.values) {
            QCOMPARE(std::fmod(t + offset, 600), 0.0);
        }
        QVERIFY(timeTicks({10, 10}, 6, 0).values.empty());
    }

    void keepsLeastAndGreatestOfEachColumn()
    {
        std::vector<double> values(10000, 5);
        values[1234] = 99;
        values[7777] = -3;
        const ChartLine line = lineOf(values, 1);
        const DrawnLine drawn = downsample(line, {0, 9999}, 200);
        QCOMPARE(drawn.runs.size(), std::size_t{1});
        QVERIFY(drawn.runs[0].size() <= 2 * 202);
        QVERIFY(drawn.runs[0].contains(QPointF(1234, 99)));
        QVERIFY(drawn.runs[0].contains(QPointF(7777, -3)));
        QVERIFY(std::is_sorted(drawn.runs[0].begin(), drawn.runs[0].end(),
                               [](const QPointF& a, const QPointF& b) { return a.x() < b.x(); }));
    }

    void absenceBreaksTheLineAndIsNeverZero()
    {
        const DrawnLine drawn =
            downsample(lineOf({1, 2, kNone, kNone, 3, kNone, 4, 5}), {0, 420}, 400);
        QCOMPARE(drawn.runs.size(), std::size_t{2});
        QCOMPARE(drawn.runs[0], (QList<QPointF>{{0, 1}, {60, 2}}));
        QCOMPARE(drawn.runs[1], (QList<QPointF>{{360, 4}, {420, 5}}));
        QCOMPARE(drawn.alone, (QList<QPointF>{{240, 3}}));
    }

    void lineRunsOutOfThePlot()
    {
        const DrawnLine drawn = downsample(lineOf({1, 2, 3, 4, 5, 6}), {100, 200}, 100);
        QCOMPARE(drawn.runs[0].front().x(), 60.0);
        QCOMPARE(drawn.runs[0].back().x(), 240.0);
    }

    void nothingInNothingOut()
    {
        QVERIFY(downsample(lineOf({kNone, kNone}), {0, 60}, 10).runs.empty());
        QVERIFY(downsample(lineOf({1, 2}), {60, 60}, 10).runs.empty());
        QVERIFY(!extent(lineOf({kNone}), {0, 60}));
    }

    void nearestSampleStaysNear()
    {
        const ChartLine line = lineOf({1, kNone, 3, 4});
        QCOMPARE(valueAt(line, 100), std::optional<double>(3));
        QCOMPARE(valueAt(line, 61), std::optional<double>(3));
        QVERIFY(!valueAt(line, 400));
        QVERIFY(!edgeValues(line, {170, 190}).has_value() ||
                edgeValues(line, {170, 190})->first == 4);
        QCOMPARE(edgeValues(line, {0, 180}), (std::optional{std::pair{1.0, 4.0}}));
        QVERIFY(!edgeValues(line, {0, 60}));
    }

    void textNamesUnitOnTopOnly()
    {
        const QLocale english(QLocale::English, QLocale::UnitedStates);
        const ChartUnit ms{QStringLiteral("ms"), 0, false};
        const ValueTicks ticks = valueTicks(738, 1090, 5);
        const QStringList labels = charttext::axisLabels(ms, ticks, english);
        QCOMPARE(labels.last(), QStringLiteral("1,100\u00a0ms"));
        QCOMPARE(labels.first(), QStringLiteral("700"));
        QCOMPARE(charttext::difference(ms, -12, english), QStringLiteral("\u221212\u00a0ms"));
        QCOMPARE(charttext::difference(ms, 0.2, english), QStringLiteral("±0\u00a0ms"));
        QCOMPARE(charttext::value({QStringLiteral("$"), 2, false}, 2.414, english),
                 QStringLiteral("$2.41"));
        QCOMPARE(charttext::duration(1620, english), QStringLiteral("27 min"));
        QCOMPARE(charttext::duration(3900, english), QStringLiteral("1 h 5 min"));
    }

    void timesFollowTheChosenClock()
    {
        qputenv("TZ", "IST-5:30");
        tzset();
        const QLocale english(QLocale::English, QLocale::UnitedStates);
        constexpr double at = 1'700'000'000; // 14 Nov 2023 22:13:20 UTC
        QCOMPARE(charttext::timeLabel(at, 60, english), QStringLiteral("03:43"));
        QCOMPARE(charttext::momentWithZone(at, english), QStringLiteral("15 Nov 03:43:20 IST"));
        QCOMPARE(charttext::utcOffset(at), 19800);
        format::setZone(format::Zone::Utc);
        QCOMPARE(charttext::timeLabel(at, 60, english), QStringLiteral("22:13"));
        QCOMPARE(charttext::momentWithZone(at, english), QStringLiteral("14 Nov 22:13:20 UTC"));
        QCOMPARE(charttext::utcOffset(at), 0);
        format::setZone(format::Zone::Local);
    }

    void csvLeavesAbsentCellsEmpty()
    {
        ChartLine control = lineOf({7, 8});
        control.name = QStringLiteral("control");
        const QString csv =
            chartCsv({lineOf({1.5, kNone}), control}, {QStringLiteral("ms"), 0, false});
        QCOMPARE(csv, QStringLiteral("time,\"candidate (ms)\",\"control (ms)\"\r\n"
                                     "1970-01-01T00:00:00Z,1.5,7\r\n1970-01-01T00:01:00Z,,8\r\n"));
    }
};

} // namespace sluice::tests

QTEST_GUILESS_MAIN(sluice::tests::TestChartMath)
#include "tst_chartmath.moc"
