// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "tests/net/rawsocket.h"

#include <map>
#include <string>

namespace sluice::tests {

/// An answer as it came over the wire.
struct HttpAnswer
{
    int status = 0;
    std::map<std::string, std::string> headers; ///< names in lower case
    std::string body;
    [[nodiscard]] Json json() const { return Json::parse(body, nullptr, false); }
};

/// Sends one request with exactly these header lines and reads the answer to the end of the
/// connection.
inline HttpAnswer rawRequest(std::uint16_t port, const std::string& method,
                             const std::string& target, const std::string& headerLines,
                             const std::string& body = {})
{
    RawSocket socket(port);
    socket.send(method + " " + target + " HTTP/1.1\r\n" + headerLines + "Content-Length: " +
                std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body);
    const std::string bytes = socket.readAll().first;
    HttpAnswer answer;
    const auto head = bytes.find("\r\n\r\n");
    if (head == std::string::npos || bytes.size() < 12) {
        return answer;
    }
    answer.status = std::stoi(bytes.substr(9, 3));
    answer.body = bytes.substr(head + 4);
    std::size_t at = bytes.find("\r\n") + 2;
    while (at < head + 2) {
        const auto end = bytes.find("\r\n", at);
        const auto colon = bytes.find(':', at);
        std::string name = bytes.substr(at, colon - at);
        for (char& c : name) {
            c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
        answer.headers[name] = bytes.substr(colon + 2, end - colon - 2);
        at = end + 2;
    }
    return answer;
}

} // namespace sluice::tests
