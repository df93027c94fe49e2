// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/plainclient.h"

#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdlib>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace sluice::tests {

namespace {

/// De-chunks what is there; true once the final chunk is.
bool dechunk(std::string_view bytes, std::string& out, std::size_t& used)
{
    std::size_t at = 0;
    out.clear();
    while (true) {
        const std::size_t line = bytes.find("\r\n", at);
        if (line == std::string_view::npos) {
            return false;
        }
        const std::size_t size =
            std::strtoul(std::string(bytes.substr(at, line - at)).c_str(), nullptr, 16);
        if (bytes.size() < line + 2 + size + 2) {
            out.append(bytes.substr(line + 2, size));
            return false;
        }
        out.append(bytes.substr(line + 2, size));
        at = line + 2 + size + 2;
        if (size == 0) {
            used = at;
            return true;
        }
    }
}

void parseHead(std::string_view head, PlainAnswer& answer)
{
    answer.status = std::atoi(std::string(head.substr(9, 3)).c_str());
    std::size_t at = head.find("\r\n");
    while (at != std::string_view::npos && at + 2 < head.size()) {
        const std::size_t end = std::min(head.find("\r\n", at + 2), head.size());
        const std::string_view line = head.substr(at + 2, end - at - 2);
        const std::size_t colon = line.find(": ");
        if (colon != std::string_view::npos) {
            std::string name(line.substr(0, colon));
            std::transform(name.begin(), name.end(), name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            answer.headers.emplace_back(std::move(name), line.substr(colon + 2));
        }
        at = end;
    }
}

} // namespace

std::string PlainAnswer::header(std::string_view name) const
{
    const auto found = std::find_if(headers.begin(), headers.end(),
                                    [&](const auto& h) { return h.first == name; });
    return found == headers.end() ? std::string{} : found->second;
}

PlainClient::PlainClient(std::uint16_t port)
    : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    m_closed = ::connect(m_socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0;
}

PlainClient::~PlainClient()
{
    if (m_socket >= 0) {
        ::close(m_socket);
    }
}

void PlainClient::abort()
{
    const linger hard{1, 0};
    ::setsockopt(m_socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    ::close(m_socket);
    m_socket = -1;
}

void PlainClient::sendRaw(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) {
            return; // an answer may have come before the whole request was taken
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void PlainClient::send(std::string_view method, std::string_view path, std::string_view body,
                       const Headers& headers)
{
    m_headAsked = method == "HEAD";
    std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\n", method, path);
    for (const auto& [name, value] : headers) {
        text += fmt::format("{}: {}\r\n", name, value);
    }
    if (!body.empty()) {
        text +=
            fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n", body.size());
    }
    text += "\r\n";
    text += body;
    sendRaw(text);
}

bool PlainClient::readMore(std::chrono::steady_clock::time_point until)
{
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd entry{m_socket, POLLIN, 0};
    if (m_closed || left.count() <= 0 || ::poll(&entry, 1, static_cast<int>(left.count())) <= 0) {
        m_timedOut = !m_closed;
        return false;
    }
    std::array<char, 65536> piece{};
    const ssize_t count = ::recv(m_socket, piece.data(), piece.size(), 0);
    if (count <= 0) {
        m_closed = true;
        return false;
    }
    m_buffer.append(piece.data(), static_cast<std::size_t>(count));
    return true;
}

PlainAnswer PlainClient::receive(std::chrono::milliseconds time)
{
    const auto until = std::chrono::steady_clock::now() + time;
    PlainAnswer answer;
    std::size_t head = m_buffer.find("\r\n\r\n");
    while (head == std::string::npos && readMore(until)) {
        head = m_buffer.find("\r\n\r\n");
    }
    if (head != std::string::npos) {
        parseHead(std::string_view(m_buffer).substr(0, head), answer);
        const bool chunked = !m_headAsked && answer.header("transfer-encoding") == "chunked";
        const std::size_t length =
            m_headAsked ? 0 : std::strtoul(answer.header("content-length").c_str(), nullptr, 10);
        std::size_t used = 0;
        do {
            const std::string_view rest = std::string_view(m_buffer).substr(head + 4);
            if (chunked) {
                answer.complete = dechunk(rest, answer.body, used);
            } else {
                answer.complete = rest.size() >= length;
                answer.body = rest.substr(0, length);
                used = length;
            }
        } while (!answer.complete && readMore(until));
        if (answer.complete) {
            m_buffer.erase(0, head + 4 + used);
        }
    }
    answer.closed = m_closed;
    answer.timedOut = m_timedOut;
    return answer;
}

bool PlainClient::waitFor(std::string_view text, std::chrono::milliseconds time)
{
    const auto until = std::chrono::steady_clock::now() + time;
    while (m_buffer.find(text) == std::string::npos) {
        if (!readMore(until)) {
            return false;
        }
    }
    return true;
}

bool PlainClient::closedByPeer(std::chrono::milliseconds time)
{
    const auto until = std::chrono::steady_clock::now() + time;
    while (readMore(until)) {
    }
    if (m_closed && m_socket >= 0) {
        ::close(std::exchange(m_socket, -1)); // a server that lingers waits for ours
    }
    return m_closed;
}

PlainAnswer PlainClient::request(std::uint16_t port, std::string_view method, std::string_view path,
                                 std::string_view body, const Headers& headers)
{
    PlainClient client(port);
    client.send(method, path, body, headers);
    return client.receive();
}

} // namespace sluice::tests
