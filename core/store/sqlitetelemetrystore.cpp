// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/sqlitetelemetrystore.h"

#include "core/base/log.h"
#include "core/base/threads.h"
#include "core/store/telemetrywriter.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>

namespace sluice::store {

namespace {

/// Records in one transaction.
constexpr std::size_t kBatch = 1000;
/// How long a few records wait for more: the promise is to lose at most a second's.
constexpr std::chrono::milliseconds kLinger{400};
constexpr std::chrono::seconds kRetryAfter{1};
/// Retention goes on without traffic.
constexpr std::chrono::seconds kIdle{30};

} // namespace

Result<std::unique_ptr<TelemetryStore>> TelemetryStore::openSqlite(TelemetryStoreOptions options,
                                                                   const Clock& clock)
{
    std::error_code error;
    std::filesystem::create_directories(options.folder, error);
    if (error) {
        return fail(ErrorCode::Io, "the telemetry folder cannot be made: " + error.message(),
                    options.folder);
    }
    return std::unique_ptr<TelemetryStore>(
        std::make_unique<SqliteTelemetryStore>(std::move(options), clock));
}

SqliteTelemetryStore::SqliteTelemetryStore(TelemetryStoreOptions options, const Clock& clock)
    : m_options(std::move(options))
    , m_clock(clock)
    , m_reader(m_options.folder, m_damage)
    , m_thread([this] { run(); })
{
}

SqliteTelemetryStore::~SqliteTelemetryStore()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void SqliteTelemetryStore::accept(telemetry::Batch batch)
{
    {
        const std::lock_guard lock(m_mutex);
        const std::size_t waiting = static_cast<std::size_t>(m_state.queued);
        const std::size_t room = m_options.queueLimit - std::min(m_options.queueLimit, waiting);
        const std::size_t taken = std::min(room, batch.records.size());
        m_state.queued += taken;
        m_state.dropped += batch.records.size() - taken;
        std::move(batch.records.begin(), batch.records.begin() + static_cast<std::ptrdiff_t>(taken),
                  std::back_inserter(m_incoming.records));
        std::move(batch.seconds.begin(), batch.seconds.end(),
                  std::back_inserter(m_incoming.seconds));
    }
    m_wake.notify_one();
}

Status SqliteTelemetryStore::flush()
{
    std::unique_lock lock(m_mutex);
    const std::uint64_t ticket = ++m_flushAsked;
    m_wake.notify_one();
    m_done.wait(lock, [&] { return m_flushDone >= ticket; });
    return m_flushResult;
}

TelemetryStoreState SqliteTelemetryStore::state() const
{
    TelemetryStoreState state;
    {
        const std::lock_guard lock(m_mutex);
        state = m_state;
    }
    state.damaged = m_damage.list();
    return state;
}

Result<std::vector<Series>> SqliteTelemetryStore::series(const SeriesQuery& query) const
{
    return m_reader.series(query);
}

Result<RecordPage> SqliteTelemetryStore::records(const RecordQuery& query) const
{
    return m_reader.records(query);
}

Result<bool> SqliteTelemetryStore::traffic(const TrafficQuery& query,
                                           const TrafficVisit& visit) const
{
    return m_reader.traffic(query, visit);
}

void SqliteTelemetryStore::run()
{
    describeThread("telemetry", ThreadUse::Background);
    TelemetryWriter writer(m_options, m_clock, m_damage);
    std::uint64_t ticket = 0;
    while (takeWork(ticket)) {
        report(write(writer), ticket);
    }
}

bool SqliteTelemetryStore::urgent() const noexcept
{
    return m_stopping || m_flushAsked > m_flushDone;
}

bool SqliteTelemetryStore::takeWork(std::uint64_t& flushTicket)
{
    std::unique_lock lock(m_mutex);
    if (m_stopping && m_state.queued == 0 && m_incoming.seconds.empty() && m_sums.empty()) {
        return false;
    }
    if (m_failing) {
        if (m_stopping) {
            m_state.dropped += m_state.queued;
            log(LogLevel::Error, "store", "telemetry lost: it could not be written before the end",
                {{"records", fmt::to_string(m_state.queued)}, {"reason", m_state.problem}});
            return false;
        }
        m_wake.wait_for(lock, kRetryAfter, [this] { return urgent(); });
    } else {
        m_wake.wait_for(lock, kIdle, [this] {
            return urgent() || !m_incoming.records.empty() || !m_incoming.seconds.empty();
        });
        m_wake.wait_for(lock, kLinger,
                        [this] { return urgent() || m_incoming.records.size() >= kBatch; });
    }
    flushTicket = m_flushAsked;
    std::move(m_incoming.records.begin(), m_incoming.records.end(), std::back_inserter(m_pending));
    m_incoming.records.clear();
    m_sums.add(std::exchange(m_incoming.seconds, {}));
    return true;
}

Status SqliteTelemetryStore::write(TelemetryWriter& writer)
{
    // Each on its own: a damaged roll-up must not hold up the records.
    auto records = writeRecords(writer);
    Status sums;
    if (!m_sums.empty()) {
        sums = writer.writeSums(m_sums);
        if (sums) {
            m_sums.clear();
        }
    }
    if (!records) {
        return records;
    }
    return sums ? writer.maintain() : sums;
}

Status SqliteTelemetryStore::writeRecords(TelemetryWriter& writer)
{
    // Threads' records come one after the other; on disk they lie as they were admitted, roughly.
    const auto fresh = m_pending.begin() + static_cast<std::ptrdiff_t>(m_pendingWritten);
    std::stable_sort(fresh, m_pending.end(),
                     [](const auto& a, const auto& b) { return a.at < b.at; });
    while (m_pendingWritten < m_pending.size()) {
        const std::size_t count = std::min(kBatch, m_pending.size() - m_pendingWritten);
        if (auto status =
                writer.writeRecords(std::span(m_pending).subspan(m_pendingWritten, count));
            !status) {
            return status;
        }
        m_pendingWritten += count;
        const std::lock_guard lock(m_mutex);
        m_state.queued -= count;
        m_state.written += count;
    }
    m_pending.clear();
    m_pendingWritten = 0;
    return {};
}

void SqliteTelemetryStore::report(const Status& status, std::uint64_t flushTicket)
{
    const std::lock_guard lock(m_mutex);
    const std::string problem = status ? std::string{} : status.error().message;
    if (problem != m_state.problem) {
        if (problem.empty()) {
            log(LogLevel::Info, "store", "telemetry is being written again");
        } else {
            log(LogLevel::Error, "store", "telemetry cannot be written", {{"reason", problem}});
        }
    }
    m_state.problem = problem;
    m_failing = !status;
    if (flushTicket > m_flushDone) {
        m_flushDone = flushTicket;
        m_flushResult = status;
        m_done.notify_all();
    }
}

} // namespace sluice::store
