// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/deadlines.h"
#include "core/net/iothread.h"
#include "core/net/timerwheel.h"

#include <QTest>

#include <future>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <vector>

using namespace sluice::net;
using namespace std::chrono_literals;

namespace {

/// A timer that writes down when it fired.
struct Probe
{
    explicit Probe(const TimerWheel& clock)
        : wheel(clock)
        , timer([](void* self) { static_cast<Probe*>(self)->fire(); }, this)
    {
    }
    void fire()
    {
        fired.push_back(wheel.now());
        if (then) {
            then();
        }
    }

    const TimerWheel& wheel;
    std::vector<TimerWheel::Tick> fired;
    std::function<void()> then;
    TimerWheel::Timer timer;
};

using Ticks = std::vector<TimerWheel::Tick>;

} // namespace

class TestDeadlines : public QObject
{
    Q_OBJECT

private slots:
    void firesOnItsTick_data();
    void firesOnItsTick();
    void agreesWithASortedMap();
    void farTimersWakeSeldom();
    void rearmsAndCancels();
    void callbacksMayDoAnything();
    void timersOutliveTheWheel();
    void firesAfterTheTime();
    void handlesCancel();
    void callbackMayDestroyItsHandle();
    void nearDeadlineOvertakesAFarOne();
    void workOfAStoppedThreadIsDropped();
};

