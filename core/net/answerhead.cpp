// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/answerhead.h"

#include "core/net/chars.h"
#include "core/net/decimal.h"

namespace sluice::net {

namespace {

bool ours(std::string_view name) noexcept
{
    switch (name.size()) {
    case 4:
        return equalIgnoringCase(name, "date");
    case 10:
        return equalIgnoringCase(name, "connection") || equalIgnoringCase(name, "keep-alive");
    case 14:
        return equalIgnoringCase(name, "content-length");
    case 17:
        return equalIgnoringCase(name, "transfer-encoding");
    default:
        return false;
    }
}

} // namespace

void appendAnswerHead(std::string& out, const AnswerHead& head)
{
    out += "HTTP/1.1 ";
    appendDecimal(out, static_cast<std::uint64_t>(head.status));
    out += ' ';
    out += reasonPhrase(head.status);
    out += "\r\n";
    for (const Header& header : head.headers) {
        if (ours(header.name) || !isToken(header.name) || !isFieldValue(header.value)) {
            continue;
        }
        out.append(header.name).append(": ").append(header.value).append("\r\n");
    }
    if (head.body == AnswerHead::Body::Length) {
        out += "content-length: ";
        appendDecimal(out, head.length);
        out += "\r\n";
    } else if (head.body == AnswerHead::Body::Chunked) {
        out += "transfer-encoding: chunked\r\n";
    }
    out.append("date: ").append(head.date);
    out += head.keepAlive ? "\r\nconnection: keep-alive\r\n\r\n" : "\r\nconnection: close\r\n\r\n";
}

} // namespace sluice::net
