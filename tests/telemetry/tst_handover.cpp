// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/mpsclist.h"
#include "core/telemetry/spscring.h"

#include <QTest>

#include <array>
#include <string>
#include <thread>
#include <vector>

using namespace sluice::telemetry;

namespace {

struct Node
{
    unsigned thread = 0;
    unsigned number = 0;
    std::unique_ptr<Node> next;
};

} // namespace

class TestHandover final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ringIsBoundedAndInOrder();
    void ringDestroysWhatIsLeft();
    void ringLosesNothingBetweenThreads();
    void listHandsOverOldestFirst();
    void listLosesNothingFromManyThreads();
};

void TestHandover::ringIsBoundedAndInOrder()
{
    SpscRing<std::string> ring(3);
    QCOMPARE(ring.capacity(), 4U);
    for (int lap = 0; lap < 5; ++lap) {
        for (int i = 0; i < 4; ++i) {
            QVERIFY(ring.push("value " + std::to_string(i)));
        }
        std::string refused = "a value too long for the small buffer";
        QVERIFY(!ring.push(std::move(refused)));
        QCOMPARE(refused, std::string("a value too long for the small buffer"));
        QCOMPARE(ring.size(), 4U);
        std::string out;
        for (int i = 0; i < 4; ++i) {
            QVERIFY(ring.pop(out));
            QCOMPARE(out, "value " + std::to_string(i));
        }
        QVERIFY(!ring.pop(out));
    }
}

void TestHandover::ringDestroysWhatIsLeft()
{
    const auto counted = std::make_shared<int>(0);
    {
        SpscRing<std::shared_ptr<int>> ring(8);
        for (int i = 0; i < 5; ++i) {
            auto copy = counted;
            QVERIFY(ring.push(std::move(copy)));
        }
        std::shared_ptr<int> out;
        QVERIFY(ring.pop(out));
        QCOMPARE(counted.use_count(), 6);
    }
    QCOMPARE(counted.use_count(), 1);
}

void TestHandover::ringLosesNothingBetweenThreads()
{
    constexpr unsigned kCount = 200'000;
    SpscRing<std::string> ring(64);
    std::thread producer([&] {
        for (unsigned i = 0; i < kCount; ++i) {
            std::string value = std::to_string(i);
            while (!ring.push(std::move(value))) {
                std::this_thread::yield();
            }
        }
    });
    unsigned expected = 0;
    bool inOrder = true;
    std::string value;
    while (expected < kCount) {
        if (ring.pop(value)) {
            inOrder = inOrder && value == std::to_string(expected);
            ++expected;
        } else {
            std::this_thread::yield();
        }
    }
    producer.join();
    QVERIFY(inOrder);
    QCOMPARE(ring.size(), 0U);
}

void TestHandover::listHandsOverOldestFirst()
{
    MpscList<Node> list;
    QVERIFY(!list.takeAll());
    for (unsigned i = 0; i < 3; ++i) {
        auto node = std::make_unique<Node>();
        node->number = i;
        list.push(std::move(node));
    }
    const auto chain = list.takeAll();
    QCOMPARE(chain->number, 0U);
    QCOMPARE(chain->next->number, 1U);
    QCOMPARE(chain->next->next->number, 2U);
    QVERIFY(!chain->next->next->next);
    QVERIFY(!list.takeAll());
}

void TestHandover::listLosesNothingFromManyThreads()
{
    constexpr unsigned kThreads = 4;
    constexpr unsigned kEach = 5000;
    MpscList<Node> list;
    std::vector<std::thread> producers;
    for (unsigned thread = 0; thread < kThreads; ++thread) {
        producers.emplace_back([&list, thread] {
            for (unsigned i = 0; i < kEach; ++i) {
                auto node = std::make_unique<Node>();
                node->thread = thread;
                node->number = i;
                list.push(std::move(node));
            }
        });
    }
    std::array<unsigned, kThreads> next{};
    bool inOrder = true;
    unsigned seen = 0;
    while (seen < kThreads * kEach) {
        for (auto chain = list.takeAll(); chain; chain = std::move(chain->next)) {
            inOrder = inOrder && chain->number == next[chain->thread];
            ++next[chain->thread];
            ++seen;
        }
        std::this_thread::yield();
    }
    for (std::thread& producer : producers) {
        producer.join();
    }
    QVERIFY(inOrder);
}

QTEST_GUILESS_MAIN(TestHandover)
#include "tst_handover.moc"
