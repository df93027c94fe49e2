// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/store/damage.h"
#include "core/store/dayfile.h"
#include "core/store/rollupfile.h"
#include "core/store/sumsbacklog.h"
#include "core/store/telemetrystore.h"

#include <memory>
#include <optional>
#include <span>

namespace sluice::store {

/// What the writer's thread does: today's file, the roll-ups, retention. Everything on that thread,
/// the constructor and the destructor too. After an error the file concerned is opened afresh at
/// the next try; a damaged one is set aside, reported, and begun anew.
class TelemetryWriter
{
public:
    TelemetryWriter(const TelemetryStoreOptions& options, const Clock& clock, Damage& damage);
    ~TelemetryWriter();

    /// One transaction into the file of the present day; all or nothing. At least one record.
    Status writeRecords(std::span<const telemetry::RequestRecord> records);
    /// All or nothing. At least one sum.
    Status writeSums(const SumsBacklog& backlog);
    /// Once a minute and at the turn of a day: deletes what is too old. Cheap to call often. After
    /// the system's clock has leapt ahead by more than a day, nothing is deleted for a day: a wrong
    /// clock must not cost two years of history (a machine that slept only waits).
    Status maintain();

private:
    Status openToday();
    Status openRollups();
    void sealLeftOvers(Day today);
    /// Whether it is time; also watches the clock.
    bool maintenanceDue();
    void deleteOldDays(Day today);
    /// Decides what becomes of a file after an error: kept, to be opened afresh, or set aside.
    template <typename File>
    void giveUp(std::unique_ptr<File>& file, const std::string& path, const Error& error);

    const TelemetryStoreOptions& m_options;
    const Clock& m_clock;
    Damage& m_damage;
    std::unique_ptr<DayFile> m_today;
    std::unique_ptr<RollupFile> m_rollups;
    /// When maintain() last did something, by both clocks.
    struct Moment
    {
        SystemTime wall;
        SteadyTime steady;
    };
    std::optional<Moment> m_maintained;
    SteadyTime m_deleteFrom{}; ///< no deleting before: the clock on the wall has leapt
};

} // namespace sluice::store
