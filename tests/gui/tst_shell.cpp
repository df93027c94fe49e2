// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/shellfixture.h"
#include "ui/shell/fuzzymatch.h"
#include "ui/shell/navigation.h"
#include "ui/widgets/numberlabel.h"
#include "ui/widgets/tableview.h"

#include <QCheckBox>
#include <QDockWidget>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QTest>
#include <QTextBrowser>

using namespace sluice;
using namespace sluice::ui;
using tests::FakePlane;
using tests::ShellFixture;

class TestShell final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fuzzyMatches_data();
    void fuzzyMatches();
    void fuzzyPrefersWordStarts();
    void navigationListsThePagesThatAreThere();
    void navigationGoesAndMarks();
    void numbersGoToPages();
    void paletteFindsActionsAndRoutes();
    void paletteRemembersWhatWasChosen();
    void shortcutsAreUnique();
    void controlsHaveNames();
    void lockBlocksChangesAndShows();
    void slashGoesToTheFilter();
    void keySheetListsThePagesKeys();
    void paneKeyCycles();
    void badgesFollowTheEngine();
    void engineIsNamedAndMarkedAsProduction();
    void lostConnectionIsSaidAndKeepsValues();
    void layoutsAreRemembered();
    void themeChoiceIsRemembered();
    void columnsAreRemembered();
    void timesAreLocalOrUtc();
    void helpOpensForThePage();
    void saysThatNothingMovesByItself();
};

void TestShell::fuzzyMatches_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("fits");
    QTest::newRow("empty fits") << QString() << QStringLiteral("Overview") << true;
    QTest::newRow("start") << QStringLiteral("over") << QStringLiteral("Overview") << true;
    QTest::newRow("scattered") << QStringLiteral("sa") << QStringLiteral("support-assistant")
                               << true;
    QTest::newRow("blanks ignored")
        << QStringLiteral("lock read") << QStringLiteral("Lock read-only") << true;
    QTest::newRow("wrong order") << QStringLiteral("ts") << QStringLiteral("st") << false;
    QTest::newRow("too much") << QStringLiteral("overviews") << QStringLiteral("Overview") << false;
    QTest::newRow("no text") << QStringLiteral("a") << QString() << false;
}

void TestShell::fuzzyMatches()
{
    QFETCH(QString, typed);
    QFETCH(QString, text);
    QFETCH(bool, fits);
    QCOMPARE(fuzzyMatch(typed, text).has_value(), fits);
}

void TestShell::fuzzyPrefersWordStarts()
{
    const auto starts = fuzzyMatch(QStringLiteral("sa"), QStringLiteral("support-assistant"));
    const auto inside = fuzzyMatch(QStringLiteral("sa"), QStringLiteral("disable-panorama"));
    QCOMPARE_GT(starts->score, inside->score);
    QCOMPARE(starts->positions, QList<qsizetype>({0, 8}));
    QCOMPARE_GT(fuzzyMatch(QStringLiteral("req"), QStringLiteral("Requests"))->score,
                fuzzyMatch(QStringLiteral("req"), QStringLiteral("Show entire queue"))->score);
}

void TestShell::navigationListsThePagesThatAreThere()
{
    ShellFixture f;
    auto* navigation = f.window.findChild<Navigation*>();
    QCOMPARE(navigation->pages(),
             QStringList({QStringLiteral("overview"), QStringLiteral("route"),
                          QStringLiteral("requests"), QStringLiteral("units")}));
    QCOMPARE(navigation->findChildren<QPushButton*>().size(), 4);
}

void TestShell::navigationGoesAndMarks()
{
    ShellFixture f;
    auto* button = f.window.findChild<QPushButton*>(QStringLiteral("nav.requests"));
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(f.window.currentPage()->id(), QStringLiteral("requests"));
    QVERIFY(button->isChecked());
    QVERIFY(!f.window.findChild<QPushButton*>(QStringLiteral("nav.overview"))->isChecked());
}

