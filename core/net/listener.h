// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace sluice::net {

/// Listening sockets on one address, one for each thread (SO_REUSEPORT when there are several).
/// Owns the descriptors until take().
class Listener
{
public:
    Listener() = default;
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    /// `host` is an address or "localhost"; port 0 takes a free one. Another process' listener on
    /// the port is an error also when that one would share it. Io with address and reason.
    Status open(const std::string& host, std::uint16_t port, std::size_t count);
    [[nodiscard]] std::uint16_t port() const noexcept { return m_endpoint.port(); }
    [[nodiscard]] boost::asio::ip::tcp protocol() const noexcept { return m_endpoint.protocol(); }
    /// Hands one descriptor over.
    [[nodiscard]] int take();

private:
    Status add(bool shared, bool keep);

    boost::asio::ip::tcp::endpoint m_endpoint;
    std::vector<int> m_sockets;
};

} // namespace sluice::net
