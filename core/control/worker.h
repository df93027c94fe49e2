// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sluice::control {

/// Threads that run tasks in the order in which they came (with one thread: strictly one after
/// another). Control has one for the store, one for Git, one for replies and events, and two for
/// reading commands.
class Worker
{
public:
    explicit Worker(std::size_t threads = 1);
    ~Worker(); ///< stop()
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Any thread. false once stopped: the task is dropped.
    bool post(std::function<void()> task);
    /// Runs what is queued, then joins. Not from one of its own threads. Idempotent.
    void stop();

private:
    void run();

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::function<void()>> m_tasks;
    bool m_stopping = false;
    std::vector<std::thread> m_threads;
};

} // namespace sluice::control
