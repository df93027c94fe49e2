// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/clientpool.h"

#include "core/net/addresses.h"
#include "core/net/chars.h"
#include "core/net/clientconnection.h"
#include "core/net/decimal.h"

#include <algorithm>

namespace sluice::net {

namespace {

bool ours(std::string_view name) noexcept
{
    return equalIgnoringCase(name, "host") || equalIgnoringCase(name, "content-length") ||
           equalIgnoringCase(name, "connection") || equalIgnoringCase(name, "transfer-encoding");
}

} // namespace

ClientPool::ClientPool(Endpoint clientEndpoint, IoThread& ioThread, std::size_t idleLimit)
    : endpoint(std::move(clientEndpoint))
    , thread(ioThread)
    , maxIdle(idleLimit)
    , hostHeader(endpoint.host)
    , hostName(endpoint.host)
    , address(addressOfHost(endpoint.host))
{
    const bool https = endpoint.scheme == "https";
    if (endpoint.port != (https ? 443 : 80)) {
        hostHeader += ":" + std::to_string(endpoint.port);
    }
    if (address && address->is_v6()) {
        hostName = hostName.substr(1, hostName.size() - 2);
    }
    if (https) {
        Result<TlsContext> context = clientTls(endpoint.caFile);
        if (context) {
            tls = *context;
        } else {
            tlsProblem = describe(context.error());
        }
    }
}

void ClientPool::run(const std::shared_ptr<ClientCall>& call)
{
    if (idle.empty()) {
        runFresh(call);
        return;
    }
    const std::shared_ptr<ClientConnection> connection = std::move(idle.back());
    idle.pop_back();
    connection->reuse(call);
}

void ClientPool::runFresh(const std::shared_ptr<ClientCall>& call)
{
    std::make_shared<ClientConnection>(shared_from_this())->open(call);
}

bool ClientPool::keep(std::shared_ptr<ClientConnection> connection)
{
    if (closed || idle.size() >= maxIdle) {
        return false;
    }
    idle.push_back(std::move(connection));
    return true;
}

void ClientPool::forget(const ClientConnection* connection)
{
    const auto found = std::find_if(idle.begin(), idle.end(), [connection](const auto& candidate) {
        return candidate.get() == connection;
    });
    if (found != idle.end()) {
        idle.erase(found);
    }
}

void ClientPool::close()
{
    closed = true;
    for (const auto& connection : std::exchange(idle, {})) {
        connection->close();
    }
}

std::string_view requestProblem(const CallRequest& request) noexcept
{
    if (!isToken(request.method)) {
        return "the method is malformed";
    }
    if (request.target.empty() || request.target.front() != '/' ||
        !allOf(request.target, chars::kTarget)) {
        return "the target is malformed";
    }
    for (const auto& [name, value] : request.headers) {
        if (!isToken(name) || !isFieldValue(value)) {
            return "a header is malformed";
        }
    }
    return {};
}

void appendRequestHead(std::string& out, const CallRequest& request, const ClientPool& pool)
{
    out.append(request.method).append(" ").append(pool.endpoint.basePath).append(request.target);
    out.append(" HTTP/1.1\r\nhost: ").append(pool.hostHeader).append("\r\n");
    for (const auto& [name, value] : request.headers) {
        if (!ours(name)) {
            out.append(name).append(": ").append(value).append("\r\n");
        }
    }
    if (!request.body.empty() || (request.method != "GET" && request.method != "HEAD")) {
        out += "content-length: ";
        appendDecimal(out, request.body.size());
        out += "\r\n";
    }
    out += "connection: keep-alive\r\n\r\n";
}

} // namespace sluice::net
