// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/net/rawsocket.h"

#include <optional>
#include <string>
#include <string_view>

/// Requests and answers as their bytes, for RawSocket.
namespace sluice::tests {

inline std::string get(std::string_view path, std::string_view more = {})
{
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(more) +
           "\r\n";
}

inline std::string post(std::string_view body, std::string_view more = {})
{
    return "POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n" + std::string(more) + "\r\n" + std::string(body);
}

/// One answer with content-length.
struct RawAnswer
{
    int status = 0;
    std::string head;
    std::string body;
};

inline RawAnswer readAnswer(RawSocket& socket, bool withBody = true)
{
    RawAnswer answer;
    const std::optional<std::string> head = socket.readUntil("\r\n\r\n");
    if (!head || head->size() < 12) {
        return answer;
    }
    answer.head = *head;
    answer.status = std::stoi(head->substr(9, 3));
    const std::size_t length = head->find("content-length: ");
    if (withBody && length != std::string::npos) {
        answer.body = socket.readExactly(std::stoul(head->substr(length + 16))).value_or("(cut)");
    }
    return answer;
}

} // namespace sluice::tests
