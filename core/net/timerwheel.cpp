// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/timerwheel.h"

#include <algorithm>
#include <bit>

namespace sluice::net {

void TimerWheel::Timer::cancel() noexcept
{
    if (m_next != nullptr) {
        m_prev->m_next = m_next;
        m_next->m_prev = m_prev;
        m_prev = nullptr;
        m_next = nullptr;
    }
}

TimerWheel::TimerWheel(Tick now)
    : m_now(now)
{
    for (Level& level : m_levels) {
        for (Timer& head : level.slots) {
            head.m_prev = &head;
            head.m_next = &head;
        }
    }
}

TimerWheel::~TimerWheel()
{
    for (Level& level : m_levels) {
        for (Timer& head : level.slots) {
            while (head.m_next != &head) {
                head.m_next->cancel();
            }
        }
    }
}

void TimerWheel::link(Timer& head, Timer& timer) noexcept
{
    timer.m_prev = head.m_prev;
    timer.m_next = &head;
    head.m_prev->m_next = &timer;
    head.m_prev = &timer;
}

void TimerWheel::insert(Timer& timer) noexcept
{
    unsigned index = 0;
    while ((timer.m_due >> (kBits * index)) - (m_now >> (kBits * index)) >= kSlots) {
        ++index;
    }
    const auto slot = static_cast<unsigned>((timer.m_due >> (kBits * index)) & (kSlots - 1));
    Level& level = m_levels[index];
    level.occupied |= std::uint64_t{1} << slot;
    link(level.slots[slot], timer);
}

void TimerWheel::arm(Timer& timer, Tick due) noexcept
{
    timer.cancel();
    constexpr Tick kSpan = (Tick{1} << (kBits * kLevels)) - (Tick{1} << (kBits * (kLevels - 1)));
    timer.m_due = std::clamp(due, m_now + 1, m_now + kSpan);
    insert(timer);
}

std::optional<TimerWheel::Tick> TimerWheel::next() const noexcept
{
    std::optional<Tick> best;
    for (unsigned index = 0; index < kLevels; ++index) {
        const std::uint64_t occupied = m_levels[index].occupied;
        if (occupied == 0) {
            continue;
        }
        const Tick base = m_now >> (kBits * index);
        const auto turn = static_cast<int>((base + 1) & (kSlots - 1));
        const auto distance = static_cast<Tick>(std::countr_zero(std::rotr(occupied, turn))) + 1;
        const Tick tick = (base + distance) << (kBits * index);
        best = best ? std::min(*best, tick) : tick;
    }
    return best;
}

void TimerWheel::cascade() noexcept
{
    for (unsigned index = kLevels - 1; index > 0; --index) {
        if ((m_now & ((Tick{1} << (kBits * index)) - 1)) != 0) {
            continue;
        }
        Level& level = m_levels[index];
        const auto slot = static_cast<unsigned>((m_now >> (kBits * index)) & (kSlots - 1));
        level.occupied &= ~(std::uint64_t{1} << slot);
        Timer& head = level.slots[slot];
        while (head.m_next != &head) {
            Timer& timer = *head.m_next;
            timer.cancel();
            insert(timer);
        }
    }
}

void TimerWheel::fireSlot()
{
    const auto slot = static_cast<unsigned>(m_now & (kSlots - 1));
    Level& level = m_levels[0];
    level.occupied &= ~(std::uint64_t{1} << slot);
    Timer& head = level.slots[slot];
    // Nothing that a callback arms can come into this slot: it would be due 64 ticks from now, one
    // level up.
    while (head.m_next != &head) {
        Timer& timer = *head.m_next;
        timer.cancel();
        timer.m_fire(timer.m_owner);
    }
}

void TimerWheel::advance(Tick now)
{
    while (true) {
        const std::optional<Tick> tick = next();
        if (!tick || *tick > now) {
            break;
        }
        m_now = *tick;
        cascade();
        fireSlot();
    }
    m_now = std::max(m_now, now);
}

} // namespace sluice::net
