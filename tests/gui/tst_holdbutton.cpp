// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/manualclock.h"
#include "ui/widgets/holdbutton.h"

#include <QApplication>
#include <QSignalSpy>
#include <QTest>

using namespace std::chrono_literals;
using sluice::tests::ManualClock;
using sluice::ui::HoldButton;
using sluice::ui::HoldGeometry;
using sluice::ui::HoldGesture;
using sluice::ui::Theme;

class TestHoldButton final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void gestureCompletesOnceAPress();
    void gestureCountsDown();
    void ringAndTextDoNotOverlap();
    void confirmsAfterTheHold_data();
    void confirmsAfterTheHold();
    void lettingGoEarlyCancels_data();
    void lettingGoEarlyCancels();
    void escapeCancels();
    void draggingOffCancels();
    void losingTheFocusCancels();
    void keyRepeatDoesNotRestart();
    void keyRepeatMayComeAsReleaseAndPress();
    void blockedSaysWhy();
    void withoutHoldingAPressIsEnough();

private:
    struct Fixture
    {
        Fixture()
        {
            button.setText(QStringLiteral("Roll back"));
            button.setConsequence(QStringLiteral("20 % to 0 %"));
            button.show();
            button.activateWindow();
            button.setFocus();
        }
        ManualClock clock;
        Theme theme{*qApp, Theme::Mode::Light};
        HoldButton button{theme, clock};
        QSignalSpy confirmed{&button, &HoldButton::confirmed};
        QSignalSpy tapped{&button, &HoldButton::tapped};

        void press(int key)
        {
            if (key == 0) {
                QTest::mousePress(&button, Qt::LeftButton);
            } else {
                QTest::keyPress(&button, static_cast<Qt::Key>(key));
            }
        }
        void release(int key)
        {
            if (key == 0) {
                QTest::mouseRelease(&button, Qt::LeftButton);
            } else {
                QTest::keyRelease(&button, static_cast<Qt::Key>(key));
            }
        }
    };
    static void ways()
    {
        QTest::addColumn<int>("key");
        QTest::newRow("mouse") << 0;
        QTest::newRow("Space") << int(Qt::Key_Space);
        QTest::newRow("Return") << int(Qt::Key_Return);
        QTest::newRow("Enter") << int(Qt::Key_Enter);
    }
};

void TestHoldButton::gestureCompletesOnceAPress()
{
    HoldGesture gesture;
    const sluice::SteadyTime start{};
    QVERIFY(!gesture.complete(start + 5s));
    gesture.press(start);
    QVERIFY(!gesture.complete(start + 1199ms));
    QVERIFY(gesture.complete(start + 1200ms));
    QVERIFY(!gesture.complete(start + 3s));
    gesture.press(start + 3s); // still held: not a new press
    QVERIFY(!gesture.complete(start + 9s));
    gesture.cancel();
    gesture.press(start + 10s);
    QVERIFY(gesture.complete(start + 12s));
}

void TestHoldButton::gestureCountsDown()
{
    HoldGesture gesture;
    const sluice::SteadyTime start{};
    QCOMPARE(gesture.progress(start), 0.0);
    gesture.press(start);
    QCOMPARE(gesture.progress(start + 300ms), 0.25);
    QCOMPARE(gesture.remaining(start + 300ms), 900ms);
    QCOMPARE(gesture.progress(start + 9s), 1.0);
    QCOMPARE(gesture.remaining(start + 9s), 0ms);
}

void TestHoldButton::ringAndTextDoNotOverlap()
{
    const HoldGeometry geometry = HoldGeometry::of(QRectF(0, 0, 160, 34), 8);
    QVERIFY(QRectF(0, 0, 160, 34).contains(geometry.ring));
    QCOMPARE(geometry.ring.width(), geometry.ring.height());
    QVERIFY(!geometry.ring.intersects(geometry.text));
}

void TestHoldButton::confirmsAfterTheHold_data()
{
    ways();
}

void TestHoldButton::confirmsAfterTheHold()
{
    QFETCH(int, key);
    Fixture f;
    f.press(key);
    f.clock.advance(1200ms);
    QTRY_COMPARE(f.confirmed.count(), 1);
    f.clock.advance(5s);
    f.release(key);
    QCOMPARE(f.confirmed.count(), 1);
    QCOMPARE(f.tapped.count(), 0);
}

