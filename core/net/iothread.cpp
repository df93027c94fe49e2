// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/iothread.h"

#include "core/base/threads.h"
#include "core/net/deadlines.h"
#include "core/net/turns.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <array>
#include <atomic>
#include <chrono>
#include <ctime>
#include <future>
#include <optional>
#include <thread>

namespace sluice::net {

namespace {

using WorkGuard = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

constexpr std::chrono::milliseconds kResolution{5};

std::string imfDate(std::time_t seconds)
{
    static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed",
                                                      "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                       kDays[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                       kMonths[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900,
                       parts.tm_hour, parts.tm_min, parts.tm_sec);
}

} // namespace

struct IoThread::Impl
{
    Impl(boost::asio::io_context& context, std::string threadName)
        : turns(context)
        , deadlines(context, turns, kResolution)
        , name(std::move(threadName))
        , guard(std::in_place, context.get_executor())
    {
    }

    Turns turns;
    Deadlines deadlines;
    std::string name;
    std::optional<WorkGuard> guard;
    std::thread thread;
    std::atomic<std::thread::id> runner; ///< who is in run(); none before start and after the end
    std::string date;
    std::time_t dateSecond = -1;
};

// Sockets are touched by this thread alone, so the reactor needs no locks for them; post() keeps
// its own.
IoThread::IoThread(std::size_t index, std::string name)
    : m_index(index)
    , m_context(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO)
{
    m_impl = std::make_unique<Impl>(m_context, std::move(name));
}

IoThread::~IoThread()
{
    stop();
    m_impl->turns.close();
    m_impl->deadlines.close();
    m_impl->guard.reset();
}

void IoThread::start()
{
    std::promise<void> running;
    m_impl->thread = std::thread([this, &running] {
        describeThread(m_impl->name, ThreadUse::Serving);
        m_impl->runner = std::this_thread::get_id();
        running.set_value();
        m_context.run();
        m_impl->runner = std::thread::id();
    });
    running.get_future().wait();
}

void IoThread::post(std::function<void()> work)
{
    boost::asio::post(m_context, [this, work = std::move(work)] {
        const Turns::Scope turn(m_impl->turns);
        work();
    });
}

void IoThread::runAndWait(const std::function<void()>& work)
{
    const std::thread::id runner = m_impl->runner;
    if (runner == std::this_thread::get_id() || runner == std::thread::id()) {
        const Turns::Scope turn(m_impl->turns);
        work();
        return;
    }
    std::promise<void> done;
    post([&] {
        work();
        done.set_value();
    });
    done.get_future().wait();
}

void IoThread::stop()
{
    m_context.stop();
    if (m_impl->thread.joinable() && m_impl->thread.get_id() != std::this_thread::get_id()) {
        m_impl->thread.join();
    }
}

Deadlines& IoThread::deadlines() noexcept
{
    return m_impl->deadlines;
}

Turns& IoThread::turns() noexcept
{
    return m_impl->turns;
}

std::string_view IoThread::httpDate()
{
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    if (now != m_impl->dateSecond) {
        m_impl->dateSecond = now;
        m_impl->date = imfDate(now);
    }
    return m_impl->date;
}

} // namespace sluice::net