void TestShell::numbersGoToPages()
{
    ShellFixture f;
    QTest::keyClick(&f.window, Qt::Key_4, Qt::ControlModifier);
    QCOMPARE(f.window.currentPage()->id(), QStringLiteral("units"));
}

void TestShell::paletteFindsActionsAndRoutes()
{
    ShellFixture f;
    QTest::keyClick(&f.window, Qt::Key_K, Qt::ControlModifier);
    auto* field = f.window.findChild<QLineEdit*>(QStringLiteral("paletteField"));
    auto* list = f.window.findChild<QListWidget*>(QStringLiteral("paletteList"));
    QTRY_VERIFY(field->hasFocus());
    QTest::keyClicks(field, QStringLiteral("ai-se"));
    QCOMPARE(list->currentItem()->text(), QStringLiteral("ai-search"));
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(f.window.currentPage()->id(), QStringLiteral("route"));
    QCOMPARE(f.window.currentPage()->route(), QStringLiteral("ai-search"));
    QVERIFY(!field->isVisible());
}

void TestShell::paletteRemembersWhatWasChosen()
{
    ShellFixture f;
    auto* field = f.window.findChild<QLineEdit*>(QStringLiteral("paletteField"));
    auto* list = f.window.findChild<QListWidget*>(QStringLiteral("paletteList"));
    f.act("console.palette");
    field->setText(QStringLiteral("units"));
    QTest::keyClick(field, Qt::Key_Return);
    f.act("console.palette");
    QCOMPARE(list->item(0)->text(), QStringLiteral("Units"));
    QTest::keyClick(field, Qt::Key_Escape);
    QVERIFY(!field->isVisible());
}

void TestShell::shortcutsAreUnique()
{
    ShellFixture f;
    QCOMPARE(f.window.actionRegistry().conflicts(), QStringList());
}

void TestShell::controlsHaveNames()
{
    ShellFixture f;
    f.openSheet();
    for (const auto* button : f.window.findChildren<QAbstractButton*>()) {
        if (button->objectName().startsWith(QLatin1String("qt_")) || !button->isVisible()) {
            continue;
        }
        QVERIFY2(!button->objectName().isEmpty(), qPrintable(button->text()));
        QVERIFY2(!button->text().isEmpty() || !button->accessibleName().isEmpty(),
                 qPrintable(button->objectName()));
    }
}

void TestShell::lockBlocksChangesAndShows()
{
    ShellFixture f;
    auto* badge = f.window.findChild<QPushButton*>(QStringLiteral("readOnlyBadge"));
    QVERIFY(!badge->isVisible());
    QTest::keyClick(&f.window, Qt::Key_L, Qt::ControlModifier);
    QVERIFY(f.plane.readOnly());
    QVERIFY(badge->isVisible());
    QVERIFY(f.window.actionRegistry().find(QStringLiteral("console.lock"))->isChecked());
    QTest::mouseClick(badge, Qt::LeftButton);
    QVERIFY(!f.plane.readOnly());
}

void TestShell::slashGoesToTheFilter()
{
    ShellFixture f;
    QTest::keyClick(f.window.currentPage(), Qt::Key_Slash);
    QTRY_VERIFY(f.window.currentPage()->filterField()->hasFocus());
}

void TestShell::keySheetListsThePagesKeys()
{
    ShellFixture f;
    f.act("console.keys");
    auto* sheet = f.window.findChild<QWidget*>(QStringLiteral("keySheet"));
    QVERIFY(sheet->isVisible());
    QStringList shown;
    for (const QLabel* label : sheet->findChildren<QLabel*>()) {
        shown.append(label->text());
    }
    QVERIFY(shown.contains(QStringLiteral("down")));
    QVERIFY(shown.contains(QStringLiteral("Ctrl+K")));
    QTest::keyClick(sheet, Qt::Key_A);
    QVERIFY(!sheet->isVisible());
}

