// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/pagetest.h"
#include "ui/charts/timechart.h"
#include "ui/pages/overview/overviewpage.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/statestack.h"
#include "ui/widgets/tableview.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
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

    void makesARoute()
    {
        PageTest<OverviewPage> test;
        test.show();
        auto* table = test.find<TableView>("overview.routes");
        QTRY_COMPARE(table->model()->rowCount(), 5);
        test.page().activate({QStringLiteral("overview"), {}, {{QStringLiteral("new"), true}}});
        auto* name = test.find<QLineEdit>("newRoute.name");
        auto* stable = test.find<QComboBox>("newRoute.stable");
        auto* create = test.find<QPushButton>("newRoute.create");
        QVERIFY(test.find<QWidget>("newRoute")->isVisible());
        QVERIFY(name->hasFocus());
        QTRY_VERIFY(stable->count() > 1);
        QVERIFY(!create->isEnabled());
        QVERIFY(!create->toolTip().isEmpty());
        name->setText(QStringLiteral("refund-desk"));
        stable->setCurrentIndex(1);
        test.find<QComboBox>("newRoute.candidate")->setCurrentIndex(1);
        test.find<QComboBox>("newRoute.bucketBy")->setCurrentText(QStringLiteral("account"));
        QVERIFY(create->isEnabled());
        shot(test.page(), QStringLiteral("overview-newroute"));
        QSignalSpy went(&test.page(), &Page::goTo);
        QTest::keyClick(name, Qt::Key_Return);
        QTRY_COMPARE(went.size(), 1);
        QCOMPARE(went[0][0].value<Place>().route, QStringLiteral("refund-desk"));
        QVERIFY(!test.find<QWidget>("newRoute")->isVisible());
        const Json sent = test.fake().lastArguments("routes.put");
        QCOMPARE(QString::fromStdString(sent.at("definition").at("stable").get<std::string>()),
                 stable->itemData(1).toString());
        QCOMPARE(sent.at("definition").at("bucket_by").get<std::string>(), std::string("account"));
        QVERIFY(sent.at("definition").contains("candidate"));
        QVERIFY(!sent.contains("patch"));
        QTRY_COMPARE(table->model()->rowCount(), 6);
    }

    void tellsWhatIsWrongUnderItsField()
    {
        PageTest<OverviewPage> test;
        test.show();
        QTRY_COMPARE(test.find<TableView>("overview.routes")->model()->rowCount(), 5);
        test.find<QPushButton>("overview.new")->click();
        auto* name = test.find<QLineEdit>("newRoute.name");
        auto* stable = test.find<QComboBox>("newRoute.stable");
        auto* create = test.find<QPushButton>("newRoute.create");
        auto* problem = test.find<QLabel>("newRoute.name.problem");
        QTRY_VERIFY(stable->count() > 1);
        name->setText(QStringLiteral("triage"));
        QVERIFY(problem->text().contains(QStringLiteral("already")));
        QVERIFY(!create->isEnabled());
        name->setText(QStringLiteral("with blank"));
        QVERIFY(problem->isVisible());
        name->setText(QStringLiteral("new-one"));
        QVERIFY(!problem->isVisible());
        auto* candidate = test.find<QComboBox>("newRoute.candidate");
        candidate->setCurrentIndex(stable->currentIndex() + 1); // after "none"
        QVERIFY(test.find<QLabel>("newRoute.candidate.problem")->isVisible());
        candidate->setCurrentIndex(0);
        test.fake().setState(FakePlane::State::Error);
        create->click();
        QTRY_VERIFY(test.find<QLabel>("newRoute.problem")->isVisible());
        shot(test.page(), QStringLiteral("overview-newroute-problem"));
        QTest::keyClick(name, Qt::Key_Escape);
        QVERIFY(!test.find<QWidget>("newRoute")->isVisible());
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
