// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/httpclient.h"
#include "core/net/turns.h"

#include <memory>
#include <utility>

namespace sluice::net {

class ClientConnection;
struct ClientPool;

/// A call between its handle, which the user owns, and the connection that works on it. A cancelled
/// or finished call has no handler.
struct ClientCall final : public Turns::Deferred, public std::enable_shared_from_this<ClientCall>
{
    ClientCall(CallRequest callRequest, CallHandler& callHandler,
               std::shared_ptr<ClientPool> clientPool)
        : request(std::move(callRequest))
        , handler(&callHandler)
        , pool(std::move(clientPool))
    {
    }

    /// Starts it: the handler must not be called back from within HttpClient::start().
    void afterTurn() override;
    /// Takes the handler away for the last callback.
    CallHandler* finish()
    {
        connection.reset();
        return std::exchange(handler, nullptr);
    }

    CallRequest request;
    CallHandler* handler;
    std::shared_ptr<ClientPool> pool;
    std::shared_ptr<ClientConnection> connection; ///< while it works on this call
    bool paused = false;
    bool retried = false;
};

} // namespace sluice::net
