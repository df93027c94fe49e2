// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <atomic>

namespace sluice::tests {

/// A clock that moves only when told. Any thread.
class ManualClock final : public Clock
{
public:
    explicit ManualClock(SystemTime start = fromMicros(1'800'000'000'000'000))
        : m_start(start)
    {
    }

    [[nodiscard]] SystemTime now() const override
    {
        return m_start + std::chrono::microseconds(m_elapsed.load());
    }
    [[nodiscard]] SteadyTime steady() const override
    {
        return SteadyTime(std::chrono::microseconds(m_elapsed.load()));
    }
    void advance(std::chrono::microseconds by) { m_elapsed += by.count(); }

private:
    SystemTime m_start;
    std::atomic<std::int64_t> m_elapsed{0};
};

} // namespace sluice::tests
