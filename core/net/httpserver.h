// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/net/http.h"
#include "core/net/iothread.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sluice::net {

/// A request, complete with its body, as views into the connection's buffer: valid until the
/// exchange is answered and finished.
struct HttpRequest
{
    std::string_view method;
    std::string_view target; ///< as sent
    std::string_view path;   ///< without the query, not decoded
    std::string_view query;  ///< without '?'
    HeaderList headers;
    std::string_view body;                         ///< de-chunked, complete
    std::string_view peer;                         ///< "127.0.0.1:40123"
    std::chrono::steady_clock::time_point started; ///< first byte of the request was read
};

/// One request being answered. Lives on its connection's I/O thread; every call is made there.
/// Exactly one of: respond(), or beginStream() … endStream()/breakStream(). Dropping the last
/// reference unanswered answers 500 and closes.
class HttpExchange : public std::enable_shared_from_this<HttpExchange>
{
public:
    virtual ~HttpExchange() = default;

    [[nodiscard]] virtual const HttpRequest& request() const noexcept = 0;
    [[nodiscard]] virtual IoThread& thread() noexcept = 0;

    /// A whole answer, written with one gathered write. Headers are copied, body is moved.
    /// content-length, date, connection are added. HEAD gets no body.
    virtual void respond(int status, std::span<const Header> headers, std::string body) = 0;

    /// Starts a chunked answer. The head is held back and goes out together with the first chunk.
    virtual void beginStream(int status, std::span<const Header> headers) = 0;
    /// Queues bytes; copied. What is written in one turn of the loop, or while a write is under
    /// way, leaves as one HTTP chunk.
    virtual void write(std::string_view bytes) = 0;
    /// Bytes queued and not yet taken by the kernel. Stop feeding above a limit and wait for
    /// onDrain.
    [[nodiscard]] virtual std::size_t pending() const noexcept = 0;
    /// Called each time pending() has fallen to 0 after having been above 64 KiB.
    virtual void onDrain(std::function<void()> callback) = 0;
    /// Final chunk; the connection is kept for the next request.
    virtual void endStream() = 0;
    /// Writes what is queued, then closes without the final chunk, so that no client takes it for
    /// complete.
    virtual void breakStream() = 0;

    /// Called once if the client goes away before the answer is complete (also while nothing is
    /// being written: the connection keeps reading). After it, answering calls do nothing.
    virtual void onClosed(std::function<void()> callback) = 0;
};

/// What a listener refuses before anybody sees the request.
struct HttpLimits
{
    std::size_t bodyBytes = std::size_t{8} << 20U;    ///< 413
    std::size_t headerBytes = std::size_t{64} << 10U; ///< 431
    std::size_t headers = 100;                        ///< 431
    std::chrono::milliseconds headerDeadline{10'000}; ///< 408 and close
    std::chrono::milliseconds bodyDeadline{60'000};
    std::chrono::milliseconds idle{120'000}; ///< keep-alive
    std::chrono::milliseconds writeStall{30'000};
    std::size_t connections = 20'000;
};

struct TlsFiles
{
    std::string certificate; ///< PEM chain
    std::string key;         ///< PEM
};

struct HttpServerOptions
{
    std::string host = "127.0.0.1";
    std::uint16_t port = 0; ///< 0: a free one
    std::vector<std::string>
        allowHosts; ///< beside 127.0.0.1, localhost, [::1]; exact, port ignored
    TlsFiles tls;   ///< empty: plain
    HttpLimits limits;
    /// Shapes an error that the server itself has found (400, 403, 408, 413, 431) for a path: body
    /// and its content type. Called on I/O threads.
    std::function<std::pair<std::string, std::string>(int status, std::string_view message,
                                                      std::string_view path)>
        errorBody;
};

/// HTTP/1.1 listener on a set of I/O threads (SO_REUSEPORT: one acceptor a thread). Checks Host
/// (allow-list) and Origin (absent or allowed; "null" and foreign are 403) before the handler sees
/// a request; anything with ambiguous framing is 400 and close. Pipelined requests are answered in
/// order.
class HttpServer
{
public:
    using Handler =
        std::function<void(std::shared_ptr<HttpExchange>)>; ///< on the connection's I/O thread

    HttpServer(HttpServerOptions options, std::vector<std::shared_ptr<IoThread>> threads,
               Handler handler);
    ~HttpServer(); ///< stop()

    /// Binds and listens on all threads. Io names the address and the reason.
    Status start();
    /// The port that was bound; after start().
    [[nodiscard]] std::uint16_t port() const noexcept;
    /// Stops accepting, answers with "connection: close", and calls done when the last exchange has
    /// ended or the deadline has passed (the rest are broken off).
    void drain(std::chrono::milliseconds deadline, std::function<void()> done);
    void stop();
    [[nodiscard]] std::size_t openConnections() const noexcept;

private:
    struct Impl;
    std::shared_ptr<Impl> m_impl;
};

} // namespace sluice::net
