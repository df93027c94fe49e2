// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/timerwheel.h"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace sluice::net {

class Turns;

/// Deadlines of one I/O thread on one timer wheel and one kernel timer: arming and cancelling cost
/// no system call unless the new deadline is the nearest. Never early, late by at most the
/// resolution (plus the loop's own delay). Every call and every callback on that thread; monotonic
/// clock.
class Deadlines
{
    struct Entry;

public:
    /// Owns one armed callback; destroying it cancels. Empty once fired.
    class Handle
    {
    public:
        Handle() noexcept;
        ~Handle();
        Handle(Handle&& other) noexcept;
        Handle& operator=(Handle&& other) noexcept;
        [[nodiscard]] bool armed() const noexcept;

    private:
        friend class Deadlines;
        std::unique_ptr<Entry> m_entry;
    };

    Deadlines(boost::asio::io_context& context, Turns& turns, std::chrono::milliseconds resolution);
    ~Deadlines();

    /// Calls back once after the time. The callback may destroy its own handle.
    [[nodiscard]] Handle arm(std::chrono::milliseconds after, std::function<void()> callback);
    void cancel(Handle& handle) noexcept;
    /// The same for a timer embedded in its owner, without allocation; re-arms it if it is armed.
    void arm(TimerWheel::Timer& timer, std::chrono::milliseconds after);
    /// Nothing fires any more; called before the io_context dies.
    void close() noexcept;

private:
    using Clock = std::chrono::steady_clock;
    using KernelTimer = boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>,
                                                          boost::asio::io_context::executor_type>;

    [[nodiscard]] TimerWheel::Tick tickOf(Clock::time_point time) const noexcept;
    void schedule();

    Turns& m_turns;
    Clock::duration m_resolution;
    Clock::time_point m_epoch;
    TimerWheel m_wheel;
    std::optional<KernelTimer> m_timer;
    std::optional<TimerWheel::Tick> m_wake; ///< tick that the kernel timer is set to
};

} // namespace sluice::net
