// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/clientcall.h"
#include "core/net/httpclient.h"
#include "core/net/tlscontext.h"

#include <boost/asio/ip/address.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::net {

/// What the connections of one HttpClient share. One I/O thread.
struct ClientPool : public std::enable_shared_from_this<ClientPool>
{
    ClientPool(Endpoint clientEndpoint, IoThread& ioThread, std::size_t idleLimit);

    /// On the connection used last, or a new one.
    void run(const std::shared_ptr<ClientCall>& call);
    void runFresh(const std::shared_ptr<ClientCall>& call);
    /// A connection has become idle; false when there is no room for it.
    bool keep(std::shared_ptr<ClientConnection> connection);
    /// An idle connection has died.
    void forget(const ClientConnection* connection);
    void close();

    const Endpoint endpoint;
    IoThread& thread;
    const std::size_t maxIdle;
    std::string hostHeader; ///< with the port unless it is the scheme's
    std::string hostName;   ///< without brackets, for the resolver and the certificate
    std::optional<boost::asio::ip::address> address; ///< when the host is one
    TlsContext tls;                                  ///< https only
    std::string tlsProblem;                          ///< why there is none
    bool closed = false;
    std::vector<std::shared_ptr<ClientConnection>> idle; ///< used last is last
};

/// What is wrong with a request that cannot be sent as it is, or empty.
std::string_view requestProblem(const CallRequest& request) noexcept;
/// Appends the request's head.
void appendRequestHead(std::string& out, const CallRequest& request, const ClientPool& pool);

} // namespace sluice::net
