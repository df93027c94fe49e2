// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace sluice {

/// What a thread is for, as the kernel's scheduler should know it.
enum class ThreadUse
{
    Serving,    ///< runs for microseconds at a time, and a request waits for it
    Background, ///< works in bursts that nobody waits for
};

/// Names the calling thread (at most 15 bytes show in top and perf) and tells the scheduler what
/// it is for. On a core that both kinds share, a burst of background work would otherwise hold a
/// request up for a whole time slice, some milliseconds. Hints without effect on what is computed:
/// a kernel that does not know one (short slices came with Linux 6.12) does without.
void describeThread(std::string_view name, ThreadUse use) noexcept;

} // namespace sluice
