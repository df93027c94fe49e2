// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/pagetest.h"
#include "ui/charts/timechart.h"
#include "ui/pages/overview/overviewpage.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/statestack.h"
#include "ui/widgets/tableview.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>

namespace sluice::tests {

using namespace sluice::ui;

class TestOverviewPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsARowARouteAndTheSelectedOnesCharts()
    {
        PageTest<OverviewPage> test;
        test.show();
        auto* table = test.find<TableView>("overview.routes");
        const QAbstractItemModelTester tester(
            table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QTRY_COMPARE(table->model()->rowCount(), 5);
        QVERIFY(
            test.find<QLabel>("overview.subtitle")->text().contains(QStringLiteral("5 routes")));
        const auto charts = test.page().findChildren<TimeChart*>();
        QCOMPARE(charts.size(), 2);
        QTRY_VERIFY(!charts[0]->lines().empty());
        QCOMPARE(charts[0]->lines()[0].id, QStringLiteral("candidate"));
        QTRY_VERIFY(table->model()->index(0, 4).data().toString().contains(QStringLiteral("ms")));
        shot(test.page(), QStringLiteral("overview-light"));
    }

    void dark()
    {
        PageTest<OverviewPage> test(Theme::Mode::Dark);
        test.show();
        QTRY_VERIFY(!test.page().findChildren<TimeChart*>()[1]->lines().empty());
        QTest::qWait(300);
        shot(test.page(), QStringLiteral("overview-dark"));
        test.page().resize(1080, 712);
        QTest::qWait(100);
        shot(test.page(), QStringLiteral("overview-dark-1280"));
    }

    void enterAndDoubleClickOpenTheRoute()
    {
        PageTest<OverviewPage> test;
        test.show();
        auto* table = test.find<TableView>("overview.routes");
        QTRY_COMPARE(table->model()->rowCount(), 5);
        QSignalSpy went(&test.page(), &Page::goTo);
        table->selectRow(1);
        QTest::keyClick(table, Qt::Key_Return);
        QCOMPARE(went.size(), 1);
        const auto place = went[0][0].value<Place>();
        QCOMPARE(place.page, QStringLiteral("route"));
        QCOMPARE(place.route, table->model()->index(1, 0).data().toString());
    }

    void killedRouteAsksToBeAcknowledged()
    {
        PageTest<OverviewPage> test;
        test.show();
        auto* messages = test.page().findChild<MessageBar*>();
        QTRY_VERIFY(!messages->findChildren<QPushButton*>().isEmpty());
        QSignalSpy went(&test.page(), &Page::goTo);
        QTest::mouseClick(messages->findChildren<QPushButton*>().constFirst(), Qt::LeftButton);
        QCOMPARE(went.size(), 1);
        QVERIFY(went[0][0].value<Place>().details.value(QStringLiteral("acknowledge")).toBool());
    }

    void otherTimeRangeAsksForIt()
    {
        PageTest<OverviewPage> test;
        test.show();
        QTRY_VERIFY(test.fake().calls("telemetry.series") > 0);
        test.find<QAction>("window.6h")->trigger();
        QTRY_COMPARE(test.fake().lastArguments("telemetry.summary").value("window_s", 0), 6 * 3600);
        QTRY_COMPARE(test.fake().lastArguments("telemetry.series").value("step", 0), 180);
        const Json series = test.fake().lastArguments("telemetry.series");
        QCOMPARE(series["to"].get<int>() - series["from"].get<int>(), 6 * 3600);
    }

    void states_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<int>("view");
        QTest::newRow("empty") << int(FakePlane::State::Empty) << int(StateStack::View::Empty);
        QTest::newRow("error") << int(FakePlane::State::Error) << int(StateStack::View::Error);
        QTest::newRow("loading") << int(FakePlane::State::Loading)
                                 << int(StateStack::View::Loading);
    }

    void states()
    {
        QFETCH(int, state);
        QFETCH(int, view);
        PageTest<OverviewPage> test;
        test.fake().setState(static_cast<FakePlane::State>(state));
        test.show();
        auto* stack = test.page().findChild<StateStack*>();
        QTRY_COMPARE(int(stack->view()), view);
        shot(test.page(),
             QStringLiteral("overview-") + QString::fromLatin1(QTest::currentDataTag()));
    }

    void lostConnectionKeepsValuesAndSaysTheirAge()
    {
        PageTest<OverviewPage> test;
        test.show();
        auto* table = test.find<TableView>("overview.routes");
        QTRY_COMPARE(table->model()->rowCount(), 5);
        test.fake().setState(FakePlane::State::Disconnected);
        QTRY_VERIFY_WITH_TIMEOUT(test.find<QLabel>("stale")->isVisible(), 8000);
        QCOMPARE(table->model()->rowCount(), 5);
    }

    void hiddenPageDoesNotPoll()
    {
        PageTest<OverviewPage> test;
        test.show();
        QTRY_VERIFY(test.fake().calls("routes.list") > 0);
        test.page().hide();
        const int before = test.fake().calls("routes.list");
        QTest::qWait(2500); // longer than its interval
        QCOMPARE(test.fake().calls("routes.list"), before);
    }
};

} // namespace sluice::tests

QTEST_MAIN(sluice::tests::TestOverviewPage)
#include "tst_overviewpage.moc"
