// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/requestrecord.h"

namespace sluice::telemetry {

/// Where an I/O thread leaves its records. One object per I/O thread; record() and flush() on that
/// thread only. Implementations take no lock that another thread holds and never block.
class Recorder
{
public:
    virtual ~Recorder() = default;
    /// Counts the record in this thread's aggregates (always) and hands it on (or counts it as
    /// dropped).
    virtual void record(RequestRecord&& record) = 0;
    /// Called about once a second by the I/O thread, also when idle: hands finished seconds'
    /// aggregates on.
    virtual void flush() = 0;
};

} // namespace sluice::telemetry
