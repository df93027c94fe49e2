// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/format.h"
#include "ui/models/jsontablemodel.h"
#include "ui/models/sortedmodel.h"
#include "ui/widgets/tableview.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QHeaderView>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>

#include <ctime>

using namespace sluice;
using namespace sluice::ui;

namespace {

std::vector<JsonColumn> columns()
{
    std::vector<JsonColumn> made(2);
    made[0].id = QStringLiteral("name");
    made[1].id = QStringLiteral("count");
    made[0].title = QStringLiteral("Name");
    made[0].text = [](const Json& row) { return read::text(row, "name"); };
    made[1].title = QStringLiteral("Count");
    made[1].number = true;
    made[1].text = [](const Json& row) {
        return format::count(read::number(row, "count").value_or(0));
    };
    made[1].sort = [](const Json& row) { return QVariant(read::number(row, "count").value_or(0)); };
    return made;
}

Json rows(const std::vector<std::pair<const char*, int>>& wanted)
{
    Json made = Json::array();
    for (const auto& [name, count] : wanted) {
        made.push_back({{"id", std::string(name)}, {"name", std::string(name)}, {"count", count}});
    }
    return made;
}

QStringList names(const QAbstractItemModel& model)
{
    QStringList found;
    for (int row = 0; row < model.rowCount(); ++row) {
        found.append(model.index(row, 0).data().toString());
    }
    return found;
}

} // namespace

class TestTableModel final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void mergesAnyChange_data();
    void mergesAnyChange();
    void keepsSelectionAcrossARefresh();
    void tellsOnlyChangedRows();
    void prependsAndForgetsTheOldest();
    void equalRowsKeepTheirOrder();
    void filtersByEveryWord();
    void copiesShownColumnsAsTsv();
    void keepsWhatWasChosenOfColumns();
    void restoresOnlyWhatItKnows();
    void timesFollowTheChosenClock();
    void showsADashForWhatIsNotKnown();
};

void TestTableModel::initTestCase()
{
    qputenv("TZ", "IST-5:30"); // neither UTC nor whole hours from it
    tzset();
}

void TestTableModel::mergesAnyChange_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::newRow("fill") << QByteArray() << QByteArray("abc");
    QTest::newRow("clear") << QByteArray("abc") << QByteArray();
    QTest::newRow("same") << QByteArray("abc") << QByteArray("abc");
    QTest::newRow("remove the middle") << QByteArray("abcd") << QByteArray("ad");
    QTest::newRow("remove both ends") << QByteArray("abcd") << QByteArray("bc");
    QTest::newRow("insert everywhere") << QByteArray("bd") << QByteArray("abcde");
    QTest::newRow("reverse") << QByteArray("abcdef") << QByteArray("fedcba");
    QTest::newRow("all at once") << QByteArray("abcdef") << QByteArray("xfbya");
    QTest::newRow("a key twice") << QByteArray("ab") << QByteArray("abab");
}

void TestTableModel::mergesAnyChange()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    JsonTableModel model("id", columns());
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    SortedModel sorted(model);
    const QAbstractItemModelTester sortedTester(
        &sorted, QAbstractItemModelTester::FailureReportingMode::QtTest);
    sorted.sort(1);
    const auto made = [](const QByteArray& letters, int base) {
        Json all = Json::array();
        for (const char letter : letters) {
            all.push_back({{"id", std::string(1, letter)},
                           {"name", std::string(1, letter)},
                           {"count", base + letter}});
        }
        return all;
    };
    model.setRows(made(before, 0));
    model.setRows(made(after, 7));
    QStringList wanted;
    for (const char letter : after) {
        if (!wanted.contains(QString(QLatin1Char(letter)))) {
            wanted.append(QString(QLatin1Char(letter)));
        }
    }
    QCOMPARE(names(model), wanted);
    for (const QString& name : wanted) {
        QCOMPARE(model.row(model.find(name))["count"].get<int>(), 7 + name.at(0).toLatin1());
    }
}

