// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace sluice::control {

/// The thread that owns all mutable control state. Two lanes: the red button's is always served
/// first and also while the ordinary lane is held (a commit is on its way to the disk). Ticks once
/// a period.
class ControlThread
{
public:
    explicit ControlThread(std::function<void()> tick,
                           std::chrono::milliseconds period = std::chrono::seconds(1));
    ~ControlThread(); ///< stop()
    ControlThread(const ControlThread&) = delete;
    ControlThread& operator=(const ControlThread&) = delete;

    void start();
    /// Any thread. false once stopped.
    bool post(std::function<void()> task);
    /// Any thread: before everything that was posted.
    bool postFirst(std::function<void()> task);
    /// On this thread only: while held, only postFirst() tasks and ticks run.
    void hold(bool held);
    /// Drops what is queued in the ordinary lane while it is held, runs the rest, joins. Not from
    /// this thread.
    void stop();

private:
    void run();
    bool push(std::deque<std::function<void()>>& lane, std::function<void()> task);

    std::function<void()> m_tick;
    std::chrono::milliseconds m_period;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::function<void()>> m_first;
    std::deque<std::function<void()>> m_ordinary;
    bool m_held = false;
    bool m_stopping = false;
    std::thread m_thread;
};

} // namespace sluice::control
