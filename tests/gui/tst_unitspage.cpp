// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/pagetest.h"
#include "ui/pages/units/unitcompare.h"
#include "ui/pages/units/unitspage.h"
#include "ui/widgets/statestack.h"
#include "ui/widgets/tableview.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLineEdit>

namespace sluice::tests {

using namespace sluice::ui;

using UnitsTest = PageTest<UnitsPage>;

class TestUnitsPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void listsUnitsAndComparesTwo()
    {
        UnitsTest test;
        test.show();
        auto* table = test.find<TableView>("units.table");
        QTRY_COMPARE(table->model()->rowCount(), 10);
        auto* members = test.find<TableView>("units.members");
        const QAbstractItemModelTester units(
            table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QAbstractItemModelTester rows(members->model(),
                                            QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto* left = test.find<QComboBox>("units.left");
        auto* right = test.find<QComboBox>("units.right");
        test.page().activate({QStringLiteral("units"),
                              {},
                              {{QStringLiteral("left"), left->itemData(0)},
                               {QStringLiteral("right"), right->itemData(1)}}});
        QVERIFY(members->model()->rowCount() > 4);
        bool differs = false;
        for (int row = 0; row < members->model()->rowCount(); ++row) {
            if (members->model()->index(row, 0).data().toString() == QLatin1String("model")) {
                differs =
                    members->model()->index(row, 3).data().toString() != QLatin1String("same");
            }
        }
        QVERIFY(differs);
        shot(test.page(), QStringLiteral("units-light"));
    }

    void filterNarrows()
    {
        UnitsTest test;
        test.show();
        auto* table = test.find<TableView>("units.table");
        QTRY_COMPARE(table->model()->rowCount(), 10);
        test.find<QLineEdit>("units.filter")->setText(QStringLiteral("support"));
        QCOMPARE(table->model()->rowCount(), 2);
    }

    void comparesMemberByMember()
    {
        const Json left{{"model", "m-1"},
                        {"prompt", {{"name", "a"}, {"version", "1.0.0"}}},
                        {"params", {{"temperature", 0.2}}}};
        const Json right{
            {"model", "m-1"}, {"prompt", nullptr}, {"params", {{"temperature", 0.2}, {"seed", 1}}}};
        const Json rows = unitDifferences(left, right);
        const auto row = [&](const std::string& member) {
            for (const Json& one : rows) {
                if (one["member"] == member) {
                    return one;
                }
            }
            return Json();
        };
        QVERIFY(row("model").value("same", false));
        QVERIFY(!row("prompt.name").value("same", true));
        QVERIFY(row("prompt.name")["right"].is_null());
        QVERIFY(row("params.temperature").value("same", false));
        QVERIFY(row("params.seed")["left"].is_null());
        QVERIFY(row("tools").is_null());
    }

    void states_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<int>("view");
        QTest::newRow("empty") << int(FakePlane::State::Empty) << int(StateStack::View::Empty);
        QTest::newRow("error") << int(FakePlane::State::Error) << int(StateStack::View::Error);
    }

    void states()
    {
        QFETCH(int, state);
        QFETCH(int, view);
        UnitsTest test;
        test.fake().setState(static_cast<FakePlane::State>(state));
        test.show();
        QTRY_COMPARE(int(test.page().findChild<StateStack*>()->view()), view);
    }

    void dark()
    {
        UnitsTest test(Theme::Mode::Dark);
        test.show();
        QTRY_COMPARE(test.find<TableView>("units.table")->model()->rowCount(), 10);
        shot(test.page(), QStringLiteral("units-dark"));
    }
};

} // namespace sluice::tests

QTEST_MAIN(sluice::tests::TestUnitsPage)
#include "tst_unitspage.moc"
