// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace sluice::tests {

/// A disk that fails on demand: this program's pwrite64 and fdatasync stand before libc's, SQLite's
/// included (ENABLE_EXPORTS). Applies to files whose path contains `part`, while the object lives.
/// One at a time; any thread.
class FaultyIo
{
public:
    enum class Fault
    {
        DiskFull,   ///< writes: ENOSPC
        SyncFailed, ///< syncs: EIO
    };
    FaultyIo(Fault fault, const std::string& part);
    ~FaultyIo();
    FaultyIo(const FaultyIo&) = delete;
    FaultyIo& operator=(const FaultyIo&) = delete;

    /// How many calls have failed so far.
    static int failures();
};

} // namespace sluice::tests
