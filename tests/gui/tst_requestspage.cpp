// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/pagetest.h"
#include "ui/pages/requests/recordtext.h"
#include "ui/pages/requests/requestspage.h"
#include "ui/pages/requests/waterfall.h"
#include "ui/widgets/statestack.h"
#include "ui/widgets/tableview.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace sluice::tests {

using namespace sluice::ui;

namespace {

using RequestsTest = PageTest<RequestsPage>;

TableView* open(RequestsTest& test)
{
    test.show();
    auto* table = test.find<TableView>("requests.table");
    [&] { QTRY_VERIFY(table->model()->rowCount() > 50); }();
    return table;
}

} // namespace

class TestRequestsPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsRecordsNewestFirst()
    {
        RequestsTest test;
        TableView* table = open(test);
        const QAbstractItemModelTester tester(
            table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QVERIFY(table->model()->index(0, 0).data().toString() >=
                table->model()->index(5, 0).data().toString());
        shot(test.page(), QStringLiteral("requests-light"));
    }

    void chosenRequestShowsItsStagesAndHoldsTheTable()
    {
        RequestsTest test;
        TableView* table = open(test);
        table->selectRow(2);
        QVERIFY(
            test.find<QLabel>("record.assignment")->text().contains(QStringLiteral("Assigned")));
        QVERIFY(test.find<Waterfall>("record.stages")
                    ->accessibleName()
                    .contains(QStringLiteral("first token")));
        const QString id =
            table->selectionModel()->selectedRows().constFirst().data(Qt::UserRole + 2).toString();
        const int asked = test.fake().calls("telemetry.records");
        QTRY_VERIFY_WITH_TIMEOUT(test.fake().calls("telemetry.records") > asked, 4000);
        QTRY_VERIFY_WITH_TIMEOUT(
            test.find<QLabel>("requests.count")->text().contains(QStringLiteral("standing still")),
            2000);
        QCOMPARE(
            table->selectionModel()->selectedRows().constFirst().data(Qt::UserRole + 2).toString(),
            id);
        shot(test.page(), QStringLiteral("requests-chosen"));
        QTest::mouseClick(test.find<QPushButton>("record.copyCurl"), Qt::LeftButton);
        QVERIFY(QApplication::clipboard()->text().startsWith(QStringLiteral("curl -sS 'http")));
    }

    void filtersAreAskedOfTheEngine()
    {
        RequestsTest test;
        TableView* table = open(test);
        auto* arm = test.find<QComboBox>("requests.arm");
        arm->setCurrentIndex(arm->findData(QStringLiteral("candidate")));
        QTRY_COMPARE(test.fake().lastArguments("telemetry.records").value("arm", ""),
                     std::string("candidate"));
        QTRY_VERIFY(table->model()->rowCount() > 0);
        for (int row = 0; row < table->model()->rowCount(); ++row) {
            QCOMPARE(table->model()->index(row, 2).data().toString(), QStringLiteral("candidate"));
        }
        test.find<QCheckBox>("requests.fallback")->setChecked(true);
        QTRY_VERIFY(test.fake().lastArguments("telemetry.records").value("fallback", false));
    }

    void textFiltersWhatIsShown()
    {
        RequestsTest test;
        TableView* table = open(test);
        const int all = table->model()->rowCount();
        QCOMPARE(test.page().filterField(), test.find<QLineEdit>("requests.filter"));
        test.find<QLineEdit>("requests.filter")->setText(QStringLiteral("ai-search"));
        QVERIFY(table->model()->rowCount() > 0);
        QVERIFY(table->model()->rowCount() < all);
    }

    void placeOfAChartBucketShowsThatSpan()
    {
        RequestsTest test;
        open(test);
        const auto now = static_cast<qlonglong>(toMicros(SystemClock().now()));
        test.page().activate(
            {QStringLiteral("requests"),
             QStringLiteral("support-assistant"),
             {{QStringLiteral("from"), now - 60'000'000}, {QStringLiteral("to"), now}}});
        QTRY_COMPARE(test.fake().lastArguments("telemetry.records").value("route", ""),
                     std::string("support-assistant"));
        QCOMPARE(test.fake().lastArguments("telemetry.records")["from"].get<qlonglong>(),
                 now - 60'000'000);
        auto* live = test.find<QPushButton>("requests.live");
        QVERIFY(live->isVisible());
        QTest::mouseClick(live, Qt::LeftButton);
        QTRY_VERIFY(!test.fake().lastArguments("telemetry.records").contains("from"));
    }

    void nothingFitsOffersToClear()
    {
        RequestsTest test;
        open(test);
        auto* outcome = test.find<QComboBox>("requests.outcome");
        outcome->setCurrentIndex(outcome->findData(QStringLiteral("shed")));
        auto* stack = test.page().findChild<StateStack*>();
        QTRY_COMPARE(stack->view(), StateStack::View::Empty);
        shot(test.page(), QStringLiteral("requests-empty"));
        Q_EMIT stack->nextStep();
        QTRY_COMPARE(stack->view(), StateStack::View::Data);
    }

    void errorOffersRetry()
    {
        RequestsTest test;
        test.fake().setState(FakePlane::State::Error);
        test.show();
        QTRY_COMPARE(test.page().findChild<StateStack*>()->view(), StateStack::View::Error);
    }

    void dark()
    {
        RequestsTest test(Theme::Mode::Dark);
        open(test)->selectRow(0);
        QTest::qWait(50);
        shot(test.page(), QStringLiteral("requests-dark"));
        test.page().resize(1080, 712);
        QTest::qWait(50);
        shot(test.page(), QStringLiteral("requests-dark-1280"));
    }

    void stagesFollowOneAnother()
    {
        const auto bars = stageBars({{"admit", 20},
                                     {"route", 5},
                                     {"render", 25},
                                     {"retrieve", 0},
                                     {"connect", 150},
                                     {"ttft", 1000},
                                     {"stream", 3000},
                                     {"total", 4000}});
        QCOMPARE(bars.size(), std::size_t{6});
        for (std::size_t i = 1; i < bars.size(); ++i) {
            QCOMPARE(bars[i].start, bars[i - 1].start + bars[i - 1].length);
        }
        QCOMPARE(bars[4].start, 200.0);
        QCOMPARE(bars[4].length, 800.0);
        QCOMPARE(bars[5].start + bars[5].length, 4000.0);
    }

    void requestWithoutContentWaitsToItsEnd()
    {
        const auto bars = stageBars(
            {{"admit", 20}, {"connect", 80}, {"ttft", 0}, {"stream", 0}, {"total", 2000}});
        QCOMPARE(bars.size(), std::size_t{3});
        QCOMPARE(bars[2].length, 1900.0);
        QVERIFY(stageBars(Json::object()).empty());
    }

    void unknownCostIsNeverZero_data()
    {
        QTest::addColumn<QString>("state");
        QTest::addColumn<QString>("text");
        QTest::newRow("exact") << QStringLiteral("exact") << QStringLiteral("$0.00");
        QTest::newRow("unpriced") << QStringLiteral("unpriced") << QStringLiteral("unpriced");
        QTest::newRow("missing") << QStringLiteral("missing") << QStringLiteral("price missing");
    }

    void unknownCostIsNeverZero()
    {
        QFETCH(QString, state);
        const Json record{
            {"cost", {{"state", state.toStdString()}, {"micros", 0}, {"currency", "USD"}}}};
        QTEST(recordtext::cost(record), "text");
    }

    void curlIsSafeToPaste()
    {
        QCOMPARE(recordtext::shellQuoted(QStringLiteral("it's; rm -rf $HOME")),
                 QStringLiteral("'it'\\''s; rm -rf $HOME'"));
        const Json record{
            {"route", "o'brien"}, {"streamed", true}, {"attributes", {{"plan", "a'b"}}}};
        const QString line = recordtext::curl(record, QStringLiteral("http://127.0.0.1:8080"));
        QVERIFY(line.contains(QStringLiteral("o'\\''brien")));
        QVERIFY(line.contains(QStringLiteral("a'\\''b")));
        QVERIFY(line.contains(QStringLiteral("\"stream\":true")));
    }
};

} // namespace sluice::tests

QTEST_MAIN(sluice::tests::TestRequestsPage)
#include "tst_requestspage.moc"
