// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/damage.h"
#include "core/store/telemetrystore.h"

#include <string>
#include <vector>

namespace sluice::store {

/// The queries of TelemetryStore on a folder. Each call opens read-only connections and closes them
/// again (a fifth of a millisecond): none is shared between threads, none holds up retention or a
/// checkpoint. Damaged day files are reported and passed over. Any thread.
class TelemetryReader
{
public:
    TelemetryReader(std::string folder, Damage& damage)
        : m_folder(std::move(folder))
        , m_damage(damage)
    {
    }

    [[nodiscard]] Result<std::vector<Series>> series(const SeriesQuery& query) const;
    [[nodiscard]] Result<RecordPage> records(const RecordQuery& query) const;
    [[nodiscard]] Result<bool> traffic(const TrafficQuery& query, const TrafficVisit& visit) const;

private:
    std::string m_folder;
    Damage& m_damage;
};

} // namespace sluice::store
