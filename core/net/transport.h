// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <utility>

namespace sluice::net {

using SysError = boost::system::error_code;
/// With the concrete executor: the type-erased one costs at every operation.
using Socket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;
/// Head and body of one gathered write.
using Gather = std::array<boost::asio::const_buffer, 2>;

/// A TCP connection with or without TLS: one code path for both, at the price of one branch an
/// operation.
class Transport
{
public:
    explicit Transport(Socket socket)
        : m_socket(std::move(socket))
    {
    }

    /// TCP_NODELAY and non-blocking calls, on an open socket.
    void prepare()
    {
        SysError
            ignored; // both only fail on a socket that is gone, and then the next operation says so
        m_socket.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
        m_socket.non_blocking(true, ignored);
    }
    void useTls(boost::asio::ssl::context& context)
    {
        m_tls = std::make_unique<Tls>(m_socket, context);
    }

    [[nodiscard]] Socket& socket() noexcept { return m_socket; }
    [[nodiscard]] SSL* tls() noexcept { return m_tls ? m_tls->native_handle() : nullptr; }

    template <typename Handler>
    void asyncHandshake(boost::asio::ssl::stream_base::handshake_type type, Handler&& handler)
    {
        m_tls->async_handshake(type, std::forward<Handler>(handler));
    }
    template <typename Handler>
    void asyncRead(boost::asio::mutable_buffer buffer, Handler&& handler)
    {
        if (m_tls) {
            m_tls->async_read_some(buffer, std::forward<Handler>(handler));
        } else {
            m_socket.async_read_some(buffer, std::forward<Handler>(handler));
        }
    }
    template <typename Handler>
    void asyncWrite(const Gather& buffers, Handler&& handler)
    {
        if (m_tls) {
            m_tls->async_write_some(buffers, std::forward<Handler>(handler));
        } else {
            m_socket.async_write_some(buffers, std::forward<Handler>(handler));
        }
    }
    /// At once as much as the kernel takes, 0 when it takes nothing. TLS has no such call: 0.
    std::size_t tryWrite(const Gather& buffers, SysError& error)
    {
        if (m_tls) {
            return 0;
        }
        const std::size_t written = m_socket.write_some(buffers, error);
        if (error == boost::asio::error::would_block || error == boost::asio::error::try_again) {
            error.clear();
        }
        return written;
    }
    template <typename Handler>
    void asyncTlsShutdown(Handler&& handler)
    {
        m_tls->async_shutdown(std::forward<Handler>(handler));
    }
    void shutdownSend() noexcept
    {
        SysError ignored; // the peer may be gone already
        m_socket.shutdown(Socket::shutdown_send, ignored);
    }
    void close() noexcept
    {
        SysError ignored; // nothing can be done about it
        m_socket.close(ignored);
    }
    /// Closes with a reset, so that the peer cannot take what it has for complete.
    void reset() noexcept
    {
        SysError ignored;
        m_socket.set_option(boost::asio::socket_base::linger(true, 0), ignored);
        m_socket.close(ignored);
    }

private:
    using Tls = boost::asio::ssl::stream<Socket&>;
    Socket m_socket;
    std::unique_ptr<Tls> m_tls;
};

} // namespace sluice::net
