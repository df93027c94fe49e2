// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/outputrate.h"

#include <QTest>

using namespace sluice;
using gateway::OutputRate;
using namespace std::chrono_literals;

class OutputRateTest final : public QObject
{
    Q_OBJECT

private slots:
    void slidesOverTheWindow();
    void beginsAgain();
};

/// Half a second a step: a window of three.
void OutputRateTest::slidesOverTheWindow()
{
    OutputRate rate;
    const SteadyTime start{};
    rate.restart(start, 0);
    for (int step = 1; step < 6; ++step) {
        QVERIFY(!rate.sample(start + step * 500ms, 300)); // no whole window yet
    }
    QCOMPARE(rate.sample(start + 3000ms, 300), std::optional(100.0));
    // The fast beginning leaves the window a step later.
    QCOMPARE(rate.sample(start + 3500ms, 300), std::optional(0.0));
    QCOMPARE(rate.sample(start + 4000ms, 330), std::optional(10.0));
    // A late timer makes the window longer, not the rate higher.
    QCOMPARE(rate.sample(start + 5500ms, 340), std::optional(10.0));
}

void OutputRateTest::beginsAgain()
{
    OutputRate rate;
    SteadyTime now{};
    rate.restart(now, 0);
    for (int step = 0; step < 5; ++step) {
        QVERIFY(!rate.sample(now += 500ms, 0));
    }
    rate.restart(now, 7);
    for (int step = 0; step < 5; ++step) {
        QVERIFY(!rate.sample(now += 500ms, 10));
    }
    QCOMPARE(rate.sample(now += 500ms, 10), std::optional(1.0));
}

QTEST_GUILESS_MAIN(OutputRateTest)
#include "tst_outputrate.moc"
