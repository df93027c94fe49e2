// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/shellfixture.h"
#include "ui/shell/rollbacktext.h"
#include "ui/widgets/holdbutton.h"
#include "ui/widgets/numberlabel.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>
#include <QToolButton>

using namespace sluice;
using namespace sluice::ui;
using namespace std::chrono_literals;
using tests::ShellFixture;

/// The red button from the press to the proof, through the window's own widgets.
class TestRollbackSheet final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysBeforehandWhatItWillDo();
    void holdingOnARoutesPageRollsItBack();
    void aShortPressOpensTheListAndChangesNothing();
    void listHasNewestChangeFirstAndAll();
    void holdingARowRollsItBack();
    void allTakesEveryRoute();
    void typedNameReplacesTheHold();
    void wrongNameDoesNothing();
    void proofGrowsUntilTheLastRequestHasFinished();
    void acknowledgementNeedsAReason();
    void readOnlyBlocksIt();
    void failureIsSaid();
    void shortcutOpensItAnywhere();
    void escapeClosesTheSheet();
    void aPressElsewhereIsSaid();
};

void TestRollbackSheet::saysBeforehandWhatItWillDo()
{
    const Json route = {{"name", "r"},
                        {"percent", 20},
                        {"candidate", {{"alias", "v2"}, {"id", "u_a71b"}}},
                        {"known_good", {{"unit", {{"alias", "support-v1"}, {"id", "u_3f9c02d1"}}}}},
                        {"killed", nullptr}};
    QCOMPARE(
        RollbackText::consequence(route, 1240.0),
        QStringLiteral(
            "20\u00a0% \u2192 0\u00a0%, back to support-v1 (u_3f9c\u2026), 1,240\u00a0req/min"));
    ShellFixture f;
    f.window.goTo({QStringLiteral("route"), QStringLiteral("support-assistant"), {}});
    auto* red = f.window.findChild<HoldButton*>(QStringLiteral("redButton"));
    QTRY_VERIFY(red->toolTip().contains(QLatin1String("req/min")));
    QVERIFY(
        red->toolTip().contains(QStringLiteral("5\u00a0% \u2192 0\u00a0%, back to support-v1")));
}

void TestRollbackSheet::holdingOnARoutesPageRollsItBack()
{
    ShellFixture f;
    f.window.goTo({QStringLiteral("route"), QStringLiteral("support-assistant"), {}});
    auto* red = f.window.findChild<HoldButton*>(QStringLiteral("redButton"));
    QTRY_VERIFY(red->isEnabled() && red->toolTip().startsWith(QLatin1String("support-assistant")));
    QTest::mousePress(red, Qt::LeftButton);
    QCOMPARE(f.control.calls("routing.kill"), 0);
    f.clock.advance(1200ms);
    QTRY_COMPARE(f.control.calls("routing.kill"), 1);
    QTest::mouseRelease(red, Qt::LeftButton);
    QCOMPARE(f.control.lastArguments("routing.kill")["route"].get<std::string>(),
             std::string("support-assistant"));
    QTRY_VERIFY(
        f.window.findChild<QWidget*>(QStringLiteral("rollbackSheet"))->isVisible()); // the proof
    QTRY_VERIFY(f.window.findChild<NumberLabel*>(QStringLiteral("proof1")) != nullptr);
    QCOMPARE(f.control.calls("routing.kill"), 1);
}

void TestRollbackSheet::aShortPressOpensTheListAndChangesNothing()
{
    ShellFixture f;
    f.window.goTo({QStringLiteral("route"), QStringLiteral("support-assistant"), {}});
    auto* red = f.window.findChild<HoldButton*>(QStringLiteral("redButton"));
    QTRY_VERIFY(red->isEnabled() && red->toolTip().startsWith(QLatin1String("support-assistant")));
    QTest::mouseClick(red, Qt::LeftButton);
    QVERIFY(f.window.findChild<QWidget*>(QStringLiteral("rollbackSheet"))->isVisible());
    QCOMPARE(f.control.calls("routing.kill"), 0);
}

void TestRollbackSheet::listHasNewestChangeFirstAndAll()
{
    ShellFixture f;
    f.openSheet();
    QStringList rows;
    for (const HoldButton* hold : f.sheet()->findChildren<HoldButton*>()) {
        rows.append(hold->objectName());
    }
    QCOMPARE(rows, QStringList({QStringLiteral("rollback.support-assistant"),
                                QStringLiteral("rollback.ai-search"),
                                QStringLiteral("rollback.triage"), QStringLiteral("rollbackAll")}));
    QVERIFY(f.sheet()->findChild<HoldButton*>()->hasFocus()); // safest choice first, by keyboard
}

void TestRollbackSheet::holdingARowRollsItBack()
{
    ShellFixture f;
    f.openSheet();
    f.sheet()
        ->findChild<QLineEdit*>(QStringLiteral("rollbackReason"))
        ->setText(QStringLiteral("refunds"));
    auto* hold = f.sheet()->findChild<HoldButton*>(QStringLiteral("rollback.ai-search"));
    hold->setFocus();
    QTest::keyPress(hold, Qt::Key_Space);
    f.clock.advance(1200ms);
    QTRY_COMPARE(f.control.calls("routing.kill"), 1);
    QVERIFY(f.control.lastArguments("routing.kill") ==
            Json({{"route", "ai-search"}, {"reason", "refunds"}}));
}

void TestRollbackSheet::allTakesEveryRoute()
{
    ShellFixture f;
    f.openSheet();
    auto* hold = f.sheet()->findChild<HoldButton*>(QStringLiteral("rollbackAll"));
    QTest::mousePress(hold, Qt::LeftButton);
    f.clock.advance(1200ms);
    QTRY_COMPARE(f.control.calls("routing.kill"), 1);
    QVERIFY(f.control.lastArguments("routing.kill")["all"].get<bool>());
}

