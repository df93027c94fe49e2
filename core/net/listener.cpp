// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/listener.h"

#include <boost/asio/ip/address.hpp>

#include <cerrno>
#include <sstream>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace sluice::net {

namespace {

constexpr int kBacklog = 4096;

Error cannotListen(const boost::asio::ip::tcp::endpoint& endpoint, int reason)
{
    std::ostringstream where;
    where << endpoint;
    return fail(sluice::ErrorCode::Io,
                "cannot listen on " + where.str() + ": " + std::generic_category().message(reason));
}

} // namespace

Listener::~Listener()
{
    for (const int socket : m_sockets) {
        ::close(socket);
    }
}

Status Listener::open(const std::string& host, std::uint16_t port, std::size_t count)
{
    boost::system::error_code error;
    const std::string literal = host == "localhost" ? "127.0.0.1" : host;
    const auto address = boost::asio::ip::make_address(literal, error);
    if (error) {
        return fail(sluice::ErrorCode::InvalidArgument,
                    "the address to listen on must be an IP address or localhost", host);
    }
    m_endpoint = {address, port};
    // SO_REUSEPORT would share the port with any other process of this user that does the same:
    // first ask without.
    if (count > 1 && port != 0) {
        if (Status status = add(false, false); !status) {
            return status;
        }
    }
    for (std::size_t i = 0; i < count; ++i) {
        if (Status status = add(count > 1, true); !status) {
            return status;
        }
    }
    return {};
}

Status Listener::add(bool shared, bool keep)
{
    const int socket =
        ::socket(m_endpoint.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
    if (socket < 0) {
        return cannotListen(m_endpoint, errno);
    }
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (shared) {
        ::setsockopt(socket, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    }
    int reason = 0;
    if (::bind(socket, m_endpoint.data(), static_cast<socklen_t>(m_endpoint.size())) != 0 ||
        (keep && ::listen(socket, kBacklog) != 0)) {
        reason = errno;
    }
    if (reason == 0 && keep) {
        auto length = static_cast<socklen_t>(m_endpoint.capacity());
        ::getsockname(socket, m_endpoint.data(), &length);
        m_sockets.push_back(socket);
        return {};
    }
    ::close(socket);
    return reason == 0 ? Status() : Status(cannotListen(m_endpoint, reason));
}

int Listener::take()
{
    const int socket = m_sockets.back();
    m_sockets.pop_back();
    return socket;
}

} // namespace sluice::net
