// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace sluice::tests {

/// A blocking TCP socket that sends exactly the bytes it is told to: what no HTTP client would.
class RawSocket
{
public:
    RawSocket() = default;
    explicit RawSocket(int descriptor)
        : m_socket(descriptor)
    {
    }
    explicit RawSocket(std::uint16_t port, int receiveBuffer = 0)
        : m_socket(::socket(AF_INET, SOCK_STREAM, 0))
    {
        if (receiveBuffer > 0) {
            ::setsockopt(m_socket, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, sizeof receiveBuffer);
        }
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(m_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            close();
        }
        const int on = 1;
        ::setsockopt(m_socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    ~RawSocket() { close(); }
    RawSocket(RawSocket&& other) noexcept
        : m_socket(std::exchange(other.m_socket, -1))
        , m_in(std::move(other.m_in))
    {
    }
    RawSocket& operator=(RawSocket&& other) noexcept
    {
        close();
        m_socket = std::exchange(other.m_socket, -1);
        m_in = std::move(other.m_in);
        return *this;
    }

    [[nodiscard]] bool open() const { return m_socket >= 0; }
    bool send(std::string_view bytes) const
    {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) {
                return false;
            }
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    void close()
    {
        if (m_socket >= 0) {
            ::close(std::exchange(m_socket, -1));
        }
    }
    /// Closes with RST.
    void reset()
    {
        const linger hard{1, 0};
        ::setsockopt(m_socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        close();
    }

    enum class Read
    {
        Bytes,
        End,
        Reset,
        Timeout
    };
    /// Reads what is there, or waits.
    Read readSome(std::chrono::milliseconds patience = std::chrono::seconds(10))
    {
        pollfd entry{m_socket, POLLIN, 0};
        if (::poll(&entry, 1, static_cast<int>(patience.count())) <= 0) {
            return Read::Timeout;
        }
        char bytes[65536];
        const ssize_t size = ::recv(m_socket, bytes, sizeof bytes, 0);
        if (size > 0) {
            m_in.append(bytes, static_cast<std::size_t>(size));
            return Read::Bytes;
        }
        return size == 0 ? Read::End : Read::Reset;
    }
    /// Everything until the text has come; with the text. Nothing when the peer closes before.
    std::optional<std::string> readUntil(std::string_view text)
    {
        std::size_t at = m_in.find(text);
        while (at == std::string::npos && readSome() == Read::Bytes) {
            at = m_in.find(text);
        }
        return at == std::string::npos ? std::nullopt : std::optional(take(at + text.size()));
    }
    std::optional<std::string> readExactly(std::size_t size)
    {
        while (m_in.size() < size && readSome() == Read::Bytes) {
        }
        return m_in.size() < size ? std::nullopt : std::optional(take(size));
    }
    /// Everything until the peer closes; how it ended.
    std::pair<std::string, Read> readAll()
    {
        Read read = Read::Bytes;
        while (read == Read::Bytes) {
            read = readSome();
        }
        return {std::exchange(m_in, {}), read};
    }
    /// What has been read and not taken.
    [[nodiscard]] const std::string& buffered() const { return m_in; }

private:
    std::string take(std::size_t size)
    {
        std::string taken = m_in.substr(0, size);
        m_in.erase(0, size);
        return taken;
    }

    int m_socket = -1;
    std::string m_in;
};

} // namespace sluice::tests