void TestRollbackSheet::typedNameReplacesTheHold()
{
    ShellFixture f;
    f.openSheet();
    QTest::mouseClick(f.sheet()->findChild<QToolButton*>(QStringLiteral("rollbackType.ai-search")),
                      Qt::LeftButton);
    auto* field = f.sheet()->findChild<QLineEdit*>(QStringLiteral("rollbackName"));
    QVERIFY(field != nullptr);
    QTest::keyClicks(field, QStringLiteral("ai-search"));
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_COMPARE(f.control.calls("routing.kill"), 1);
}

void TestRollbackSheet::wrongNameDoesNothing()
{
    ShellFixture f;
    f.openSheet();
    QTest::mouseClick(f.sheet()->findChild<QToolButton*>(QStringLiteral("rollbackType.ai-search")),
                      Qt::LeftButton);
    auto* field = f.sheet()->findChild<QLineEdit*>(QStringLiteral("rollbackName"));
    QTest::keyClicks(field, QStringLiteral("ai-sea"));
    QTest::keyClick(field, Qt::Key_Return);
    f.roundTrip();
    QCOMPARE(f.control.calls("routing.kill"), 0);
    QCOMPARE(field->selectedText(), QStringLiteral("ai-sea"));
}

void TestRollbackSheet::proofGrowsUntilTheLastRequestHasFinished()
{
    ShellFixture f;
    f.control.holdKillOpen(true);
    f.openSheet();
    QTest::mousePress(f.sheet()->findChild<HoldButton*>(QStringLiteral("rollback.ai-search")),
                      Qt::LeftButton);
    f.clock.advance(1200ms);
    const auto finished = [&f] {
        auto* label = f.sheet()->findChild<NumberLabel*>(QStringLiteral("proof2"));
        return label == nullptr ? QString() : label->text();
    };
    QTRY_COMPARE(finished(), QStringLiteral("6 still running"));
    QCOMPARE(f.sheet()->findChild<NumberLabel*>(QStringLiteral("proof3"))->text(),
             QStringLiteral("1/1"));
    f.control.finishKill();
    QTRY_VERIFY(finished().contains(QLatin1Char(':')));
}

void TestRollbackSheet::acknowledgementNeedsAReason()
{
    ShellFixture f;
    f.openSheet();
    QTest::mousePress(f.sheet()->findChild<HoldButton*>(QStringLiteral("rollback.ai-search")),
                      Qt::LeftButton);
    f.clock.advance(1200ms);
    const auto button = [&f] {
        return f.sheet()->findChild<QPushButton*>(QStringLiteral("acknowledge.ai-search"));
    };
    QTRY_VERIFY(button() != nullptr);
    QVERIFY(!button()->isEnabled());
    QVERIFY(!button()->toolTip().isEmpty());
    QTest::keyClicks(
        f.sheet()->findChild<QLineEdit*>(QStringLiteral("acknowledgeReason.ai-search")),
        QStringLiteral("fixed in v9"));
    QVERIFY(button()->isEnabled());
    QTest::mouseClick(button(), Qt::LeftButton);
    QTRY_COMPARE(f.control.calls("routing.acknowledge"), 1);
    QCOMPARE(f.control.lastArguments("routing.acknowledge")["reason"].get<std::string>(),
             std::string("fixed in v9"));
    QTRY_VERIFY(!f.sheet()->isVisible());
}

void TestRollbackSheet::readOnlyBlocksIt()
{
    ShellFixture f;
    f.window.setReadOnly(true);
    auto* red = f.window.findChild<HoldButton*>(QStringLiteral("redButton"));
    QVERIFY(!red->isEnabled());
    QVERIFY(red->toolTip().contains(QLatin1String("Ctrl+L")));
    f.openSheet();
    QVERIFY(!f.sheet()->findChild<HoldButton*>(QStringLiteral("rollback.ai-search"))->isEnabled());
    f.window.setReadOnly(false);
    QTRY_VERIFY(
        f.sheet()->findChild<HoldButton*>(QStringLiteral("rollback.ai-search"))->isEnabled());
}

void TestRollbackSheet::failureIsSaid()
{
    ShellFixture f;
    f.openSheet();
    f.control.setState(tests::FakePlane::State::Disconnected);
    QTest::mousePress(f.sheet()->findChild<HoldButton*>(QStringLiteral("rollback.ai-search")),
                      Qt::LeftButton);
    f.clock.advance(1200ms);
    QTRY_VERIFY(f.window.messages().has(QStringLiteral("red.failed")));
}

void TestRollbackSheet::shortcutOpensItAnywhere()
{
    ShellFixture f;
    QTest::keyClick(&f.window, Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(f.sheet()->isVisible());
}

void TestRollbackSheet::escapeClosesTheSheet()
{
    ShellFixture f;
    f.openSheet();
    QTest::keyClick(f.sheet()->findChild<HoldButton*>(), Qt::Key_Escape);
    QVERIFY(!f.sheet()->isVisible());
}

void TestRollbackSheet::aPressElsewhereIsSaid()
{
    ShellFixture f;
    f.window.goTo({QStringLiteral("requests"), {}, {}});
    f.plane.execute("routing.kill", Json{{"route", "ai-search"}, {"reason", "from a script"}}, this,
                    {});
    QTRY_VERIFY(f.window.messages().has(QStringLiteral("red.elsewhere")));
    QVERIFY(!f.sheet()->isVisible()); // said, without taking the focus
}

QTEST_MAIN(TestRollbackSheet)
#include "tst_rollbacksheet.moc"