void TestDeadlines::firesOnItsTick_data()
{
    QTest::addColumn<qulonglong>("start");
    QTest::addColumn<qulonglong>("due");
    for (const qulonglong start : {0ULL, 1ULL, 63ULL, 64ULL, 4095ULL, 262'143ULL, 123'456'789ULL}) {
        for (const qulonglong after :
             {1ULL, 2ULL, 63ULL, 64ULL, 65ULL, 127ULL, 4031ULL, 4095ULL, 4096ULL, 4097ULL,
              262'143ULL, 262'144ULL, 300'000ULL, 16'000'000ULL}) {
            QTest::addRow("%llu + %llu", start, after) << start << start + after;
        }
    }
}

void TestDeadlines::firesOnItsTick()
{
    QFETCH(qulonglong, start);
    QFETCH(qulonglong, due);
    TimerWheel wheel(start);
    Probe probe(wheel);
    wheel.arm(probe.timer, due);
    wheel.advance(due - 1);
    QVERIFY(probe.fired.empty());
    QVERIFY(wheel.next() && *wheel.next() <= due);
    wheel.advance(due);
    QCOMPARE(probe.fired, Ticks{due});
    QVERIFY(!probe.timer.armed());
    QVERIFY(!wheel.next() || *wheel.next() > due);
}

void TestDeadlines::agreesWithASortedMap()
{
    std::mt19937 random(7);
    TimerWheel wheel(1'000'000);
    std::vector<std::unique_ptr<Probe>> probes;
    std::vector<std::optional<TimerWheel::Tick>> due(200);
    for (std::size_t i = 0; i < due.size(); ++i) {
        probes.push_back(std::make_unique<Probe>(wheel));
    }
    TimerWheel::Tick now = wheel.now();
    for (int round = 0; round < 20'000; ++round) {
        const std::size_t which = random() % probes.size();
        const auto choice = random() % 10;
        if (choice < 6) {
            due[which] = now + 1 + random() % (1U << (random() % 20));
            wheel.arm(probes[which]->timer, *due[which]);
        } else if (choice == 6) {
            due[which].reset();
            probes[which]->timer.cancel();
        } else {
            now += random() % (1U << (random() % 14));
            wheel.advance(now);
            for (std::size_t i = 0; i < probes.size(); ++i) {
                const bool expected = due[i] && *due[i] <= now;
                QCOMPARE(probes[i]->fired, expected ? Ticks{*due[i]} : Ticks{});
                probes[i]->fired.clear();
                if (expected) {
                    due[i].reset();
                }
            }
        }
    }
}

void TestDeadlines::farTimersWakeSeldom()
{
    TimerWheel wheel(12345);
    Probe probe(wheel);
    wheel.arm(probe.timer, 12345 + 10'000'000);
    int wakes = 0;
    while (probe.fired.empty()) {
        wheel.advance(*wheel.next());
        ++wakes;
    }
    QVERIFY(wakes <= 4);
}

void TestDeadlines::rearmsAndCancels()
{
    TimerWheel wheel;
    Probe probe(wheel);
    wheel.arm(probe.timer, 10);
    wheel.arm(probe.timer, 20); // moves
    wheel.advance(15);
    QVERIFY(probe.fired.empty());
    wheel.advance(20);
    QCOMPARE(probe.fired, Ticks{20});
    wheel.arm(probe.timer, 30);
    probe.timer.cancel();
    probe.timer.cancel();
    wheel.advance(100);
    QCOMPARE(probe.fired, Ticks{20});
    wheel.arm(probe.timer, 5); // in the past: the next tick
    wheel.advance(101);
    QCOMPARE(probe.fired, (Ticks{20, 101}));
}

void TestDeadlines::callbacksMayDoAnything()
{
    TimerWheel wheel;
    Probe again(wheel);
    again.then = [&] {
        if (again.fired.size() < 3) {
            wheel.arm(again.timer, wheel.now() + 64);
        }
    };
    auto victim = std::make_unique<Probe>(wheel);
    Probe killer(wheel);
    killer.then = [&] { victim.reset(); };
    wheel.arm(again.timer, 5);
    wheel.arm(killer.timer, 7);
    wheel.arm(victim->timer, 7); // behind its killer in the same slot
    wheel.advance(1000);
    QCOMPARE(again.fired, (Ticks{5, 69, 133}));
    QCOMPARE(killer.fired, Ticks{7});
}

void TestDeadlines::timersOutliveTheWheel()
{
    auto wheel = std::make_unique<TimerWheel>();
    Probe probe(*wheel);
    wheel->arm(probe.timer, 100);
    wheel.reset();
    QVERIFY(!probe.timer.armed());
}

void TestDeadlines::firesAfterTheTime()
{
    IoThread thread(0, "deadlines");
    thread.start();
    for (const auto time : {0ms, 1ms, 12ms, 30ms}) {
        std::promise<std::chrono::steady_clock::duration> took;
        Deadlines::Handle handle;
        thread.runAndWait([&] {
            const auto begin = std::chrono::steady_clock::now();
            handle = thread.deadlines().arm(
                time, [&, begin] { took.set_value(std::chrono::steady_clock::now() - begin); });
            QVERIFY(handle.armed());
        });
        QVERIFY(took.get_future().get() >= time);
        thread.runAndWait([&] { QVERIFY(!handle.armed()); });
    }
}

void TestDeadlines::handlesCancel()
{
    IoThread thread(0, "deadlines");
    thread.start();
    std::promise<void> last;
    int fired = 0;
    Deadlines::Handle kept;
    thread.runAndWait([&] {
        Deadlines& deadlines = thread.deadlines();
        auto dropped = deadlines.arm(5ms, [&] { ++fired; });
        auto cancelled = deadlines.arm(5ms, [&] { ++fired; });
        deadlines.cancel(cancelled);
        deadlines.cancel(cancelled);
        QVERIFY(!cancelled.armed());
        kept = deadlines.arm(5ms, [&] { ++fired; });
        kept = deadlines.arm(40ms, [&] { last.set_value(); }); // takes the place of the first
    });
    last.get_future().wait();
    thread.runAndWait([&] { QCOMPARE(fired, 0); });
}

void TestDeadlines::callbackMayDestroyItsHandle()
{
    IoThread thread(0, "deadlines");
    thread.start();
    std::promise<std::string> said;
    std::unique_ptr<Deadlines::Handle> handle;
    thread.runAndWait([&] {
        const std::string text = "what the callback has captured lives until it returns";
        handle = std::make_unique<Deadlines::Handle>(thread.deadlines().arm(1ms, [&, text] {
            handle.reset();
            said.set_value(text);
        }));
    });
    QCOMPARE(said.get_future().get(),
             std::string("what the callback has captured lives until it returns"));
}

void TestDeadlines::nearDeadlineOvertakesAFarOne()
{
    IoThread thread(0, "deadlines");
    thread.start();
    std::promise<void> near;
    std::vector<Deadlines::Handle> handles;
    thread.runAndWait([&] {
        handles.push_back(thread.deadlines().arm(10min, [] { QFAIL("far too early"); }));
        handles.push_back(thread.deadlines().arm(5ms, [&] { near.set_value(); }));
    });
    QCOMPARE(near.get_future().wait_for(5s), std::future_status::ready);
    thread.runAndWait([&] { handles.clear(); });
}

void TestDeadlines::workOfAStoppedThreadIsDropped()
{
    bool ran = false;
    {
        IoThread thread(3, "a name longer than the kernel takes");
        QCOMPARE(thread.index(), std::size_t{3});
        thread.start();
        thread.stop();
        thread.post([&] { ran = true; });
        bool direct = false;
        thread.runAndWait([&] { direct = true; }); // nobody else is there
        QVERIFY(direct);
    }
    QVERIFY(!ran);
}

QTEST_APPLESS_MAIN(TestDeadlines)
#include "tst_deadlines.moc"
