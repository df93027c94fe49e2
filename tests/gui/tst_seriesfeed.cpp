// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/pagetest.h"
#include "ui/charts/timechart.h"
#include "ui/pages/common/chartpanel.h"
#include "ui/pages/overview/overviewpage.h"
#include "ui/widgets/tableview.h"

#include <QLabel>
#include <QToolButton>

using namespace sluice;
using namespace sluice::ui;
using tests::FakePlane;
using tests::PageTest;

namespace {

constexpr double kHour = 3600;
constexpr double kDay = 24 * kHour;

/// The overview with its charts drawn; the first chart.
TimeChart* drawn(PageTest<OverviewPage>& test)
{
    test.show();
    auto* chart = test.page().findChildren<TimeChart*>().constFirst();
    return QTest::qWaitFor([chart] { return !chart->lines().empty(); }) ? chart : nullptr;
}

Json seriesOf(const Json& firstTokens)
{
    return {{"step", 60},
            {"series",
             {{{"arm", "candidate"},
               {"t", {60, 120}},
               {"requests", {3, 4}},
               {"p95_ms", {900, 910}},
               {"ttft_p95_ms", firstTokens},
               {"ttft_p50_ms", firstTokens}}}}};
}

} // namespace

class TestSeriesFeed final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bucketsFitTheRangeAndWhatIsKept_data();
    void bucketsFitTheRangeAndWhatIsKept();
    void panningFetchesWhatWasBefore();
    void zoomingInFetchesFinerBuckets();
    void saysThatARangeIsLoading();
    void saysThatARangeCouldNotBeRead();
    void saysWhyThereIsNoFirstToken();
    void aHeldChartStillChangesItsMetric();
};

void TestSeriesFeed::bucketsFitTheRangeAndWhatIsKept_data()
{
    QTest::addColumn<double>("ago");
    QTest::addColumn<double>("width");
    QTest::addColumn<int>("step");
    QTest::newRow("last five minutes") << 300.0 << 300.0 << 5;
    QTest::newRow("a minute of the last hour") << kHour / 2 << 60.0 << 1;
    QTest::newRow("a minute of yesterday: minutes are kept") << kDay << 60.0 << 60;
    QTest::newRow("six hours") << 6 * kHour << 6 * kHour << 300;
    QTest::newRow("an hour of last quarter: hours are kept") << 90 * kDay << kHour << 3600;
    QTest::newRow("ninety days") << 90 * kDay << 90 * kDay << 86400;
}

void TestSeriesFeed::bucketsFitTheRangeAndWhatIsKept()
{
    QFETCH(double, ago);
    QFETCH(double, width);
    constexpr double now = 1'764'000'000;
    QTEST(seriesStep({now - ago, now - ago + width}, now), "step");
}

void TestSeriesFeed::panningFetchesWhatWasBefore()
{
    PageTest<OverviewPage> test;
    TimeChart* chart = drawn(test);
    QVERIFY(chart != nullptr);
    const double before = chart->lines()[0].t.front();
    for (int i = 0; i < 15; ++i) {
        QTest::keyClick(chart, Qt::Key_Left);
    }
    QTRY_VERIFY(chart->lines()[0].t.front() <= before - 1.5 * kHour);
    QCOMPARE(chart->lines()[0].step, 60.0); // single seconds are gone by now
    const auto* notice = chart->findChild<QLabel*>(QStringLiteral("chart.notice"));
    QTRY_VERIFY(notice->isHidden());
    for (const TimeChart* other : test.page().findChildren<TimeChart*>()) {
        QCOMPARE(other->lines()[0].t, chart->lines()[0].t); // all charts of the page
    }
    QTest::keyClick(chart, Qt::Key_0);
    QTRY_VERIFY(chart->lines()[0].t.front() >= before);
    QCOMPARE(chart->lines()[0].step, 30.0);
}

void TestSeriesFeed::zoomingInFetchesFinerBuckets()
{
    PageTest<OverviewPage> test;
    TimeChart* chart = drawn(test);
    QVERIFY(chart != nullptr);
    QTest::keyClick(chart, Qt::Key_Plus);
    QTest::keyClick(chart, Qt::Key_Plus);
    QTRY_COMPARE(chart->lines()[0].step, 10.0); // a quarter of an hour
}

void TestSeriesFeed::saysThatARangeIsLoading()
{
    PageTest<OverviewPage> test;
    TimeChart* chart = drawn(test);
    QVERIFY(chart != nullptr);
    const auto* notice = chart->findChild<QLabel*>(QStringLiteral("chart.notice"));
    QVERIFY(notice->isHidden());
    test.fake().setState(FakePlane::State::Loading);
    QTest::keyClick(chart, Qt::Key_Minus);
    QTRY_COMPARE(notice->text(), QStringLiteral("Loading this range…"));
    QVERIFY(notice->isVisible());
    QVERIFY(!chart->lines().empty()); // what is known stays
    test.fake().setState(FakePlane::State::Data);
    QTRY_VERIFY(notice->isHidden());
    QTRY_VERIFY(chart->lines()[0].t.size() > 121);
}

void TestSeriesFeed::saysThatARangeCouldNotBeRead()
{
    PageTest<OverviewPage> test;
    TimeChart* chart = drawn(test);
    QVERIFY(chart != nullptr);
    test.fake().setState(FakePlane::State::Error);
    QTest::keyClick(chart, Qt::Key_Minus);
    const auto* notice = chart->findChild<QLabel*>(QStringLiteral("chart.notice"));
    QTRY_VERIFY(notice->text().startsWith(QLatin1String("This range could not be read")));
    QVERIFY(!chart->lines().empty());
    test.fake().setState(FakePlane::State::Data);
    QTRY_VERIFY_WITH_TIMEOUT(notice->isHidden(), 10'000);
}

void TestSeriesFeed::saysWhyThereIsNoFirstToken()
{
    const Theme theme(*qApp, Theme::Mode::Light);
    CursorHub hub;
    ChartPanel panel(theme, hub, {Metric::TtftP95, Metric::TtftP50});
    panel.setSeries(seriesOf({nullptr, nullptr}), {QStringLiteral("candidate")}, {});
    QVERIFY(panel.chart()->emptyText().contains(QLatin1String("streamed")));
    panel.setSeries({{"step", 60}, {"series", Json::array()}}, {QStringLiteral("candidate")}, {});
    QCOMPARE(panel.chart()->emptyText(), QStringLiteral("No requests in this time."));
}

void TestSeriesFeed::aHeldChartStillChangesItsMetric()
{
    const Theme theme(*qApp, Theme::Mode::Light);
    CursorHub hub;
    hub.follow({0, 180});
    ChartPanel panel(theme, hub, {Metric::P95, Metric::TtftP95});
    panel.setSeries(seriesOf({100, 110}), {QStringLiteral("candidate")}, {});
    panel.show();
    QTRY_VERIFY(!panel.chart()->lines().empty());
    QCOMPARE(panel.chart()->lines()[0].v[0], 900.0);
    hub.zoomTo({60, 120});
    for (QToolButton* button : panel.findChildren<QToolButton*>()) {
        if (!button->isChecked() && button->objectName().startsWith(QLatin1String("metric."))) {
            button->click();
            break;
        }
    }
    QCOMPARE(panel.chart()->lines()[0].v[0], 100.0);
}

QTEST_MAIN(TestSeriesFeed)
#include "tst_seriesfeed.moc"
