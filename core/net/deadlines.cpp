// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/deadlines.h"

#include "core/net/turns.h"

#include <utility>

namespace sluice::net {

struct Deadlines::Entry
{
    explicit Entry(std::function<void()> work)
        : timer(&Entry::fire, this)
        , callback(std::move(work))
    {
    }

    static void fire(void* owner)
    {
        // Moved out first: the callback may destroy the handle and this entry with it.
        const auto work = std::move(static_cast<Entry*>(owner)->callback);
        work();
    }

    TimerWheel::Timer timer;
    std::function<void()> callback;
};

Deadlines::Handle::Handle() noexcept = default;
Deadlines::Handle::~Handle() = default;
Deadlines::Handle::Handle(Handle&& other) noexcept = default;
Deadlines::Handle& Deadlines::Handle::operator=(Handle&& other) noexcept = default;

bool Deadlines::Handle::armed() const noexcept
{
    return m_entry && m_entry->timer.armed();
}

Deadlines::Deadlines(boost::asio::io_context& context, Turns& turns,
                     std::chrono::milliseconds resolution)
    : m_turns(turns)
    , m_resolution(resolution)
    , m_epoch(Clock::now())
    , m_timer(std::in_place, context.get_executor())
{
}

Deadlines::~Deadlines() = default;

void Deadlines::close() noexcept
{
    m_timer.reset();
}

TimerWheel::Tick Deadlines::tickOf(Clock::time_point time) const noexcept
{
    return static_cast<TimerWheel::Tick>((time - m_epoch) / m_resolution);
}

void Deadlines::arm(TimerWheel::Timer& timer, std::chrono::milliseconds after)
{
    // Rounded up, so that a deadline is never early.
    m_wheel.arm(timer, tickOf(Clock::now() + after + m_resolution - Clock::duration(1)));
    schedule();
}

Deadlines::Handle Deadlines::arm(std::chrono::milliseconds after, std::function<void()> callback)
{
    Handle handle;
    handle.m_entry = std::make_unique<Entry>(std::move(callback));
    arm(handle.m_entry->timer, after);
    return handle;
}

void Deadlines::cancel(Handle& handle) noexcept
{
    handle.m_entry.reset();
}

void Deadlines::schedule()
{
    const std::optional<TimerWheel::Tick> next = m_wheel.next();
    if (!next || !m_timer || (m_wake && *m_wake <= *next)) {
        return; // a wake-up that comes too early, after a cancel, only looks and sleeps again
    }
    m_wake = next;
    m_timer->expires_at(m_epoch + *next * m_resolution);
    m_timer->async_wait([this](const boost::system::error_code& error) {
        if (error) {
            return; // set anew, or closing
        }
        const Turns::Scope turn(m_turns);
        m_wake.reset();
        m_wheel.advance(tickOf(Clock::now()));
        schedule();
    });
}

} // namespace sluice::net
