// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <cstdint>
#include <optional>

namespace sluice::gateway {

/// What a red button press has come to on this gateway. Times are the wall clock at the press plus
/// steady time since, so that a clock that is set in between cannot reorder them.
struct KillProof
{
    std::uint64_t revision = 0;
    SystemTime pressed;
    SystemTime adopted;                     ///< the last I/O thread has the table
    std::optional<SystemTime> lastAdmitted; ///< last request sent to the killed unit, on its route
    std::optional<SystemTime> lastFinished; ///< set once inFlight is 0
    std::uint64_t inFlight = 0;             ///< still on the killed unit
    std::uint64_t movedBeforeCommit = 0; ///< were on it, not committed, went to the known good one
};

} // namespace sluice::gateway
