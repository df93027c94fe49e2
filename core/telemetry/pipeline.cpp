// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/pipeline.h"

#include "core/base/guarded.h"
#include "core/base/threads.h"
#include "core/telemetry/exposition.h"
#include "core/telemetry/history.h"
#include "core/telemetry/threadrecorder.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace sluice::telemetry {

namespace {

constexpr std::chrono::milliseconds kPoll{250};

} // namespace

struct Pipeline::Impl
{
    Impl(const PipelineOptions& options, const Clock& theClock, BatchSink& theSink)
        : clock(theClock)
        , sink(theSink)
        , board(options.threads)
    {
        for (std::size_t i = 0; i < options.threads; ++i) {
            recorders.push_back(std::make_unique<ThreadRecorder>(
                i, options.ringCapacity, options.keepAllBelow, clock, board, blocks));
        }
    }

    void run();
    void collect();
    void takeRecords(Batch& batch);
    void takeBlocks(Batch& batch);

    /// What queries read. Its lock is the collector's and the readers', never an I/O thread's.
    struct View
    {
        History history;
        Exposition totals;
    };

    const Clock& clock;
    BatchSink& sink;
    LoadBoard board;
    MpscList<SecondBlock> blocks;
    std::vector<std::unique_ptr<ThreadRecorder>> recorders;
    Guarded<View> view;

    std::mutex stopMutex;
    std::condition_variable stopAsked;
    bool stopping = false; ///< under stopMutex
    std::thread collector;
};

void Pipeline::Impl::run()
{
    std::unique_lock lock(stopMutex);
    while (!stopAsked.wait_for(lock, kPoll, [this] { return stopping; })) {
        lock.unlock();
        collect();
        lock.lock();
    }
}

void Pipeline::Impl::collect()
{
    Batch batch;
    takeRecords(batch);
    takeBlocks(batch);
    if (!batch.records.empty() || !batch.seconds.empty()) {
        sink.accept(std::move(batch));
    }
}

void Pipeline::Impl::takeRecords(Batch& batch)
{
    std::size_t waiting = 0;
    for (const auto& recorder : recorders) {
        waiting += recorder->ring().size();
    }
    batch.records.reserve(waiting);
    for (const auto& recorder : recorders) {
        // No more than what waited when this began: a busy thread must not keep the collector here.
        std::unique_ptr<RequestRecord> record;
        for (std::size_t left = recorder->ring().size(); left > 0 && recorder->ring().pop(record);
             --left) {
            batch.records.push_back(std::move(*record));
        }
    }
}

void Pipeline::Impl::takeBlocks(Batch& batch)
{
    std::unique_ptr<SecondBlock> chain = blocks.takeAll();
    const std::int64_t now =
        std::chrono::floor<std::chrono::seconds>(clock.now()).time_since_epoch().count();
    view.with([&](View& seen) {
        for (const SecondBlock* block = chain.get(); block != nullptr; block = block->next.get()) {
            seen.totals.add(*block);
            for (const auto& [key, sums] : block->keys) {
                seen.history.add(block->second, key, sums.sums);
            }
        }
        seen.history.trim(now);
    });
    for (; chain; chain = std::move(chain->next)) {
        while (!chain->keys.empty()) {
            auto entry = chain->keys.extract(chain->keys.begin());
            batch.seconds.push_back(
                {chain->second, std::move(entry.key()), std::move(entry.mapped().sums)});
        }
    }
}

Pipeline::Pipeline(PipelineOptions options, const Clock& clock, BatchSink& sink)
    : m_impl(std::make_unique<Impl>(options, clock, sink))
{
}

Pipeline::~Pipeline()
{
    stop();
}

Recorder& Pipeline::recorder(std::size_t index)
{
    return *m_impl->recorders.at(index);
}

void Pipeline::start()
{
    if (!m_impl->collector.joinable()) {
        m_impl->collector = std::thread([impl = m_impl.get()] {
            describeThread("collector", ThreadUse::Background);
            impl->run();
        });
    }
}

void Pipeline::stop()
{
    if (m_impl->collector.joinable()) {
        {
            const std::lock_guard lock(m_impl->stopMutex);
            m_impl->stopping = true;
        }
        m_impl->stopAsked.notify_one();
        m_impl->collector.join();
        m_impl->stopping = false; // joined: start() may follow
    }
    for (const auto& recorder : m_impl->recorders) {
        recorder->finish();
    }
    m_impl->collect();
}

PipelineCounters Pipeline::counters() const noexcept
{
    PipelineCounters result;
    for (const auto& recorder : m_impl->recorders) {
        result.recorded += recorder->recorded();
        result.dropped += recorder->dropped();
        result.sampledOut += recorder->sampledOut();
        result.queued += recorder->ring().size();
    }
    return result;
}

std::vector<SecondAggregate> Pipeline::recent(std::int64_t fromSecond, std::string_view route) const
{
    return m_impl->view.with(
        [&](const Impl::View& seen) { return seen.history.from(fromSecond, route); });
}

std::uint64_t Pipeline::requests(std::int64_t from, std::int64_t to, std::string_view route) const
{
    return m_impl->view.with(
        [&](const Impl::View& seen) { return seen.history.requests(from, to, route); });
}

std::optional<std::int64_t> Pipeline::latestSecond() const
{
    return m_impl->view.with([](const Impl::View& seen) { return seen.history.latest(); });
}

std::string Pipeline::prometheus() const
{
    const PipelineCounters now = counters();
    return m_impl->view.with(
        [&](const Impl::View& seen) { return seen.totals.text(now.dropped, now.sampledOut); });
}

} // namespace sluice::telemetry
