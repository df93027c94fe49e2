// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/net/http.h"
#include "core/net/iothread.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::net {

/// A place to send requests to, from approved configuration only.
struct Endpoint
{
    std::string scheme; ///< "http" or "https"
    std::string host;
    std::uint16_t port = 0;
    std::string basePath; ///< "" or "/v1", no trailing slash
    /// Whether loopback, private and link-local addresses, and plain http, are allowed.
    bool local = false;
    std::string caFile; ///< PEM; empty: the system's
};

/// Parses "https://host[:port][/path]". Userinfo, query, fragment, other schemes, and http without
/// `local` are InvalidArgument.
Result<Endpoint> endpointFromUrl(std::string_view url, bool local);

/// Called on the I/O thread that the call was started on, never from within HttpClient::start(),
/// Call::pause(), resume() or cancel(). After onEnd or onError nothing more comes. Each callback
/// may cancel or destroy the call, and this handler with it: nothing of either is touched
/// afterwards.
class CallHandler
{
public:
    virtual ~CallHandler() = default;
    /// A connection is there (reused or new) and the request is about to be written. Comes a second
    /// time, with `reused` false, when the reused connection turned out to be dead.
    virtual void onConnected(bool reused, std::chrono::microseconds connectTime) = 0;
    /// The views are valid during the call. 1xx answers are skipped.
    virtual void onHead(int status, const HeaderList& headers) = 0;
    /// A piece of the de-chunked body; the view is valid during the call.
    virtual void onBody(std::string_view bytes) = 0;
    virtual void onEnd() = 0; ///< the message was complete and framed so
    virtual void onError(NetError error, std::string_view detail) = 0;
};

/// A running call. Same thread as the client. Destroying it cancels.
class Call
{
public:
    virtual ~Call() = default;
    /// In every phase: closes the connection; no callback follows.
    virtual void cancel() = 0;
    /// Back-pressure: stops and restarts reading; no onHead, onBody or onEnd comes while paused.
    virtual void pause() = 0;
    virtual void resume() = 0;
};

struct CallRequest
{
    std::string_view method = "POST";
    std::string target; ///< below the endpoint's basePath, begins with '/'
    /// host, content-length and connection are added (and left out here, as is transfer-encoding).
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::chrono::milliseconds connectTimeout{5'000};   ///< for name, address and TLS together
    std::size_t maxBodyBytes = std::size_t{64} << 20U; ///< of the response; TooLarge beyond
};

/// Keep-alive connections to one endpoint, for one I/O thread. TCP_NODELAY, head and body in one
/// gathered write, TLS >= 1.2 verified against the host name, redirects never followed, resolve ->
/// check every address -> connect to the checked one. A request that failed on a reused connection
/// before any response byte is sent once more on a new connection. Every method on its thread, and
/// gone before the thread is; it may be destroyed after the thread has been stopped.
class HttpClient
{
public:
    HttpClient(Endpoint endpoint, IoThread& thread, std::size_t maxIdle = 256);
    ~HttpClient(); ///< running calls must be gone

    [[nodiscard]] std::unique_ptr<Call> start(CallRequest request, CallHandler& handler);
    [[nodiscard]] const Endpoint& endpoint() const noexcept;

private:
    struct Impl;
    std::shared_ptr<Impl> m_impl;
};

} // namespace sluice::net
