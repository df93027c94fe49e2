// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <atomic>

namespace sluice::control::demo {

/// The machine's clocks, with a present that can be set back while the demo's past is being told,
/// so that its revisions and records carry the times they would have had. Any thread; relaxed,
/// since each teller waits for the answer of one command before it moves on.
class StoryClock final : public Clock
{
public:
    [[nodiscard]] SystemTime now() const override
    {
        return m_clock.now() - std::chrono::microseconds(m_back.load(std::memory_order_relaxed));
    }
    [[nodiscard]] SteadyTime steady() const override { return m_clock.steady(); }

    void setBack(std::chrono::microseconds by)
    {
        m_back.store(by.count(), std::memory_order_relaxed);
    }

private:
    SystemClock m_clock;
    std::atomic<std::int64_t> m_back{0};
};

} // namespace sluice::control::demo