void TestHoldButton::lettingGoEarlyCancels_data()
{
    ways();
}

void TestHoldButton::lettingGoEarlyCancels()
{
    QFETCH(int, key);
    Fixture f;
    f.press(key);
    f.clock.advance(1199ms);
    f.release(key);
    f.clock.advance(5s); // time after the release does not count
    QTRY_COMPARE(f.tapped.count(), 1);
    QVERIFY(!f.button.held());
    QCOMPARE(f.confirmed.count(), 0);
}

void TestHoldButton::escapeCancels()
{
    Fixture f;
    QTest::keyPress(&f.button, Qt::Key_Space);
    QVERIFY(f.button.held());
    QTest::keyClick(&f.button, Qt::Key_Escape);
    f.clock.advance(5s);
    QTest::keyRelease(&f.button, Qt::Key_Space);
    QCOMPARE(f.confirmed.count(), 0);
    QCOMPARE(f.tapped.count(), 0);
}

void TestHoldButton::draggingOffCancels()
{
    Fixture f;
    QTest::mousePress(&f.button, Qt::LeftButton);
    QMouseEvent away(QEvent::MouseMove, QPointF(-40, -40), QPointF(-40, -40), Qt::NoButton,
                     Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&f.button, &away);
    QVERIFY(!f.button.held());
}

void TestHoldButton::losingTheFocusCancels()
{
    Fixture f;
    QTest::keyPress(&f.button, Qt::Key_Space);
    QFocusEvent out(QEvent::FocusOut);
    QApplication::sendEvent(&f.button, &out);
    QVERIFY(!f.button.held());
}

void TestHoldButton::keyRepeatDoesNotRestart()
{
    Fixture f;
    QTest::keyPress(&f.button, Qt::Key_Space);
    f.clock.advance(1s);
    QKeyEvent repeatUp(QEvent::KeyRelease, Qt::Key_Space, Qt::NoModifier, QStringLiteral(" "),
                       true);
    QKeyEvent repeatDown(QEvent::KeyPress, Qt::Key_Space, Qt::NoModifier, QStringLiteral(" "),
                         true);
    QApplication::sendEvent(&f.button, &repeatUp);
    QApplication::sendEvent(&f.button, &repeatDown);
    f.clock.advance(200ms);
    QTRY_COMPARE(f.confirmed.count(), 1);
}

void TestHoldButton::keyRepeatMayComeAsReleaseAndPress()
{
    Fixture f;
    QTest::keyPress(&f.button, Qt::Key_Space);
    for (int repeat = 0; repeat < 12; ++repeat) {
        f.clock.advance(100ms);
        QTest::keyRelease(&f.button,
                          Qt::Key_Space); // as some X servers send it: not marked as a repeat
        QTest::keyPress(&f.button, Qt::Key_Space);
    }
    QTRY_COMPARE(f.confirmed.count(), 1);
    QCOMPARE(f.tapped.count(), 0);
}

void TestHoldButton::blockedSaysWhy()
{
    Fixture f;
    QTest::keyPress(&f.button, Qt::Key_Space);
    f.button.setBlocked(QStringLiteral("read-only"));
    f.clock.advance(5s);
    QCoreApplication::processEvents();
    QCOMPARE(f.confirmed.count(), 0);
    QVERIFY(!f.button.isEnabled());
    QCOMPARE(f.button.toolTip(), QStringLiteral("read-only"));
    f.button.setBlocked({});
    QVERIFY(f.button.isEnabled());
    QCOMPARE(f.button.toolTip(), QStringLiteral("20 % to 0 %"));
}

void TestHoldButton::withoutHoldingAPressIsEnough()
{
    Fixture f;
    f.button.setHolds(false);
    QTest::mousePress(&f.button, Qt::LeftButton);
    QCOMPARE(f.tapped.count(), 1);
    f.clock.advance(5s);
    QTest::mouseRelease(&f.button, Qt::LeftButton);
    QCOMPARE(f.tapped.count(), 1);
    QCOMPARE(f.confirmed.count(), 0);
}

QTEST_MAIN(TestHoldButton)
#include "tst_holdbutton.moc"