void TestTableModel::keepsSelectionAcrossARefresh()
{
    const Theme theme(*qApp, Theme::Mode::Light);
    JsonTableModel model("id", columns());
    model.setRows(rows({{"a", 1}, {"b", 2}, {"c", 3}}));
    TableView view(theme);
    view.setModel(&model);
    view.selectRow(1);
    model.setRows(rows({{"z", 9}, {"c", 3}, {"b", 20}}));
    const QModelIndexList selected = view.selectionModel()->selectedRows();
    QCOMPARE(selected.size(), 1);
    QCOMPARE(selected.first().data(JsonTableModel::KeyRole).toString(), QStringLiteral("b"));
}

void TestTableModel::tellsOnlyChangedRows()
{
    JsonTableModel model("id", columns());
    model.setRows(rows({{"a", 1}, {"b", 2}}));
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.setRows(rows({{"a", 1}, {"b", 5}}));
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed.first().first().toModelIndex().row(), 1);
}

void TestTableModel::prependsAndForgetsTheOldest()
{
    JsonTableModel model("id", columns());
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRows(rows({{"c", 3}, {"d", 4}}));
    model.prepend(rows({{"a", 1}, {"b", 2}, {"c", 3}}), 3);
    QCOMPARE(names(model),
             QStringList({QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c")}));
    model.append(rows({{"c", 3}, {"e", 5}}));
    QCOMPARE(names(model).join(QString()), QStringLiteral("abce"));
}

void TestTableModel::equalRowsKeepTheirOrder()
{
    JsonTableModel model("id", columns());
    SortedModel sorted(model);
    sorted.sort(1, Qt::DescendingOrder);
    model.setRows(rows({{"c", 1}, {"a", 1}, {"b", 1}, {"big", 9}}));
    const QStringList first = names(sorted);
    model.setRows(rows({{"b", 1}, {"c", 1}, {"big", 9}, {"a", 1}}));
    QCOMPARE(names(sorted), first);
    QCOMPARE(first.first(), QStringLiteral("big"));
}

void TestTableModel::filtersByEveryWord()
{
    JsonTableModel model("id", columns());
    model.setRows(rows({{"support assistant", 1}, {"support search", 2}, {"triage", 3}}));
    SortedModel sorted(model);
    sorted.setWords(QStringLiteral("  SUPP  sea "));
    QCOMPARE(names(sorted), QStringList{QStringLiteral("support search")});
    sorted.setWords({});
    QCOMPARE(sorted.rowCount(), 3);
}

void TestTableModel::copiesShownColumnsAsTsv()
{
    const Theme theme(*qApp, Theme::Mode::Light);
    JsonTableModel model("id", columns());
    model.setRows(rows({{"a\tb", 1}, {"c", 2}, {"d", 3}}));
    TableView view(theme);
    view.setSortingEnabled(false);
    view.setModel(&model);
    view.selectAll();
    QCOMPARE(view.selectionText(), QStringLiteral("Name\tCount\na b\t1\nc\t2\nd\t3\n"));
    view.setColumnHidden(1, true);
    view.selectRow(1);
    QCOMPARE(view.selectionText(), QStringLiteral("Name\nc\n"));
}

void TestTableModel::keepsWhatWasChosenOfColumns()
{
    const Theme theme(*qApp, Theme::Mode::Light);
    std::vector<JsonColumn> three = columns();
    three.push_back(three.front()); // the last one takes the room that is left
    three.back().id = QStringLiteral("rest");
    JsonTableModel model("id", three);
    TableView view(theme);
    view.setModel(&model);
    view.resize(600, 300);
    QHeaderView& header = *view.horizontalHeader();
    const QSignalSpy chosen(&view, &TableView::columnsChosen);
    header.resizeSection(0, 150); // a page lays its columns out: nobody's choice
    QVERIFY(view.saveColumns().isEmpty());
    const QPoint edge(header.sectionPosition(0) + header.sectionSize(0) - 2, header.height() / 2);
    QTest::mousePress(header.viewport(), Qt::LeftButton, {}, edge);
    QTest::mouseMove(header.viewport(), edge + QPoint(60, 0));
    QTest::mouseRelease(header.viewport(), Qt::LeftButton, {}, edge + QPoint(60, 0));
    QVERIFY(view.widthsChosen());
    QVERIFY(!chosen.isEmpty());
    view.makeColumnMenu(&view)->actions().at(1)->trigger();
    header.moveSection(1, 0);

    TableView again(theme);
    again.setModel(&model);
    QVERIFY(again.restoreColumns(view.saveColumns()));
    QCOMPARE(again.horizontalHeader()->logicalIndex(0), 1);
    QVERIFY(again.isColumnHidden(1));
    QCOMPARE(again.columnWidth(0), 210);
    QVERIFY(again.widthsChosen());
    QCOMPARE(again.saveColumns(), view.saveColumns());
}

void TestTableModel::restoresOnlyWhatItKnows()
{
    const Theme theme(*qApp, Theme::Mode::Light);
    JsonTableModel model("id", columns());
    TableView view(theme);
    view.setModel(&model);
    QVERIFY(!view.restoreColumns("\x01 not ours"));
    QVERIFY(view.restoreColumns(R"([{"id":"of another version","width":9},{"id":"count"},
                                    {"id":"name","hidden":true}])"));
    QCOMPARE(view.horizontalHeader()->logicalIndex(0), 1);
    QVERIFY(!view.isColumnHidden(0)); // the first column says which row it is
    QVERIFY(!view.widthsChosen());
}

void TestTableModel::timesFollowTheChosenClock()
{
    constexpr std::int64_t at = 1'700'000'000'000'000; // 14 Nov 2023 22:13:20 UTC
    std::vector<JsonColumn> one(1);
    one[0].title = QStringLiteral("When");
    one[0].time = true;
    one[0].text = [](const Json& row) { return format::dateTime(*read::integer(row, "at")); };
    JsonTableModel model("id", one);
    model.setRows(Json::array({{{"id", "a"}, {"at", at}}}));
    const auto header = [&model] { return model.headerData(0, Qt::Horizontal, Qt::DisplayRole); };
    QCOMPARE(header().toString(), QStringLiteral("When (local)"));
    QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("15 Nov 03:43:20"));
    QCOMPARE(format::moment(at), QStringLiteral("15 Nov 03:43:20 IST"));
    format::setZone(format::Zone::Utc);
    const QSignalSpy headers(&model, &JsonTableModel::headerDataChanged);
    model.refreshTexts();
    QCOMPARE(headers.size(), 1);
    QCOMPARE(header().toString(), QStringLiteral("When (UTC)"));
    QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("14 Nov 22:13:20"));
    QCOMPARE(format::moment(at), QStringLiteral("14 Nov 22:13:20 UTC"));
    QCOMPARE(format::timeOfDay(at), QStringLiteral("22:13:20"));
    format::setZone(format::Zone::Local);
}

void TestTableModel::showsADashForWhatIsNotKnown()
{
    QCOMPARE(format::milliseconds(std::nullopt), format::dash());
    QCOMPARE(format::money(std::nullopt, QStringLiteral("USD")), format::dash());
    QCOMPARE(format::money(0.0, QStringLiteral("USD")), QStringLiteral("$0.00"));
    QCOMPARE(format::money(2410.0, QStringLiteral("USD")), QStringLiteral("$2.41\u00a0m"));
    QCOMPARE(format::percent(12.5), QStringLiteral("12.5\u00a0%"));
    QCOMPARE(format::percent(5.0), QStringLiteral("5\u00a0%"));
    QCOMPARE(format::shortId(QStringLiteral("u_3f9c02d1ff")), QStringLiteral("3f9c02d1"));
}

QTEST_MAIN(TestTableModel)
#include "tst_tablemodel.moc"
