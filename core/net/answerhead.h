// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/http.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sluice::net {

/// Status line and headers of an answer.
struct AnswerHead
{
    enum class Body : std::uint8_t
    {
        Length,
        Chunked,
        Neither
    };

    int status = 200;
    std::span<const Header> headers;
    std::string_view date;
    Body body = Body::Neither;
    std::size_t length = 0;
    bool keepAlive = true;
};

/// Appends the head with its empty line. Headers that would break the message (control characters,
/// a name that is no token) and those that frame it (content-length, transfer-encoding, connection,
/// keep-alive, date) are left out.
void appendAnswerHead(std::string& out, const AnswerHead& head);

/// Whether an answer of this status never has a body (RFC 9110, 6.4.1).
constexpr bool bodiless(int status) noexcept
{
    return status < 200 || status == 204 || status == 304;
}

} // namespace sluice::net
