// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/simulatord/journal.h"

#include <algorithm>
#include <array>

namespace sluice::tests {

namespace {

constexpr std::size_t kBodyBytes = std::size_t{64} << 10U;
constexpr std::array<const char*, 4> kStates = {"open", "answered", "broken", "cancelled"};

} // namespace

std::uint64_t Journal::begin(std::string_view body, std::string_view authorization)
{
    Entry& entry = m_entries[m_next % m_entries.size()];
    entry.number = m_next;
    entry.at = toMicros(m_clock.now());
    entry.endedAt = 0;
    entry.events = 0;
    entry.state = State::Open;
    entry.authorized = authorization.starts_with("Bearer ");
    entry.body.assign(body.substr(0, kBodyBytes));
    return m_next++;
}

Journal::Entry* Journal::find(std::uint64_t number)
{
    Entry& entry = m_entries[number % m_entries.size()];
    return entry.number == number ? &entry : nullptr;
}

void Journal::chunkSent(std::uint64_t number)
{
    if (Entry* entry = find(number)) {
        ++entry->events;
    }
}

void Journal::end(std::uint64_t number, State state)
{
    if (Entry* entry = find(number)) {
        entry->state = state;
        entry->endedAt = toMicros(m_clock.now());
    }
}

Json Journal::toJson() const
{
    Json requests = Json::array();
    const std::uint64_t kept = m_next - std::min<std::uint64_t>(m_next, m_entries.size());
    for (std::uint64_t number = std::max(m_first, kept); number < m_next; ++number) {
        const Entry& entry = m_entries[number % m_entries.size()];
        requests.push_back(
            {{"number", entry.number},
             {"at_us", entry.at},
             {"ended_at_us", entry.state == State::Open ? Json() : Json(entry.endedAt)},
             {"state", kStates[static_cast<std::size_t>(entry.state)]},
             {"events", entry.events},
             {"authorized", entry.authorized},
             {"body", entry.body}});
    }
    return {{"requests", std::move(requests)}};
}

} // namespace sluice::tests
