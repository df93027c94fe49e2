// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/shots.h"
#include "ui/charts/chartcanvas.h"
#include "ui/charts/timechart.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <limits>

namespace sluice::tests {

using namespace sluice::ui;

namespace {

constexpr double kStart = 1'750'000'020;
constexpr int kBuckets = 60;

std::vector<ChartLine> twoArms(int buckets = kBuckets)
{
    ChartLine candidate{QStringLiteral("candidate"),
                        QStringLiteral("candidate"),
                        Role::Candidate,
                        LineStyle::Strong,
                        60,
                        {},
                        {}};
    ChartLine control{QStringLiteral("control"),
                      QStringLiteral("control"),
                      Role::Control,
                      LineStyle::Plain,
                      60,
                      {},
                      {}};
    for (int i = 0; i < buckets; ++i) {
        const double t = kStart + 60.0 * i;
        candidate.t.push_back(t);
        candidate.v.push_back(i > 20 && i < 26 ? std::numeric_limits<double>::quiet_NaN()
                                               : 860 + 40 * std::sin(i));
        control.t.push_back(t);
        control.v.push_back(810 + 30 * std::cos(i * 0.7));
    }
    return {candidate, control};
}

} // namespace

class TestTimeChart : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<CursorHub> m_hub;
    std::unique_ptr<TimeChart> m_chart;

    QPoint at(double t) const
    {
        const PlotGeometry& plot = m_chart->findChild<ChartCanvas*>()->plotGeometry();
        return {static_cast<int>(std::lround(plot.xOf(t))),
                static_cast<int>(plot.plot.center().y())};
    }
    QWidget* overlay() const
    {
        return m_chart->findChild<QWidget*>(QStringLiteral("chart.overlay"));
    }
    QLabel* hint() const { return m_chart->findChild<QLabel*>(QStringLiteral("chart.hint")); }

private Q_SLOTS:
    void initTestCase() { m_theme = std::make_unique<Theme>(*qApp, Theme::Mode::Light); }

