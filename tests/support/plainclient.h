// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::tests {

/// What came back over the wire, as it was.
struct PlainAnswer
{
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers; ///< names in lower case
    std::string body;                                         ///< de-chunked
    bool complete = false; ///< the message ended as its framing says: content-length reached, or
                           ///< the final chunk
    bool closed = false;   ///< the peer closed the connection
    bool timedOut = false;

    /// The first value, or "".
    [[nodiscard]] std::string header(std::string_view name) const;
};

/// An HTTP/1.1 client on a blocking socket that shows what other clients hide: whether an answer
/// was complete. One connection; one thread.
class PlainClient
{
public:
    explicit PlainClient(std::uint16_t port);
    ~PlainClient();
    PlainClient(const PlainClient&) = delete;
    PlainClient& operator=(const PlainClient&) = delete;

    using Headers = std::vector<std::pair<std::string, std::string>>;
    void send(std::string_view method, std::string_view path, std::string_view body = {},
              const Headers& headers = {});
    void sendRaw(std::string_view bytes);
    /// Reads one answer: until it is complete, the peer closes or the time is over.
    PlainAnswer receive(std::chrono::milliseconds time = std::chrono::seconds(10));
    /// Reads until the text has come; false if it has not in time.
    bool waitFor(std::string_view text, std::chrono::milliseconds time = std::chrono::seconds(10));
    /// Whether the peer closes the connection within the time.
    bool closedByPeer(std::chrono::milliseconds time = std::chrono::seconds(10));
    /// Goes away: RST.
    void abort();

    /// One request on a connection of its own.
    static PlainAnswer request(std::uint16_t port, std::string_view method, std::string_view path,
                               std::string_view body = {}, const Headers& headers = {});

private:
    bool readMore(std::chrono::steady_clock::time_point until);

    int m_socket = -1;
    std::string m_buffer;
    bool m_headAsked = false; ///< an answer to HEAD has no body
    bool m_closed = false;
    bool m_timedOut = false;
};

} // namespace sluice::tests
