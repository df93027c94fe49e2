// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/json.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::tests {

/// The requests that the simulator has seen, the latest few thousand: when each came, how and when
/// it ended. What tests prove cancelling with. One thread.
class Journal
{
public:
    enum class State : std::uint8_t
    {
        Open,
        Answered,
        Broken,
        Cancelled
    };

    explicit Journal(const Clock& clock, std::size_t capacity = 4096)
        : m_clock(clock)
        , m_entries(capacity)
    {
    }

    /// Returns the request's number.
    std::uint64_t begin(std::string_view body, std::string_view authorization);
    void chunkSent(std::uint64_t number);
    void end(std::uint64_t number, State state);
    void clear() noexcept { m_first = m_next; }

    /// {"requests":[{"number","at_us","ended_at_us"|null,"state","events","authorized","body"}]},
    /// oldest first.
    [[nodiscard]] Json toJson() const;

private:
    struct Entry
    {
        std::uint64_t number = 0;
        std::int64_t at = 0;
        std::int64_t endedAt = 0;
        std::uint64_t events = 0;
        State state = State::Open;
        bool authorized = false;
        std::string body;
    };
    Entry* find(std::uint64_t number);

    const Clock& m_clock;
    std::vector<Entry> m_entries;
    std::uint64_t m_next = 0;
    std::uint64_t m_first = 0; ///< entries before it were cleared
};

} // namespace sluice::tests
