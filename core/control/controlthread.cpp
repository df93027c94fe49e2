// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/controlthread.h"

namespace sluice::control {

ControlThread::ControlThread(std::function<void()> tick, std::chrono::milliseconds period)
    : m_tick(std::move(tick))
    , m_period(period)
{
}

ControlThread::~ControlThread()
{
    stop();
}

void ControlThread::start()
{
    m_thread = std::thread([this] { run(); });
}

bool ControlThread::push(std::deque<std::function<void()>>& lane, std::function<void()> task)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_stopping) {
            return false;
        }
        lane.push_back(std::move(task));
    }
    m_wake.notify_one();
    return true;
}

bool ControlThread::post(std::function<void()> task)
{
    return push(m_ordinary, std::move(task));
}

bool ControlThread::postFirst(std::function<void()> task)
{
    return push(m_first, std::move(task));
}

void ControlThread::hold(bool held)
{
    const std::lock_guard lock(m_mutex);
    m_held = held;
}

void ControlThread::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_one();
    if (m_thread.joinable()) {
        m_thread.join();
    }
}

void ControlThread::run()
{
    auto nextTick = std::chrono::steady_clock::now() + m_period;
    std::unique_lock lock(m_mutex);
    for (;;) {
        const auto ready = [this] { return !m_first.empty() || (!m_held && !m_ordinary.empty()); };
        m_wake.wait_until(lock, nextTick, [&] { return m_stopping || ready(); });
        if (ready()) {
            auto& lane = m_first.empty() ? m_ordinary : m_first;
            auto task = std::move(lane.front());
            lane.pop_front();
            lock.unlock();
            task();
            task = nullptr; // what it held is destroyed without the lock
            lock.lock();
        } else if (m_stopping) {
            return;
        }
        if (std::chrono::steady_clock::now() >= nextTick) {
            nextTick = std::chrono::steady_clock::now() + m_period;
            lock.unlock();
            m_tick();
            lock.lock();
        }
    }
}

} // namespace sluice::control