void TestShell::paneKeyCycles()
{
    ShellFixture f;
    f.window.currentPage()->filterField()->setFocus();
    QTest::keyClick(&f.window, Qt::Key_F6);
    QTRY_COMPARE(f.window.focusWidget()->objectName(), QStringLiteral("commandField"));
    QTest::keyClick(&f.window, Qt::Key_F6);
    QTRY_VERIFY(f.window.focusWidget()->objectName().startsWith(QLatin1String("nav.")));
    QTest::keyClick(&f.window, Qt::Key_F6);
    QTRY_COMPARE(f.window.focusWidget(), f.window.currentPage()->filterField());
}

void TestShell::badgesFollowTheEngine()
{
    ShellFixture f;
    auto* simulated = f.window.findChild<QLabel*>(QStringLiteral("simulatedBadge"));
    auto* production = f.window.findChild<QLabel*>(QStringLiteral("productionBadge"));
    QTRY_VERIFY(simulated->isVisible());
    QVERIFY(!production->isVisible());
    f.control.setSimulated(false);
    f.control.setProduction(true);
    f.act("console.refresh");
    QTRY_VERIFY(production->isVisible() && !simulated->isVisible());
}

void TestShell::engineIsNamedAndMarkedAsProduction()
{
    ShellFixture f;
    auto* badge = f.window.findChild<QLabel*>(QStringLiteral("productionBadge"));
    auto* name = f.window.findChild<QLineEdit*>(QStringLiteral("fleetName"));
    auto* production = f.window.findChild<QCheckBox*>(QStringLiteral("fleetProduction"));
    auto* apply = f.window.findChild<QPushButton*>(QStringLiteral("fleetApply"));
    QVERIFY(!badge->isVisible());
    f.act("engine.configure");
    QTRY_VERIFY(name->hasFocus());
    QVERIFY(!apply->isEnabled());
    QTest::keyClicks(name, QStringLiteral("shop-eu"));
    production->setChecked(true);
    f.act("console.refresh"); // what the engine says meanwhile does not take it away
    f.roundTrip();
    QCOMPARE(name->text(), QStringLiteral("shop-eu"));
    QTest::keyClick(name, Qt::Key_Return);
    QTRY_COMPARE(badge->text(), QStringLiteral("PROD  shop-eu"));
    QVERIFY(badge->isVisible());
    QVERIFY(f.window.windowTitle().startsWith(QLatin1String("[PROD]")));
    QVERIFY(f.window.windowTitle().contains(QLatin1String("shop-eu")));
    QVERIFY(!apply->isEnabled());
    f.window.setReadOnly(true);
    QVERIFY(!production->isEnabled());
}

void TestShell::lostConnectionIsSaidAndKeepsValues()
{
    ShellFixture f;
    auto* engine = f.window.findChild<NumberLabel*>(QStringLiteral("statusEngine"));
    auto* revision = f.window.findChild<NumberLabel*>(QStringLiteral("statusRevision"));
    QTRY_COMPARE(revision->text(), QStringLiteral("revision 184"));
    f.control.setState(FakePlane::State::Disconnected);
    f.clock.advance(std::chrono::seconds(12));
    f.act("console.refresh");
    QTRY_VERIFY(engine->text().contains(QLatin1String("no answer")));
    QVERIFY(engine->text().contains(QLatin1String("12")));
    QCOMPARE(revision->text(), QStringLiteral("revision 184"));
    f.control.setState(FakePlane::State::Data);
    f.act("console.refresh");
    QTRY_COMPARE(engine->text(), QStringLiteral("embedded engine"));
}

