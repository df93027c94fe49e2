// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace sluice::net {

class Deadlines;
class Turns;

/// One thread with one io_context. Everything made on it lives and dies on it: sockets of this
/// context are touched from no other thread (the context does no locking for them); post() is for
/// every thread.
class IoThread
{
public:
    IoThread(std::size_t index, std::string name);
    ~IoThread(); ///< stops and joins
    IoThread(const IoThread&) = delete;
    IoThread& operator=(const IoThread&) = delete;

    [[nodiscard]] std::size_t index() const noexcept { return m_index; }
    [[nodiscard]] boost::asio::io_context& context() noexcept { return m_context; }
    void start();
    /// Any thread: runs work on this thread, later.
    void post(std::function<void()> work);
    /// Any thread: runs work on this thread and waits for it; at once when called on it, or when it
    /// does not run.
    void runAndWait(const std::function<void()>& work);
    /// Joins, except when called on the thread itself. Work that was posted and has not run is
    /// dropped.
    void stop();

    /// On this thread: deadlines of 5 ms resolution, and the work at the end of the turn.
    [[nodiscard]] Deadlines& deadlines() noexcept;
    [[nodiscard]] Turns& turns() noexcept;
    /// On this thread: the wall clock as an IMF-fixdate (RFC 9110, 5.6.7), made once a second.
    [[nodiscard]] std::string_view httpDate();

private:
    struct Impl;
    std::size_t m_index;
    std::unique_ptr<Impl> m_impl; ///< outlives the context: handlers destroyed with it still use it
    boost::asio::io_context m_context;
};

} // namespace sluice::net
