// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/faultyupstream.h"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <array>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sluice::tests {

namespace {

constexpr int kPollMs = 5;

int listenOnLoopback(std::uint16_t& port)
{
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    if (listener < 0 || ::bind(listener, plain, size) != 0 || ::listen(listener, 256) != 0 ||
        ::getsockname(listener, plain, &size) != 0) {
        std::abort(); // no test can go on without a socket
    }
    port = ntohs(address.sin_port);
    return listener;
}

bool readable(int socket)
{
    pollfd entry{socket, POLLIN, 0};
    return ::poll(&entry, 1, kPollMs) > 0;
}

std::size_t contentLength(const std::string& head)
{
    for (const char* name : {"content-length: ", "Content-Length: "}) {
        if (const std::size_t at = head.find(name); at != std::string::npos) {
            return std::stoul(head.substr(at + std::char_traits<char>::length(name)));
        }
    }
    return 0;
}

} // namespace

FaultyUpstream::FaultyUpstream(Script script)
    : m_script(std::move(script))
{
    m_listener = listenOnLoopback(m_port);
    m_acceptor = std::thread([this] { accept(); });
}

FaultyUpstream::~FaultyUpstream()
{
    m_stopping = true;
    m_acceptor.join();
    for (std::thread& connection : m_connections) {
        connection.join();
    }
    ::close(m_listener);
}

void FaultyUpstream::setScript(Script script)
{
    const std::lock_guard lock(m_mutex);
    m_script = std::move(script);
}

std::string FaultyUpstream::baseUrl() const
{
    return fmt::format("http://127.0.0.1:{}/v1", m_port);
}

std::optional<std::chrono::steady_clock::time_point> FaultyUpstream::abandonedAt() const
{
    const std::lock_guard lock(m_mutex);
    return m_abandonedAt;
}

std::string FaultyUpstream::lastRequest() const
{
    const std::lock_guard lock(m_mutex);
    return m_lastRequest;
}

void FaultyUpstream::accept()
{
    while (!m_stopping) {
        if (!readable(m_listener)) {
            continue;
        }
        const int socket = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket >= 0) {
            const int on = 1;
            ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            m_connections.emplace_back([this, socket] { serve(socket); });
        }
    }
}

void FaultyUpstream::serve(int socket)
{
    std::string buffer;
    bool open = true;
    while (open && readRequest(socket, buffer)) {
        Script script;
        {
            const std::lock_guard lock(m_mutex);
            script = m_script;
        }
        for (const Step& step : script) {
            open = perform(socket, step);
            if (!open) {
                break;
            }
        }
    }
    ::close(socket);
}

bool FaultyUpstream::readRequest(int socket, std::string& buffer)
{
    std::array<char, 16384> piece{};
    while (!m_stopping) {
        const std::size_t head = buffer.find("\r\n\r\n");
        if (head != std::string::npos &&
            buffer.size() >= head + 4 + contentLength(buffer.substr(0, head))) {
            const std::size_t size = head + 4 + contentLength(buffer.substr(0, head));
            const std::lock_guard lock(m_mutex);
            m_lastRequest = buffer.substr(0, size);
            buffer.erase(0, size);
            ++m_requests;
            return true;
        }
        if (!readable(socket)) {
            continue;
        }
        const ssize_t count = ::recv(socket, piece.data(), piece.size(), 0);
        if (count <= 0) {
            return false;
        }
        buffer.append(piece.data(), static_cast<std::size_t>(count));
    }
    return false;
}

bool FaultyUpstream::perform(int socket, const Step& step)
{
    switch (step.kind) {
    case Step::Kind::Send:
        return sendAll(socket, step.bytes);
    case Step::Kind::Stall:
        return idle(socket, std::nullopt);
    case Step::Kind::Wait:
        return idle(socket, step.time);
    case Step::Kind::Close:
        return false;
    case Step::Kind::Reset: {
        const linger hard{1, 0};
        ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        return false;
    }
    case Step::Kind::HalfClose:
        ::shutdown(socket, SHUT_WR);
        return idle(socket, std::nullopt);
    case Step::Kind::Flood:
        for (std::size_t i = 0; i < step.times && !m_stopping; ++i) {
            if (!sendAll(socket, step.bytes)) {
                return false;
            }
        }
        return true;
    }
    return false;
}

