// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace sluice::net {

/// One thread with one io_context (concurrency hint 1). Everything made on it lives and dies on it.
class IoThread
{
public:
    IoThread(std::size_t index, std::string name);
    ~IoThread(); ///< stops and joins

    [[nodiscard]] std::size_t index() const noexcept { return m_index; }
    [[nodiscard]] boost::asio::io_context& context() noexcept { return m_context; }
    void start();
    /// Any thread: runs work on this thread, later.
    void post(std::function<void()> work);
    void stop();

private:
    struct Impl;
    std::size_t m_index;
    boost::asio::io_context m_context{1};
    std::unique_ptr<Impl> m_impl;
};

} // namespace sluice::net
