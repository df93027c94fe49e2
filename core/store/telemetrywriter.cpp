// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/telemetrywriter.h"

#include "core/base/log.h"

#include <filesystem>

namespace sluice::store {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::minutes kMaintainEvery{1};
constexpr std::chrono::hours kLeap{24};

} // namespace

TelemetryWriter::TelemetryWriter(const TelemetryStoreOptions& options, const Clock& clock,
                                 Damage& damage)
    : m_options(options)
    , m_clock(clock)
    , m_damage(damage)
{
    sealLeftOvers(dayOf(clock.now()));
}

TelemetryWriter::~TelemetryWriter() = default;

/// A process that was killed leaves yesterday's WAL behind.
void TelemetryWriter::sealLeftOvers(Day today)
{
    for (const Day day : daysIn(m_options.folder)) {
        const std::string path = dayFilePath(m_options.folder, day);
        if (day == today || !std::filesystem::exists(path + "-wal")) {
            continue;
        }
        if (const auto file = DayFile::open(m_options.folder, day)) {
            (*file)->seal();
        } else {
            m_damage.report(path, file.error());
        }
    }
}

template <typename File>
void TelemetryWriter::giveUp(std::unique_ptr<File>& file, const std::string& path,
                             const Error& error)
{
    if (error.code == ErrorCode::Unavailable || isDiskFull(error)) {
        return; // the connection is good
    }
    file.reset();
    if (error.code == ErrorCode::Corrupt) {
        const std::string aside = setDatabaseAside(path);
        m_damage.report(aside.empty() ? path : aside, error);
    }
}

Status TelemetryWriter::openToday()
{
    const Day today = dayOf(m_clock.now());
    if (m_today && m_today->day() != today) {
        m_today->seal();
        m_today.reset();
    }
    // The second time after a damaged file has been set aside.
    for (int i = 0; i < 2 && !m_today; ++i) {
        auto opened = DayFile::open(m_options.folder, today);
        if (opened) {
            m_today = *std::move(opened);
        } else if (i == 1 || opened.error().code != ErrorCode::Corrupt) {
            return opened.error();
        } else {
            giveUp(m_today, dayFilePath(m_options.folder, today), opened.error());
        }
    }
    return {};
}

Status TelemetryWriter::openRollups()
{
    for (int i = 0; i < 2 && !m_rollups; ++i) {
        auto opened = RollupFile::open(m_options.folder);
        if (opened) {
            m_rollups = *std::move(opened);
        } else if (i == 1 || opened.error().code != ErrorCode::Corrupt) {
            return opened.error();
        } else {
            giveUp(m_rollups, rollupPath(m_options.folder), opened.error());
        }
    }
    return {};
}

Status TelemetryWriter::writeRecords(std::span<const telemetry::RequestRecord> records)
{
    if (auto status = openToday(); !status) {
        return status;
    }
    auto status = m_today->write(records);
    if (!status) {
        giveUp(m_today, dayFilePath(m_options.folder, m_today->day()), status.error());
    }
    return status;
}

Status TelemetryWriter::writeSums(const SumsBacklog& backlog)
{
    if (auto status = openRollups(); !status) {
        return status;
    }
    auto status = m_rollups->write(backlog);
    if (!status) {
        giveUp(m_rollups, rollupPath(m_options.folder), status.error());
    }
    return status;
}

bool TelemetryWriter::maintenanceDue()
{
    const Moment now{m_clock.now(), m_clock.steady()};
    if (m_maintained) {
        const auto passed = now.wall - m_maintained->wall;
        if (passed >= 0s && passed < kMaintainEvery &&
            dayOf(m_maintained->wall) == dayOf(now.wall)) {
            return false;
        }
        if (passed - (now.steady - m_maintained->steady) > kLeap) {
            m_deleteFrom = now.steady + kLeap;
            log(LogLevel::Warning, "store",
                "the clock has leapt ahead; old telemetry is kept for another day",
                {{"now", toRfc3339(now.wall)}});
        }
    }
    m_maintained = now;
    return true;
}

void TelemetryWriter::deleteOldDays(Day today)
{
    for (const Day day : daysIn(m_options.folder)) {
        const std::string path = dayFilePath(m_options.folder, day);
        if (day < today - m_options.recordDaysKept && !removeDatabaseFiles(path)) {
            m_damage.report(path, fail(ErrorCode::Io, "too old, but it cannot be deleted"));
        }
    }
}

Status TelemetryWriter::maintain()
{
    if (!maintenanceDue()) {
        return {};
    }
    const SystemTime now = m_clock.now();
    if (m_today && m_today->day() != dayOf(now)) {
        m_today->seal();
        m_today.reset();
    }
    if (m_clock.steady() < m_deleteFrom) {
        return {};
    }
    deleteOldDays(dayOf(now));
    if (auto status = openRollups(); !status) {
        return status;
    }
    auto status = m_rollups->expire(
        std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count(), m_options);
    if (!status) {
        giveUp(m_rollups, rollupPath(m_options.folder), status.error());
    }
    return status;
}

} // namespace sluice::store