    void init()
    {
        m_hub = std::make_unique<CursorHub>();
        m_hub->follow({kStart, kStart + 60 * kBuckets});
        m_chart = std::make_unique<TimeChart>(*m_theme, *m_hub);
        m_chart->setUnit({QStringLiteral("ms"), 0, false});
        m_chart->resize(600, 320);
        m_chart->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_chart.get()));
        m_chart->setLines(twoArms());
        m_hub->setEvents({{kStart + 600, QStringLiteral("1 %"), QStringLiteral("set to 1 %")},
                          {kStart + 1800, QStringLiteral("5 %"), QStringLiteral("set to 5 %")}});
    }

    void cleanup()
    {
        m_chart.reset();
        m_hub.reset();
    }

    void hoverShowsValuesUnderTheCursor()
    {
        QTest::mouseMove(overlay(), at(kStart + 1800));
        QTRY_VERIFY(m_hub->cursor().has_value());
        QVERIFY(std::abs(*m_hub->cursor() - (kStart + 1800)) < 10);
        QVERIFY2(hint()->text().contains(QStringLiteral("difference")), qPrintable(hint()->text()));
        QVERIFY(hint()->text().contains(QStringLiteral("set to 5 %")));
        QVERIFY(m_hub->paused());
        shot(*m_chart, QStringLiteral("chart-hover"));
    }

    void absentBucketSaysSo()
    {
        m_hub->setCursor(kStart + 23 * 60);
        QVERIFY2(hint()->text().contains(QStringLiteral("candidate no data")),
                 qPrintable(hint()->text()));
    }

    void newDataWaitsWhileAReaderHoldsTheChart()
    {
        m_hub->setPinned(true);
        m_chart->setLines(twoArms(kBuckets + 3));
        auto* pill = m_chart->findChild<QPushButton*>(QStringLiteral("chart.resume"));
        QVERIFY(pill->isVisible());
        QCOMPARE(pill->text(), QStringLiteral("resume (3 new)"));
        QCOMPARE(m_chart->lines()[0].t.size(), std::size_t{kBuckets});
        shot(*m_chart, QStringLiteral("chart-paused"));
        QTest::mouseClick(pill, Qt::LeftButton);
        QTRY_COMPARE(m_chart->lines()[0].t.size(), std::size_t{kBuckets + 3});
        QVERIFY(!pill->isVisible());
    }

    void dragBrushesAndEnterZooms()
    {
        QTest::mousePress(overlay(), Qt::LeftButton, {}, at(kStart + 600));
        QTest::mouseMove(overlay(), at(kStart + 1200));
        QTest::mouseMove(overlay(), at(kStart + 1800));
        QTest::mouseRelease(overlay(), Qt::LeftButton, {}, at(kStart + 1800));
        QVERIFY(m_hub->brush().has_value());
        QVERIFY(std::abs(m_hub->brush()->from - (kStart + 600)) < 10);
        QVERIFY(std::abs(m_hub->brush()->to - (kStart + 1800)) < 10);
        shot(*m_chart, QStringLiteral("chart-brush"));
        const TimeRange brushed = *m_hub->brush();
        QTest::keyClick(m_chart.get(), Qt::Key_Return);
        QCOMPARE(m_hub->range(), brushed);
        QTest::keyClick(m_chart.get(), Qt::Key_Backspace);
        QCOMPARE(m_hub->range(), (TimeRange{kStart, kStart + 60 * kBuckets}));
        QVERIFY(!m_hub->zoomed());
    }

    void keysZoomPanAndReset()
    {
        const TimeRange all = m_hub->range();
        QTest::keyClick(m_chart.get(), Qt::Key_Plus);
        QCOMPARE(m_hub->range().width(), all.width() / 2);
        QTest::keyClick(m_chart.get(), Qt::Key_Right);
        QVERIFY(m_hub->range().from > all.from + all.width() / 4);
        QTest::keyClick(m_chart.get(), Qt::Key_Minus);
        QCOMPARE(m_hub->range().width(), all.width());
        m_hub->follow({all.from + 60, all.to + 60});
        QVERIFY(m_hub->range() != (TimeRange{all.from + 60, all.to + 60}));
        QTest::keyClick(m_chart.get(), Qt::Key_0);
        QCOMPARE(m_hub->range(), (TimeRange{all.from + 60, all.to + 60}));
    }

    void valueZoomKeepsTheMiddle()
    {
        const auto* canvas = m_chart->findChild<ChartCanvas*>();
        const PlotGeometry before = canvas->plotGeometry();
        QTest::keyClick(m_chart.get(), Qt::Key_Y);
        const PlotGeometry after = canvas->plotGeometry();
        QVERIFY(after.high - after.low < before.high - before.low);
        QCOMPARE(after.high + after.low, before.high + before.low);
    }

    void gAsksForTheRequestsOfTheBucket()
    {
        QSignalSpy asked(m_chart.get(), &TimeChart::requestsWanted);
        m_hub->setCursor(kStart + 605);
        QTest::keyClick(m_chart.get(), Qt::Key_G);
        QCOMPARE(asked.size(), 1);
        QCOMPARE(asked[0][0].toDouble(), kStart + 600);
        QCOMPARE(asked[0][1].toDouble(), kStart + 660);
    }

    void crosshairIsSharedByAllChartsOfTheHub()
    {
        TimeChart other(*m_theme, *m_hub);
        other.setUnit({QStringLiteral("%"), 1, true});
        other.resize(400, 200);
        other.show();
        other.setLines(twoArms());
        QTest::mouseMove(overlay(), at(kStart + 1200));
        QTRY_VERIFY(other.findChild<QLabel*>(QStringLiteral("chart.hint"))
                        ->text()
                        .contains(QStringLiteral("difference")));
    }

    void dataTableSaysNoDataWhereThereIsNone()
    {
        QTest::keyClick(m_chart.get(), Qt::Key_D);
        auto* table = m_chart->findChild<QTableView*>(QStringLiteral("chart.data"));
        QVERIFY(table->isVisible());
        const QAbstractItemModelTester tester(
            table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(table->model()->rowCount(), kBuckets);
        const int row = kBuckets - 1 - 23; // newest first
        QCOMPARE(table->model()->index(row, 1).data().toString(), QStringLiteral("no data"));
        QVERIFY(table->model()->index(row, 2).data().toString().endsWith(QStringLiteral("ms")));
        QTest::keyClick(m_chart.get(), Qt::Key_D);
        QVERIFY(!m_chart->dataShown());
    }

    void exportsEveryFormat_data()
    {
        QTest::addColumn<QString>("suffix");
        QTest::addColumn<QByteArray>("begins");
        QTest::newRow("png") << QStringLiteral("png") << QByteArray("\x89PNG");
        QTest::newRow("svg") << QStringLiteral("svg") << QByteArray("<?xml");
        QTest::newRow("csv") << QStringLiteral("csv") << QByteArray("time,");
    }

    void exportsEveryFormat()
    {
        QFETCH(QString, suffix);
        QFETCH(QByteArray, begins);
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("chart.") + suffix);
        QString problem;
        QVERIFY2(m_chart->exportTo(path, problem), qPrintable(problem));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.size() > 200);
        QVERIFY(file.read(8).startsWith(begins));
        QVERIFY(!m_chart->exportTo(folder.filePath(QStringLiteral("absent/chart.png")), problem));
        QVERIFY(!problem.isEmpty());
    }

    void emptyChartSaysWhy()
    {
        m_chart->setEmptyText(QStringLiteral("No requests in this time."));
        m_chart->setLines({});
        QTRY_VERIFY(m_chart->findChild<ChartCanvas*>()->drawsNothing());
        QVERIFY(hint()->text().isEmpty());
        shot(*m_chart, QStringLiteral("chart-empty"));
    }

    void hiddenChartDoesNotDraw()
    {
        m_chart->hide();
        m_chart->setLines(twoArms(10));
        QTest::qWait(1); // any queued drawing would run now
        QCOMPARE(m_chart->lines()[0].t.size(), std::size_t{kBuckets});
        m_chart->show();
        QTRY_COMPARE(m_chart->lines()[0].t.size(), std::size_t{10});
    }
};

} // namespace sluice::tests

QTEST_MAIN(sluice::tests::TestTimeChart)
#include "tst_timechart.moc"
