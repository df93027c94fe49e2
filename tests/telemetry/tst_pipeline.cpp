// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/guarded.h"
#include "core/telemetry/pipeline.h"
#include "tests/support/manualclock.h"
#include "tests/support/samplerecords.h"

#include <QTest>

#include <set>
#include <thread>

using namespace sluice;
using namespace sluice::telemetry;
using namespace std::chrono_literals;

namespace {

/// Keeps everything.
class KeepingSink final : public BatchSink
{
public:
    void accept(Batch batch) override
    {
        m_all.with([&](Batch& all) {
            std::move(batch.records.begin(), batch.records.end(), std::back_inserter(all.records));
            std::move(batch.seconds.begin(), batch.seconds.end(), std::back_inserter(all.seconds));
        });
    }
    Batch all() const
    {
        return m_all.with([](const Batch& all) { return all; });
    }
    Aggregate sums() const
    {
        Aggregate result;
        for (const SecondAggregate& second : all().seconds) {
            result.merge(second.sums);
        }
        return result;
    }

private:
    Guarded<Batch> m_all;
};

} // namespace

class TestPipeline final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void handsRecordsAndSecondsToTheSink();
    void losesNothingFromManyThreads();
    void aggregatesAreCompleteWhenTheRingIsFull();
    void samplesAboveTheLimitAndCountsIt();
    void clockSetBackLosesNothing();
    void recentKeepsAnHour();
    void stopDrainsAndMayBeRepeated();
};

void TestPipeline::handsRecordsAndSecondsToTheSink()
{
    tests::ManualClock clock;
    KeepingSink sink;
    Pipeline pipeline({}, clock, sink);
    pipeline.start();
    Recorder& recorder = pipeline.recorder(0);
    const std::int64_t second = toMicros(clock.now()) / 1'000'000;
    QVERIFY(!pipeline.latestSecond());
    recorder.record(tests::fullRecord(clock.now()));
    recorder.record(tests::plainRecord(1, clock.now()));
    recorder.flush(); // the second is not over: no aggregates yet
    QTRY_COMPARE(sink.all().records.size(), 2U);
    QVERIFY(sink.all().seconds.empty());
    clock.advance(1s);
    recorder.flush();
    QTRY_COMPARE(sink.all().seconds.size(), 2U);
    QCOMPARE(sink.all().records[0].attempts.size(), 2U);
    const auto recent = pipeline.recent(second);
    QCOMPARE(recent.size(), 2U);
    QCOMPARE(recent[0].second, second);
    QCOMPARE(recent[0].key.unit, tests::kStableUnit);
    QCOMPARE(recent[0].key.gateway, std::string("gw-1"));
    QVERIFY(pipeline.recent(second + 1).empty());
    QCOMPARE(pipeline.recent(second, "support-assistant").size(), 2U);
    QVERIFY(pipeline.recent(second, "another").empty());
    QCOMPARE(pipeline.requests(second, second + 1), 2U - recent[0].sums.retries -
                                                        recent[1].sums.retries);
    QCOMPARE(pipeline.requests(second, second + 1, "another"), 0U);
    QCOMPARE(pipeline.requests(second + 1, second + 9), 0U);
    QCOMPARE(pipeline.latestSecond(), std::optional(second));
    const PipelineCounters counters = pipeline.counters();
    QCOMPARE(counters.recorded, 2U);
    QCOMPARE(counters.dropped + counters.sampledOut + counters.queued, 0U);
}

void TestPipeline::losesNothingFromManyThreads()
{
    constexpr std::size_t kThreads = 4;
    constexpr std::uint32_t kEach = 20'000;
    const SystemClock clock;
    KeepingSink sink;
    Pipeline pipeline({.threads = kThreads, .ringCapacity = 256, .keepAllBelow = UINT32_MAX}, clock,
                      sink);
    pipeline.start();
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
            for (std::uint32_t n = 0; n < kEach; ++n) {
                pipeline.recorder(i).record(
                    tests::plainRecord(static_cast<std::uint32_t>(i) * kEach + n, fromMicros(n)));
                if (n % 512 == 0) {
                    std::this_thread::yield();
                    pipeline.recorder(i).flush();
                }
            }
        });
    }
    for (int i = 0; i < 50; ++i) { // readers, meanwhile
        QVERIFY(pipeline.counters().recorded <= kThreads * kEach);
        static_cast<void>(pipeline.recent(0));
        static_cast<void>(pipeline.prometheus());
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    pipeline.stop();
    const PipelineCounters counters = pipeline.counters();
    QCOMPARE(counters.recorded, std::uint64_t{kThreads * kEach});
    QCOMPARE(counters.queued, 0U);
    const Batch all = sink.all();
    QCOMPARE(all.records.size() + counters.dropped, counters.recorded);
    std::set<std::string> ids;
    for (const RequestRecord& record : all.records) {
        ids.insert(record.id);
    }
    QCOMPARE(ids.size(), all.records.size()); // nothing came twice
    const Aggregate sums = sink.sums();
    QCOMPARE(sums.requests, counters.recorded);
    QCOMPARE(sums.latency.count(), counters.recorded);
    QCOMPARE(sums.cost.of("USD"), static_cast<std::int64_t>(counters.recorded) * 960);
}

