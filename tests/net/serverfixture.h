// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/httpserver.h"
#include "tests/net/rawsocket.h"

#include <memory>
#include <string>
#include <vector>

namespace sluice::tests {

using ExchangePtr = std::shared_ptr<net::HttpExchange>;

/// A server on a free port with its own I/O threads.
class ServerFixture
{
public:
    ServerFixture(net::HttpServer::Handler handler, net::HttpServerOptions options = {},
                  std::size_t threads = 1)
    {
        for (std::size_t i = 0; i < threads; ++i) {
            m_threads.push_back(std::make_shared<net::IoThread>(i, "io" + std::to_string(i)));
            m_threads.back()->start();
        }
        m_server =
            std::make_unique<net::HttpServer>(std::move(options), m_threads, std::move(handler));
        m_status = m_server->start();
    }
    ~ServerFixture()
    {
        m_server.reset();
        for (const auto& thread : m_threads) {
            thread->stop();
        }
    }

    [[nodiscard]] const Status& status() const { return m_status; }
    [[nodiscard]] net::HttpServer& server() { return *m_server; }
    [[nodiscard]] net::IoThread& thread(std::size_t index = 0) { return *m_threads[index]; }
    [[nodiscard]] RawSocket connect(int receiveBuffer = 0)
    {
        return RawSocket(m_server->port(), receiveBuffer);
    }
    void stopServer() { m_server->stop(); }

private:
    std::vector<std::shared_ptr<net::IoThread>> m_threads;
    std::unique_ptr<net::HttpServer> m_server;
    Status m_status;
};

/// Answers with what it has understood: method, path, query and body, one a line.
inline void echo(const std::shared_ptr<net::HttpExchange>& exchange)
{
    const net::HttpRequest& request = exchange->request();
    std::string text;
    for (const std::string_view part :
         {request.method, request.path, request.query, request.body}) {
        text.append(part).append("\n");
    }
    exchange->respond(200, {}, std::move(text));
}

} // namespace sluice::tests