bool FaultyUpstream::sendAll(int socket, const std::string& bytes)
{
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        if (m_stopping) {
            return false;
        }
        const ssize_t count =
            ::send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count > 0) {
            sent += static_cast<std::size_t>(count);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            pollfd entry{socket, POLLOUT, 0};
            ::poll(&entry, 1, kPollMs);
        } else {
            noteAbandoned();
            return false;
        }
    }
    return true;
}

bool FaultyUpstream::idle(int socket, std::optional<std::chrono::milliseconds> time)
{
    const auto until = std::chrono::steady_clock::now() + time.value_or(std::chrono::hours(1));
    while (!m_stopping && !(m_released && !time) && std::chrono::steady_clock::now() < until) {
        if (!readable(socket)) {
            continue;
        }
        char byte = 0;
        if (::recv(socket, &byte, 1, MSG_PEEK) <= 0) {
            noteAbandoned();
            return false;
        }
    }
    return !m_stopping;
}

void FaultyUpstream::noteAbandoned()
{
    const std::lock_guard lock(m_mutex);
    m_abandonedAt = std::chrono::steady_clock::now();
    ++m_abandoned;
}

std::string refusingBaseUrl()
{
    std::uint16_t port = 0;
    ::close(listenOnLoopback(port));
    return fmt::format("http://127.0.0.1:{}/v1", port);
}

namespace wire {

namespace {

std::string event(const std::string& choice, const std::string& extra = {})
{
    return chunk(fmt::format(
        "data: {{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,"
        "\"model\":\"m-1-2026-01-15\",\"choices\":[{}]{}}}\n\n",
        choice, extra));
}

} // namespace

std::string chunk(const std::string& payload)
{
    return fmt::format("{:x}\r\n{}\r\n", payload.size(), payload);
}

std::string streamHead(const std::string& extraHeaders)
{
    return "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n" +
           extraHeaders + "\r\n";
}

std::string role()
{
    return event(R"({"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null})");
}

std::string content(const std::string& text)
{
    return event(
        fmt::format(R"({{"index":0,"delta":{{"content":"{}"}},"finish_reason":null}})", text));
}

std::string finish()
{
    return event(R"({"index":0,"delta":{},"finish_reason":"stop"})");
}

std::string usage(int prompt, int completion, int cached)
{
    return event(
        "", fmt::format(R"(,"usage":{{"prompt_tokens":{},"completion_tokens":{},"total_tokens":{},)"
                        R"("prompt_tokens_details":{{"cached_tokens":{}}}}})",
                        prompt, completion, prompt + completion, cached));
}

std::string done()
{
    return chunk("data: [DONE]\n\n");
}

std::string end()
{
    return "0\r\n\r\n";
}

std::string stream(const std::string& text)
{
    return streamHead() + role() + content(text) + finish() + usage(10, 5) + done() + end();
}

std::string whole(const std::string& text, int prompt, int completion, int cached)
{
    return status(
        200,
        fmt::format(
            R"({{"id":"chatcmpl-1","object":"chat.completion","created":1,)"
            R"("model":"m-1-2026-01-15","choices":[{{"index":0,"message":{{"role":"assistant",)"
            R"("content":"{}"}},"finish_reason":"stop"}}],"usage":{{"prompt_tokens":{},)"
            R"("completion_tokens":{},"total_tokens":{},"prompt_tokens_details":)"
            R"({{"cached_tokens":{}}}}}}})",
            text, prompt, completion, prompt + completion, cached));
}

std::string status(int status, const std::string& body, const std::string& extraHeaders)
{
    return fmt::format(
        "HTTP/1.1 {} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{}\r\n{}", status,
        body.size(), extraHeaders, body);
}

} // namespace wire

} // namespace sluice::tests
