// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/deadlines.h"
#include "core/net/hostguard.h"
#include "core/net/httpserver.h"
#include "core/net/tlscontext.h"
#include "core/net/transport.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_set>
#include <vector>

namespace sluice::net {

class ServerConnection;

/// A server's part on one I/O thread; touched there only.
struct ServerLane
{
    using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp,
                                                        boost::asio::io_context::executor_type>;

    explicit ServerLane(IoThread& ioThread)
        : thread(ioThread)
    {
    }

    IoThread& thread; ///< kept by the HttpServer: handlers that a stopped thread still holds must
                      ///< not keep it
    std::optional<Acceptor> acceptor;
    std::unordered_set<ServerConnection*> connections; ///< open ones; they take themselves out
    Deadlines::Handle retry; ///< accepts again after the process ran out of descriptors
    Deadlines::Handle drainDeadline;
};

/// What the connections of a server share; outlives the HttpServer as long as one is open.
struct ServerState
{
    ServerState(HttpServerOptions serverOptions, HttpServer::Handler requestHandler)
        : options(std::move(serverOptions))
        , handler(std::move(requestHandler))
        , guard(options.allowHosts)
    {
    }

    /// A connection has closed: on the last one the drain is complete.
    void connectionClosed()
    {
        --open;
        finishDrain();
    }
    void finishDrain()
    {
        if (!draining || lanesToDrain != 0 || open != 0) {
            return;
        }
        std::function<void()> done;
        {
            const std::lock_guard lock(drainMutex);
            done.swap(drained);
        }
        if (done) {
            done();
        }
    }

    const HttpServerOptions options;
    const HttpServer::Handler handler;
    const HostGuard guard;
    TlsContext tls; ///< null: plain; set before the first connection
    std::vector<std::unique_ptr<ServerLane>> lanes;
    std::uint16_t port = 0;
    // Counters and flags across lanes; sequentially consistent, so that the last of finishDrain's
    // callers sees all.
    std::atomic<std::size_t> open{0};
    std::atomic<std::size_t> lanesToDrain{0};
    std::atomic<bool> draining{false};
    std::mutex drainMutex;
    std::function<void()> drained; ///< guarded by drainMutex
};

} // namespace sluice::net
