// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/httpserver.h"

#include "core/net/deadlines.h"
#include "core/net/listener.h"
#include "core/net/serverconnection.h"
#include "core/net/serverstate.h"
#include "core/net/turns.h"

#include <utility>

namespace sluice::net {

namespace {

constexpr std::chrono::milliseconds kAcceptRetry{100};

void accept(const std::shared_ptr<ServerState>& state, ServerLane& lane);

void accepted(const std::shared_ptr<ServerState>& state, ServerLane& lane, const SysError& error,
              Socket socket)
{
    if (!lane.acceptor || error == boost::asio::error::operation_aborted) {
        return;
    }
    if (error == boost::asio::error::no_descriptors || error == boost::asio::error::no_memory ||
        error == boost::asio::error::no_buffer_space ||
        error == SysError(ENFILE, boost::system::system_category())) {
        // The connection stays in the backlog; asking at once again would only spin.
        lane.retry = lane.thread.deadlines().arm(kAcceptRetry, [state, &lane] {
            if (lane.acceptor) {
                accept(state, lane);
            }
        });
        return;
    }
    if (!error && state->open < state->options.limits.connections) {
        std::make_shared<ServerConnection>(state, lane, std::move(socket))->start();
    }
    accept(state, lane);
}

void accept(const std::shared_ptr<ServerState>& state, ServerLane& lane)
{
    lane.acceptor->async_accept([state, &lane](const SysError& error, Socket socket) {
        const Turns::Scope turn(lane.thread.turns());
        accepted(state, lane, error, std::move(socket));
    });
}

void closeConnections(ServerLane& lane)
{
    // Closing takes the connection out of the set, and onClosed may close others.
    while (!lane.connections.empty()) {
        const auto connection = (*lane.connections.begin())->shared_from_this();
        connection->close();
    }
}

void stopLane(ServerLane& lane)
{
    lane.acceptor.reset();
    lane.retry = {};
    lane.drainDeadline = {};
    closeConnections(lane);
}

void drainLane(ServerState& state, ServerLane& lane)
{
    lane.acceptor.reset();
    lane.retry = {};
    std::vector<std::shared_ptr<ServerConnection>> connections;
    for (ServerConnection* connection : lane.connections) {
        connections.push_back(connection->shared_from_this());
    }
    for (const auto& connection : connections) {
        connection->closeWhenIdle();
    }
    --state.lanesToDrain;
    state.finishDrain();
}

} // namespace

struct HttpServer::Impl : ServerState
{
    using ServerState::ServerState;

    std::vector<std::shared_ptr<IoThread>> threads;
};

HttpServer::HttpServer(HttpServerOptions options, std::vector<std::shared_ptr<IoThread>> threads,
                       Handler handler)
    : m_impl(std::make_shared<Impl>(std::move(options), std::move(handler)))
{
    for (const std::shared_ptr<IoThread>& thread : threads) {
        m_impl->lanes.push_back(std::make_unique<ServerLane>(*thread));
    }
    m_impl->threads = std::move(threads);
}

HttpServer::~HttpServer()
{
    stop();
    m_impl->threads.clear(); // connections whose handlers never run keep the rest alive, and the
                             // threads keep them
}

Status HttpServer::start()
{
    const HttpServerOptions& options = m_impl->options;
    if (!options.tls.certificate.empty() || !options.tls.key.empty()) {
        Result<TlsContext> tls = serverTls(options.tls);
        if (!tls) {
            return std::move(tls).error();
        }
        m_impl->tls = *tls;
    }
    Listener listener;
    if (Status status = listener.open(options.host, options.port, m_impl->lanes.size()); !status) {
        return status;
    }
    m_impl->port = listener.port();
    for (const auto& lane : m_impl->lanes) {
        const int descriptor = listener.take();
        lane->thread.runAndWait([&] {
            // The context does no locking for its sockets: they are registered on its own thread.
            lane->acceptor.emplace(lane->thread.context().get_executor(), listener.protocol(),
                                   descriptor);
            accept(m_impl, *lane);
        });
    }
    return {};
}

std::uint16_t HttpServer::port() const noexcept
{
    return m_impl->port;
}

void HttpServer::drain(std::chrono::milliseconds deadline, std::function<void()> done)
{
    {
        const std::lock_guard lock(m_impl->drainMutex);
        m_impl->drained = std::move(done);
    }
    m_impl->lanesToDrain = m_impl->lanes.size();
    m_impl->draining = true;
    for (const auto& lane : m_impl->lanes) {
        lane->thread.post([state = m_impl, deadline, &lane = *lane] {
            lane.drainDeadline =
                lane.thread.deadlines().arm(deadline, [state, &lane] { closeConnections(lane); });
            drainLane(*state, lane);
        });
    }
}

void HttpServer::stop()
{
    for (const auto& lane : m_impl->lanes) {
        lane->thread.runAndWait([&lane = *lane] { stopLane(lane); });
    }
}

std::size_t HttpServer::openConnections() const noexcept
{
    return m_impl->open;
}

} // namespace sluice::net
