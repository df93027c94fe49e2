// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/net/rawsocket.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sluice::tests {

/// A scripted upstream on a free loopback port: each accepted connection runs the script on a
/// thread of its own.
class RawPeer
{
public:
    using Script = std::function<void(RawSocket& socket, int connection)>;

    /// With `deaf`, accepts nothing: once its backlog is full, connecting to it hangs.
    explicit RawPeer(Script script, bool deaf = false)
        : m_script(std::move(script))
    {
        m_listener = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(m_listener, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        ::listen(m_listener, deaf ? 0 : 64);
        socklen_t size = sizeof address;
        ::getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &size);
        m_port = ntohs(address.sin_port);
        if (!deaf) {
            m_acceptor = std::thread([this] { accept(); });
        }
    }
    ~RawPeer()
    {
        m_stopping = true;
        ::shutdown(m_listener, SHUT_RDWR); // wakes accept
        if (m_acceptor.joinable()) {
            m_acceptor.join();
        }
        for (std::thread& thread : m_threads) {
            thread.join();
        }
        ::close(m_listener);
    }

    [[nodiscard]] std::uint16_t port() const { return m_port; }
    [[nodiscard]] int connections() const { return m_connections; }

private:
    void accept()
    {
        while (!m_stopping) {
            const int descriptor = ::accept(m_listener, nullptr, nullptr);
            if (descriptor < 0) {
                return;
            }
            m_threads.emplace_back([this, descriptor, index = m_connections++] {
                RawSocket socket(descriptor);
                m_script(socket, index);
            });
        }
    }

    Script m_script;
    int m_listener = -1;
    std::uint16_t m_port = 0;
    std::atomic<bool> m_stopping{false};
    std::atomic<int> m_connections{0};
    std::thread m_acceptor;
    std::vector<std::thread> m_threads;
};

} // namespace sluice::tests