void TestPipeline::aggregatesAreCompleteWhenTheRingIsFull()
{
    tests::ManualClock clock;
    KeepingSink sink;
    Pipeline pipeline({.ringCapacity = 16, .keepAllBelow = UINT32_MAX}, clock,
                      sink); // nobody collects
    for (std::uint32_t n = 0; n < 1000; ++n) {
        pipeline.recorder(0).record(tests::plainRecord(n, clock.now()));
    }
    QCOMPARE(pipeline.counters().queued, 16U);
    pipeline.stop();
    QCOMPARE(sink.all().records.size(), 16U);
    QCOMPARE(pipeline.counters().dropped, 984U);
    QCOMPARE(sink.sums().requests, 1000U);
    QVERIFY(pipeline.prometheus().find("sluice_records_dropped_total 984\n") != std::string::npos);
}

void TestPipeline::samplesAboveTheLimitAndCountsIt()
{
    tests::ManualClock clock;
    KeepingSink sink;
    Pipeline pipeline({.ringCapacity = 65'536, .keepAllBelow = 100}, clock, sink);
    unsigned errors = 0;
    for (int second = 0; second < 10; ++second) {
        for (std::uint32_t n = 0; n < 1000; ++n) {
            RequestRecord record = tests::plainRecord(n, clock.now());
            if (n % 50 == 0) {
                record.outcome = Outcome::ProviderError;
                ++errors;
            }
            pipeline.recorder(0).record(std::move(record));
        }
        clock.advance(1s);
    }
    pipeline.stop();
    const Batch all = sink.all();
    const PipelineCounters counters = pipeline.counters();
    QVERIFY(counters.sampledOut > 8000);
    QCOMPARE(all.records.size() + counters.sampledOut, 10'000U);
    const auto kept = std::count_if(all.records.begin(), all.records.end(), [](const auto& record) {
        return record.outcome != Outcome::Ok;
    });
    QCOMPARE(unsigned(kept), errors);
    QCOMPARE(sink.sums().requests, 10'000U);
    QCOMPARE(sink.sums().errors, errors);
}

void TestPipeline::clockSetBackLosesNothing()
{
    tests::ManualClock clock;
    KeepingSink sink;
    Pipeline pipeline({}, clock, sink);
    for (const auto step : {1h, -2h, 1h}) {
        pipeline.recorder(0).record(tests::plainRecord(1, clock.now()));
        clock.advance(step);
    }
    pipeline.recorder(0).record(tests::plainRecord(1, clock.now()));
    pipeline.stop();
    QCOMPARE(sink.sums().requests, 4U);
}

void TestPipeline::recentKeepsAnHour()
{
    tests::ManualClock clock;
    KeepingSink sink;
    Pipeline pipeline({.threads = 2}, clock, sink);
    const std::int64_t start = toMicros(clock.now()) / 1'000'000;
    for (int minute = 0; minute < 90; ++minute) {
        // Two threads' parts of one second become one.
        pipeline.recorder(0).record(tests::plainRecord(1, clock.now()));
        pipeline.recorder(1).record(tests::plainRecord(1, clock.now()));
        clock.advance(1min);
    }
    pipeline.stop();
    const auto recent = pipeline.recent(0);
    QCOMPARE(recent.size(), 60U);
    QCOMPARE(recent.front().second, start + 30 * 60);
    QCOMPARE(recent.back().second, start + 89 * 60);
    for (const SecondAggregate& second : recent) {
        QCOMPARE(second.sums.requests, 2U);
    }
    QCOMPARE(pipeline.recent(start + 80 * 60).size(), 10U);
}

void TestPipeline::stopDrainsAndMayBeRepeated()
{
    tests::ManualClock clock;
    KeepingSink sink;
    Pipeline pipeline({}, clock, sink);
    pipeline.start();
    pipeline.start();
    pipeline.recorder(0).record(tests::plainRecord(1, clock.now()));
    pipeline.stop();
    pipeline.stop();
    QCOMPARE(sink.all().records.size(), 1U);
    QCOMPARE(sink.sums().requests, 1U);
}

QTEST_GUILESS_MAIN(TestPipeline)
#include "tst_pipeline.moc"
