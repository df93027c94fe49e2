// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/telemetry/aggregate.h"
#include "core/telemetry/recorder.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace sluice::telemetry {

/// What the pipeline hands on about four times a second.
struct Batch
{
    std::vector<RequestRecord> records;
    std::vector<SecondAggregate>
        seconds; ///< finished seconds only; the same (key, second) may come in parts: merge
};

/// Who takes batches (the store). Called on the collector thread; must not block for long: queue
/// and return.
class BatchSink
{
public:
    virtual ~BatchSink() = default;
    virtual void accept(Batch batch) = 0;
};

struct PipelineOptions
{
    std::size_t threads = 1;
    std::size_t ringCapacity = 16384; ///< records a thread
    std::uint32_t keepAllBelow =
        2000; ///< requests a second; above it, errors, fallbacks, refusals and a sample
};

/// Counters since start. Any thread.
struct PipelineCounters
{
    std::uint64_t recorded = 0;
    std::uint64_t dropped = 0; ///< ring was full
    std::uint64_t sampledOut = 0;
    std::uint64_t queued = 0; ///< waiting now
};

/// Takes records from I/O threads to a sink. Hand-over is lock-free: an SPSC ring a thread for
/// records, and each thread's own aggregates, published by itself once a second. Aggregates count
/// every request, dropped or sampled.
class Pipeline
{
public:
    Pipeline(PipelineOptions options, const Clock& clock, BatchSink& sink);
    ~Pipeline(); ///< stop()

    /// The recorder of I/O thread `index`. Lives as long as the pipeline.
    [[nodiscard]] Recorder& recorder(std::size_t index);
    void start();
    /// Drains what is there into the sink and joins. Recorders must no longer be used.
    void stop();

    [[nodiscard]] PipelineCounters counters() const noexcept;
    /// Aggregates of the last hour by second, of a route (empty: of all), for live charts; any
    /// thread, takes a lock of its own that no I/O thread ever takes. Decodes what it returns, so
    /// ask for no more than is shown.
    [[nodiscard]] std::vector<SecondAggregate> recent(std::int64_t fromSecond,
                                                      std::string_view route = {}) const;
    /// Requests of the last hour's seconds [from, to), likewise, without decoding anything.
    [[nodiscard]] std::uint64_t requests(std::int64_t from, std::int64_t to,
                                         std::string_view route = {}) const;
    /// The second of the latest record since the start; nothing if there was none. Any thread.
    [[nodiscard]] std::optional<std::int64_t> latestSecond() const;
    /// Prometheus text of everything since start: the families of contracts.md, Gateway. Any
    /// thread.
    [[nodiscard]] std::string prometheus() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace sluice::telemetry
