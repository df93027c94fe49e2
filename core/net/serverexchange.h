// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/httpserver.h"
#include "core/net/serverconnection.h"

#include <memory>
#include <utility>

namespace sluice::net {

/// The user's end of one request on a connection; does nothing once the exchange is over.
class ServerExchange final : public HttpExchange
{
public:
    explicit ServerExchange(std::shared_ptr<ServerConnection> connection)
        : m_connection(std::move(connection))
    {
    }
    ~ServerExchange() override
    {
        if (live()) {
            m_connection->dropped();
        }
    }

    [[nodiscard]] const HttpRequest& request() const noexcept override
    {
        return m_connection->request();
    }
    [[nodiscard]] IoThread& thread() noexcept override { return m_connection->thread(); }

    void respond(int status, std::span<const Header> headers, std::string body) override
    {
        if (live() && !m_begun) {
            m_begun = true;
            m_done = true;
            m_connection->respond(status, headers, std::move(body));
        }
    }
    void beginStream(int status, std::span<const Header> headers) override
    {
        if (live() && !m_begun) {
            m_begun = true;
            m_connection->beginStream(status, headers);
        }
    }
    void write(std::string_view bytes) override
    {
        if (streaming() && !bytes.empty()) {
            m_connection->write(bytes);
        }
    }
    [[nodiscard]] std::size_t pending() const noexcept override
    {
        return live() ? m_connection->pending() : 0;
    }
    void onDrain(std::function<void()> callback) override
    {
        if (live()) {
            m_connection->onDrain(std::move(callback));
        }
    }
    void endStream() override
    {
        if (streaming()) {
            m_done = true;
            m_connection->endStream();
        }
    }
    void breakStream() override
    {
        if (streaming()) {
            m_done = true;
            m_connection->breakStream();
        }
    }
    void onClosed(std::function<void()> callback) override
    {
        const bool first = !std::exchange(m_asked, true);
        if (live()) {
            m_connection->onClosed(std::move(callback));
        } else if (first && !m_done && m_connection->closed() && callback) {
            m_connection->thread().post(std::move(callback)); // it went away before anybody asked
        }
    }

private:
    [[nodiscard]] bool live() const noexcept { return m_connection->serves(this); }
    [[nodiscard]] bool streaming() const noexcept { return live() && m_begun && !m_done; }

    std::shared_ptr<ServerConnection> m_connection;
    bool m_begun = false;
    bool m_done = false;
    bool m_asked = false; ///< onClosed was called
};

} // namespace sluice::net
