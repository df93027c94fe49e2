// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/routetest.h"
#include "ui/charts/timechart.h"
#include "ui/pages/route/guardpanel.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/percentspin.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSlider>

namespace sluice::tests {

using namespace sluice::ui;

class TestRoutePage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsTheFirstRouteByItself()
    {
        RouteTest test;
        QSignalSpy changed(&test.page(), &Page::routeChanged);
        test.show();
        QTRY_COMPARE(changed.size(), 1);
        QCOMPARE(test.page().route(), QStringLiteral("support-assistant"));
    }

    void showsNumbersChartsAndHistory()
    {
        RouteTest test;
        open(test, "support-assistant");
        QVERIFY(test.find<Chip>("route.stable")->text().contains(QStringLiteral("support-v1")));
        QVERIFY(test.find<Chip>("route.candidate")->text().contains(QStringLiteral("support-v2")));
        QCOMPARE(test.find<TableView>("route.arms")->model()->rowCount(), 3);
        QTRY_VERIFY(test.find<TableView>("route.revisions")->model()->rowCount() > 0);
        QCOMPARE(test.page().findChildren<TimeChart*>().size(), 6);
        QTRY_COMPARE(test.page().findChildren<TimeChart*>()[0]->lines().size(), std::size_t{3});
        const QAbstractItemModelTester arms(test.find<TableView>("route.arms")->model(),
                                            QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QAbstractItemModelTester revisions(
            test.find<TableView>("route.revisions")->model(),
            QAbstractItemModelTester::FailureReportingMode::QtTest);
        shot(test.page(), QStringLiteral("route-light"));
        auto* bar = test.find<QScrollArea>("route.scroll")->verticalScrollBar();
        bar->setValue(bar->maximum());
        QTest::qWait(50);
        shot(test.page(), QStringLiteral("route-light-below"));
    }

    void sliderPreviewsAndApplySendsTheRevisionItSaw()
    {
        RouteTest test;
        open(test, "support-assistant");
        test.find<QSlider>("traffic.slider")->setValue(2500);
        QCOMPARE(test.find<PercentSpin>("traffic.percent")->value(), 25.0);
        auto* confirm = test.find<QPushButton>("traffic.apply.confirm");
        QTRY_VERIFY(confirm->isVisible());
        QTRY_COMPARE(test.fake().calls("routes.preview"), 1);
        QTRY_VERIFY(test.find<QLabel>("traffic.apply.effect")
                        ->text()
                        .contains(QStringLiteral("more users")));
        QCOMPARE(test.fake().calls("routes.put"), 0);
        shot(test.page(), QStringLiteral("route-preview"));
        test.find<QLineEdit>("traffic.apply.reason")->setText(QStringLiteral("looks good"));
        QTest::mouseClick(confirm, Qt::LeftButton);
        QTRY_COMPARE(test.fake().calls("routes.put"), 1);
        const Json sent = test.fake().lastArguments("routes.put");
        QVERIFY(sent["definition"] == (Json{{"percent", 25.0}}));
        QVERIFY(sent["patch"] == Json(true));
        QVERIFY(sent["reason"] == Json("looks good"));
        QTRY_VERIFY(messages(test).contains(QStringLiteral("25")));
        QVERIFY(!confirm->isVisible());
        QCOMPARE(test.find<QSlider>("traffic.slider")->value(), 2500);
        shot(test.page(), QStringLiteral("route-applied"));
        QTest::mouseClick(messageButton(test, QStringLiteral("Undo")), Qt::LeftButton);
        QTRY_VERIFY(test.fake().lastArguments("routes.put")["definition"] ==
                    (Json{{"percent", 5.0}}));
        QTRY_COMPARE(test.find<QSlider>("traffic.slider")->value(), 500);
    }

    void everybodyNeedsToBeSaidAndReasoned()
    {
        RouteTest test;
        open(test, "support-assistant");
        test.find<PercentSpin>("traffic.percent")->setValue(100);
        auto* confirm = test.find<QPushButton>("traffic.apply.confirm");
        QTRY_VERIFY(confirm->isVisible());
        QVERIFY(
            test.find<QLabel>("traffic.apply.effect")->text().contains(QStringLiteral("everyone")));
        QVERIFY(!confirm->isEnabled());
        test.find<QLineEdit>("traffic.apply.reason")->setText(QStringLiteral("soaked for a week"));
        QVERIFY(confirm->isEnabled());
        QTest::mouseClick(test.find<QPushButton>("traffic.apply.cancel"), Qt::LeftButton);
        QCOMPARE(test.find<QSlider>("traffic.slider")->value(), 500);
        QCOMPARE(test.fake().calls("routes.put"), 0);
    }

    void abortGoesToZeroAtOnce()
    {
        RouteTest test;
        open(test, "support-assistant");
        auto* abort = test.find<QPushButton>("route.abort");
        QCOMPARE(abort->text(), QStringLiteral("Abort: 5\u00a0% → 0 %"));
        QTest::mouseClick(abort, Qt::LeftButton);
        QTRY_VERIFY(test.fake().lastArguments("routes.put")["definition"] ==
                    (Json{{"percent", 0}}));
        QTRY_VERIFY(!abort->isEnabled());
        QVERIFY(!abort->toolTip().isEmpty());
    }

    void promoteAsksWhyFirst()
    {
        RouteTest test;
        open(test, "support-assistant");
        QTest::mouseClick(test.find<QPushButton>("route.promote"), Qt::LeftButton);
        auto* confirm = test.find<QPushButton>("route.confirm.confirm");
        QVERIFY(confirm->isVisible());
        QVERIFY(!confirm->isEnabled());
        QVERIFY(test.find<QLabel>("route.confirm.effect")
                    ->text()
                    .contains(QStringLiteral("everybody")));
        shot(test.page(), QStringLiteral("route-promote"));
        test.find<QLineEdit>("route.confirm.reason")->setText(QStringLiteral("better"));
        QTest::mouseClick(confirm, Qt::LeftButton);
        QTRY_COMPARE(test.fake().calls("routes.put"), 1);
        const Json definition = test.fake().lastArguments("routes.put")["definition"];
        QVERIFY(definition["candidate"].is_null());
        QVERIFY(definition["stable"].get<std::string>().starts_with("u_"));
    }

    void killedRouteIsAcknowledgedWithAReason()
    {
        RouteTest test;
        open(test, "contract-summary", {{QStringLiteral("acknowledge"), true}});
        QVERIFY(!test.find<QSlider>("traffic.slider")->isEnabled());
        auto* confirm = test.find<QPushButton>("route.confirm.confirm");
        QTRY_VERIFY(confirm->isVisible());
        QVERIFY(!confirm->isEnabled());
        shot(test.page(), QStringLiteral("route-killed"));
        test.find<QLineEdit>("route.confirm.reason")->setText(QStringLiteral("prompt fixed"));
        QTest::mouseClick(confirm, Qt::LeftButton);
        QTRY_COMPARE(test.fake().lastArguments("routing.acknowledge").value("reason", ""),
                     std::string("prompt fixed"));
        QTRY_VERIFY(test.find<QSlider>("traffic.slider")->isEnabled());
    }

    void guardIsEditedInPlaceAndChecked()
    {
        RouteTest test;
        open(test, "support-assistant");
        QTest::mouseClick(test.find<QPushButton>("guard.edit"), Qt::LeftButton);
        auto* first = test.find<QLineEdit>("guard.field.ttft_ms");
        QCOMPARE(first->text(), QStringLiteral("2000"));
        first->setText(QStringLiteral("soon"));
        QVERIFY(!test.find<QPushButton>("guard.apply.confirm")->isEnabled());
        QVERIFY(test.find<QLabel>("guard.problem")->isVisible());
        first->setText(QStringLiteral("1500"));
        shot(test.page(), QStringLiteral("route-guard"));
        QTest::mouseClick(test.find<QPushButton>("guard.apply.confirm"), Qt::LeftButton);
        QTRY_COMPARE(test.fake().calls("routes.put"), 1);
        const Json guard = test.fake().lastArguments("routes.put")["definition"]["guard"];
        QVERIFY(guard["ttft_ms"] == Json(1500));
        QVERIFY(guard["deadline_ms"].is_null());
    }

    void guardProblems_data()
    {
        QTest::addColumn<QString>("ttft");
        QTest::addColumn<QString>("total");
        QTest::addColumn<bool>("fine");
        QTest::newRow("as it is") << QStringLiteral("2000") << QStringLiteral("15000") << true;
        QTest::newRow("no limit") << QString() << QString() << true;
        QTest::newRow("longer than the total")
            << QStringLiteral("20000") << QStringLiteral("15000") << false;
        QTest::newRow("zero") << QStringLiteral("0") << QStringLiteral("15000") << false;
        QTest::newRow("negative") << QStringLiteral("-5") << QString() << false;
        QTest::newRow("not a number") << QStringLiteral("2s") << QString() << false;
        QTest::newRow("beyond an hour") << QString() << QStringLiteral("3600001") << false;
    }

    void guardProblems()
    {
        QFETCH(QString, ttft);
        QFETCH(QString, total);
        QFETCH(bool, fine);
        QCOMPARE(guardProblem({{"ttft_ms", ttft}, {"total_ms", total}}).isEmpty(), fine);
    }

    void choosingACandidateSaysItsEffect()
    {
        RouteTest test;
        open(test, "code-review");
        auto* box = test.find<QComboBox>("units.candidate");
        QTRY_VERIFY(box->count() > 2);
        QCOMPARE(box->currentIndex(), 0);
        box->setCurrentIndex(2);
        Q_EMIT box->activated(2);
        auto* confirm = test.find<QPushButton>("units.apply.confirm");
        QVERIFY(!confirm->isHidden());
        QVERIFY(test.find<QLabel>("units.apply.effect")
                    ->text()
                    .contains(QStringLiteral("becomes the candidate")));
        test.find<QLineEdit>("units.apply.reason")->setText(QStringLiteral("try it"));
        confirm->click();
        QTRY_COMPARE(test.fake().calls("routes.put"), 1);
        QCOMPARE(
            test.fake().lastArguments("routes.put")["definition"]["candidate"].get<std::string>(),
            box->itemData(2).toString().toStdString());
    }

    void dark()
    {
        RouteTest test(Theme::Mode::Dark);
        open(test, "support-assistant");
        QTRY_COMPARE(test.page().findChildren<TimeChart*>()[0]->lines().size(), std::size_t{3});
        QTest::qWait(300);
        shot(test.page(), QStringLiteral("route-dark"));
        test.page().resize(1080, 712);
        QTest::qWait(100);
        shot(test.page(), QStringLiteral("route-dark-1280"));
    }

    void errorOffersRetry()
    {
        RouteTest test;
        test.fake().setState(FakePlane::State::Error);
        test.show();
        auto* stack = test.page().findChild<StateStack*>(QString(), Qt::FindDirectChildrenOnly);
        QTRY_COMPARE(stack->view(), StateStack::View::Error);
        test.fake().setState(FakePlane::State::Data);
        Q_EMIT stack->retry();
        QTRY_COMPARE(stack->view(), StateStack::View::Data);
    }

    void routeThatIsGoneSaysSo()
    {
        RouteTest test;
        test.show();
        test.page().activate({QStringLiteral("route"), QStringLiteral("no-such-route"), {}});
        auto* stack = test.page().findChild<StateStack*>(QString(), Qt::FindDirectChildrenOnly);
        QTRY_COMPARE(stack->view(), StateStack::View::Empty);
        QVERIFY(!test.find<QPushButton>("route.promote")->isEnabled());
        QSignalSpy went(&test.page(), &Page::goTo);
        Q_EMIT stack->nextStep();
        QCOMPARE(went.size(), 1);
    }

    void readOnlySaysWhy()
    {
        RouteTest test;
        open(test, "support-assistant");
        test.plane().setReadOnly(true);
        QVERIFY(!test.find<QSlider>("traffic.slider")->isEnabled());
        QVERIFY(!test.find<QPushButton>("route.abort")->isEnabled());
        QVERIFY(!test.find<QPushButton>("route.promote")->toolTip().isEmpty());
    }

    void anotherRouteDropsWhatWasTyped()
    {
        PageTest<RoutePage> test;
        test.show();
        test.page().activate(
            {QStringLiteral("route"), QStringLiteral("support-assistant"), {}});
        auto* edit = test.find<QAbstractButton>("guard.edit");
        auto* limit = test.find<QWidget>("guard.field.ttft_ms");
        QTRY_VERIFY(edit->isEnabled() && edit->isVisible());
        edit->click();
        QTRY_VERIFY(limit->isVisible());
        test.page().activate({QStringLiteral("route"), QStringLiteral("ai-search"), {}});
        QVERIFY(!limit->isVisible());
        QTRY_COMPARE(test.page().route(), QStringLiteral("ai-search"));
        QTRY_VERIFY(test.find<QWidget>("traffic.slider")->isVisible());
        QVERIFY(!limit->isVisible());
    }

    void actionsWaitForTheRoute()
    {
        PageTest<RoutePage> test;
        test.fake().setState(FakePlane::State::Loading);
        test.show();
        test.page().activate(
            {QStringLiteral("route"), QStringLiteral("support-assistant"), {}});
        QVERIFY(!test.find<QPushButton>("route.promote")->isEnabled());
        test.fake().setState(FakePlane::State::Data);
        QTRY_VERIFY(test.find<QPushButton>("route.promote")->isEnabled());
    }
};

} // namespace sluice::tests

QTEST_MAIN(sluice::tests::TestRoutePage)
#include "tst_routepage.moc"
