// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sluice::control {

/// One route of a pressed red button: what was killed and what serves instead.
struct KilledRoute
{
    std::string route;
    std::string unit;              ///< must not serve
    std::string to;                ///< serves
    std::uint32_t fromPercent = 0; ///< basis points that the killed unit had
};

/// One press of the red button.
struct KillRecord
{
    std::uint64_t sequence = 0; ///< grows by one a press, never starts again
    std::int64_t atMicros = 0;
    std::string actor;
    std::string reason;
    std::uint64_t revision = 0; ///< the routing revision that the press made
    std::vector<KilledRoute> routes;
};

/// The red button's own journal: so that a press survives a full disk, a broken store and kill -9.
/// The file is allocated in full when it is made, so that appending needs no free space. A record
/// is length, SHA-256, JSON; the first one that does not check ends the journal (it was never
/// acknowledged). One thread; append() blocks until the record is on disk.
class KillJournal
{
public:
    static constexpr std::size_t kBytes = std::size_t{1} << 20U;

    /// Opens or makes the file and reads what is in it. Io for a file that cannot be written.
    static Result<std::unique_ptr<KillJournal>> open(const std::string& path);
    ~KillJournal();

    /// All presses found by open(), oldest first.
    [[nodiscard]] const std::vector<KillRecord>& records() const noexcept;
    /// Written and synced when it returns. TooLarge when the journal is full: compact() first.
    Status append(const KillRecord& record);
    /// Starts afresh when more than half is used; for when the store has every press. Replaces the
    /// file atomically, so that a crash leaves the old or the new one.
    Status compact();

private:
    struct Impl;
    explicit KillJournal(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace sluice::control
