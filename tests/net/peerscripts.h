// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/net/rawpeer.h"

#include <string>
#include <utility>

/// What upstreams answer in tests of the client.
namespace sluice::tests {

inline const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Answers every request on a connection alike.
inline RawPeer::Script always(std::string answer)
{
    return [answer = std::move(answer)](RawSocket& socket, int) {
        while (socket.readUntil("\r\n\r\n")) {
            socket.send(answer);
        }
    };
}

/// Answers one request, then closes.
inline RawPeer::Script once(std::string answer)
{
    return [answer = std::move(answer)](RawSocket& socket, int) {
        socket.readUntil("\r\n\r\n");
        socket.send(answer);
    };
}

} // namespace sluice::tests