void TestShell::layoutsAreRemembered()
{
    ShellFixture f;
    auto* activity = f.window.findChild<QDockWidget*>(QStringLiteral("activityDock"));
    auto* help = f.window.findChild<QDockWidget*>(QStringLiteral("helpDock"));
    QVERIFY(!activity->isVisible());
    f.act("view.layout.oncall");
    QVERIFY(activity->isVisible());
    help->show();
    f.act("view.layout.release");
    QVERIFY(!activity->isVisible() && !help->isVisible());
    f.act("view.layout.oncall");
    QVERIFY(activity->isVisible() && help->isVisible()); // as it was left
    f.act("view.layout.reset");
    QVERIFY(activity->isVisible() && !help->isVisible());
}

void TestShell::themeChoiceIsRemembered()
{
    ShellFixture f;
    f.act("view.theme.dark");
    QVERIFY(f.theme.dark());
    Theme another(*qApp, Theme::Mode::Light);
    const MainWindow second(another, f.plane, f.settings);
    QVERIFY(another.dark());
}

void TestShell::columnsAreRemembered()
{
    ShellFixture f;
    const auto tableOf = [](const MainWindow& window) {
        return window.findChild<TableView*>(QStringLiteral("activityTable"));
    };
    TableView& table = *tableOf(f.window);
    table.makeColumnMenu(&table)->actions().at(2)->trigger();
    QVERIFY(table.isColumnHidden(2));
    const MainWindow second(f.theme, f.plane, f.settings);
    QVERIFY(tableOf(second)->isColumnHidden(2));
    QVERIFY(!tableOf(second)->isColumnHidden(1));
}

void TestShell::timesAreLocalOrUtc()
{
    ShellFixture f;
    auto* zone = f.window.findChild<QPushButton*>(QStringLiteral("statusZone"));
    auto* table = f.window.findChild<TableView*>(QStringLiteral("activityTable"));
    const auto header = [table] {
        return table->model()->headerData(0, Qt::Horizontal).toString();
    };
    f.control.emitEvent("alert", Json{{"id", "a"}, {"text", "x"}});
    QTRY_COMPARE(table->model()->rowCount(), 1);
    QCOMPARE(zone->text(), QStringLiteral("local time"));
    QCOMPARE(header(), QStringLiteral("Time (local)"));
    const QString local = table->model()->index(0, 0).data().toString();
    zone->click();
    QCOMPARE(zone->text(), QStringLiteral("UTC"));
    QCOMPARE(header(), QStringLiteral("Time (UTC)"));
    QVERIFY(table->model()->index(0, 0).data().toString() != local);
    QVERIFY(f.window.actionRegistry().find(QStringLiteral("view.utc"))->isChecked());
    const MainWindow second(f.theme, f.plane, f.settings);
    QCOMPARE(second.findChild<QPushButton*>(QStringLiteral("statusZone"))->text(),
             QStringLiteral("UTC"));
    f.act("view.utc");
    QCOMPARE(table->model()->index(0, 0).data().toString(), local);
}

void TestShell::helpOpensForThePage()
{
    ShellFixture f;
    f.window.goTo({QStringLiteral("requests"), {}, {}});
    f.act("console.help");
    QVERIFY(f.window.findChild<QDockWidget*>(QStringLiteral("helpDock"))->isVisible());
    auto* text = f.window.findChild<QTextBrowser*>(QStringLiteral("helpText"));
    QVERIFY(text->toPlainText().startsWith(QLatin1String("Requests")));
}

void TestShell::saysThatNothingMovesByItself()
{
    ShellFixture f;
    auto* next = f.window.findChild<QLabel*>(QStringLiteral("nextLine"));
    QTRY_VERIFY(next->toolTip().contains(QStringLiteral("support-assistant 5\u00a0%")));
    QVERIFY(next->toolTip().contains(QLatin1String("nothing moves by itself")));
}

int main(int argc, char** argv)
{
    qputenv("TZ", "IST-5:30"); // so that local times differ from UTC wherever this runs
    QApplication application(argc, argv);
    TestShell test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_shell.moc"
