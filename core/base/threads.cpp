// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/threads.h"

#include <array>
#include <cstdint>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sluice {

namespace {

/// struct sched_attr of sched_setattr(2), which glibc 2.36 does not declare.
struct SchedulingAttributes
{
    std::uint32_t size = sizeof(SchedulingAttributes);
    std::uint32_t policy = SCHED_OTHER;
    std::uint64_t flags = 0;
    std::int32_t nice = 0;
    std::uint32_t priority = 0;
    std::uint64_t runtime = 0; ///< nanoseconds; for ordinary policies the slice asked for
    std::uint64_t deadline = 0;
    std::uint64_t period = 0;
};

/// The shortest that the kernel grants: who asks for less at a time is let in sooner.
constexpr std::uint64_t kServingSlice = 100'000;
/// A third of the weight of a serving thread: enough to keep up on a core that is full.
constexpr std::int32_t kBackgroundNice = 5;

} // namespace

void describeThread(std::string_view name, ThreadUse use) noexcept
{
    std::array<char, 16> text{};
    name.copy(text.data(), text.size() - 1);
    pthread_setname_np(pthread_self(), text.data());
    SchedulingAttributes attributes;
    if (::syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0 ||
        attributes.policy != SCHED_OTHER) {
        return; // whoever started the process has chosen otherwise
    }
    if (use == ThreadUse::Serving) {
        attributes.runtime = kServingSlice;
    } else {
        attributes.policy = SCHED_BATCH;
        attributes.nice += kBackgroundNice;
    }
    ::syscall(SYS_sched_setattr, 0, &attributes, 0); // a hint: nothing follows from a refusal
}

} // namespace sluice
