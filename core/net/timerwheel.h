// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace sluice::net {

/// Hierarchical timer wheel (Varghese and Lauck, 1987, scheme 6): four levels of 64 slots, arming
/// and cancelling are O(1) and allocate nothing, a far timer causes no early wake-up. Counts
/// abstract ticks; one thread.
class TimerWheel
{
public:
    using Tick = std::uint64_t;

    /// One timer, embedded in what it watches. Cancels itself on destruction; may outlive the
    /// wheel.
    class Timer
    {
    public:
        using Fire = void (*)(void* owner);

        Timer(Fire fire, void* owner) noexcept
            : m_fire(fire)
            , m_owner(owner)
        {
        }
        ~Timer() { cancel(); }
        Timer(const Timer&) = delete;
        Timer& operator=(const Timer&) = delete;

        [[nodiscard]] bool armed() const noexcept { return m_next != nullptr; }
        void cancel() noexcept;

    private:
        friend class TimerWheel;

        Timer* m_prev = nullptr;
        Timer* m_next = nullptr;
        Tick m_due = 0;
        Fire m_fire = nullptr;
        void* m_owner = nullptr;
    };

    explicit TimerWheel(Tick now = 0);
    ~TimerWheel(); ///< disarms what is left
    TimerWheel(const TimerWheel&) = delete;
    TimerWheel& operator=(const TimerWheel&) = delete;

    /// Arms, or moves an armed timer. A due tick that is not ahead becomes the next one; one beyond
    /// the span of the wheel (2^24 ticks) is cut to it.
    void arm(Timer& timer, Tick due) noexcept;
    /// Fires in order of ticks what is due up to and with `now`. Callbacks may arm, cancel and
    /// destroy timers.
    void advance(Tick now);
    /// When to call advance() next: the next due tick, or one before it at which timers move down a
    /// level.
    [[nodiscard]] std::optional<Tick> next() const noexcept;
    [[nodiscard]] Tick now() const noexcept { return m_now; }

private:
    static constexpr unsigned kBits = 6;
    static constexpr unsigned kSlots = 1U << kBits;
    static constexpr unsigned kLevels = 4;

    struct Slot : Timer ///< head of a circular list
    {
        Slot() noexcept
            : Timer(nullptr, nullptr)
        {
        }
    };

    struct Level
    {
        std::uint64_t occupied = 0; ///< may hold bits of slots that cancelling has emptied
        std::array<Slot, kSlots> slots;
    };

    void insert(Timer& timer) noexcept;
    void cascade() noexcept;
    void fireSlot();
    static void link(Timer& head, Timer& timer) noexcept;

    Tick m_now;
    std::array<Level, kLevels> m_levels;
};

} // namespace sluice::net
