// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/damage.h"
#include "core/store/sumsbacklog.h"
#include "core/store/telemetryreader.h"
#include "core/store/telemetrystore.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace sluice::store {

class TelemetryWriter;

/// TelemetryStore on SQLite: a queue, the writer's thread, and the readers' queries.
class SqliteTelemetryStore final : public TelemetryStore
{
public:
    SqliteTelemetryStore(TelemetryStoreOptions options, const Clock& clock);
    /// Writes what waits, then joins the writer.
    ~SqliteTelemetryStore() override;

    void accept(telemetry::Batch batch) override;
    [[nodiscard]] Result<std::vector<Series>> series(const SeriesQuery& query) const override;
    [[nodiscard]] Result<RecordPage> records(const RecordQuery& query) const override;
    [[nodiscard]] Result<bool> traffic(const TrafficQuery& query,
                                       const TrafficVisit& visit) const override;
    [[nodiscard]] TelemetryStoreState state() const override;
    Status flush() override;

private:
    void run();
    /// Sleeps until there is work; takes it. False when there will be no more.
    bool takeWork(std::uint64_t& flushTicket);
    Status write(TelemetryWriter& writer);
    Status writeRecords(TelemetryWriter& writer);
    void report(const Status& status, std::uint64_t flushTicket);
    [[nodiscard]] bool urgent() const noexcept;

    TelemetryStoreOptions m_options;
    const Clock& m_clock;
    mutable Damage m_damage;
    TelemetryReader m_reader;

    mutable std::mutex m_mutex;
    std::condition_variable m_wake; ///< the writer waits
    std::condition_variable m_done; ///< flush() waits
    telemetry::Batch m_incoming;    ///< from here to m_failing under m_mutex
    TelemetryStoreState m_state;
    std::uint64_t m_flushAsked = 0;
    std::uint64_t m_flushDone = 0;
    Status m_flushResult;
    bool m_stopping = false;
    bool m_failing = false; ///< the last try failed: wait before the next

    // The writer's own: taken from m_incoming, not written yet.
    std::vector<telemetry::RequestRecord> m_pending;
    std::size_t m_pendingWritten = 0; ///< of m_pending
    SumsBacklog m_sums;

    std::thread m_thread; ///< last: starts when all else is there
};

} // namespace sluice::store
