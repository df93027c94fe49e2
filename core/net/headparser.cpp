// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/headparser.h"

#include "core/net/chars.h"

#include <cstring>

namespace sluice::net {

void HeadParser::reset() noexcept
{
    m_scan = 0;
    m_lineBegin = 0;
    m_started = false;
    m_http10 = false;
    m_keepAlive = true;
    m_framing = Framing::None;
    m_status = 0;
    m_length = 0;
    m_targetSize = 0;
    m_fields.clear();
    m_headers.clear();
    m_method = {};
    m_target = {};
    m_problem = {};
}

HeadParser::State HeadParser::bad(std::string_view problem) noexcept
{
    m_problem = problem;
    return State::Bad;
}

HeadParser::State HeadParser::parse(std::string_view buffer)
{
    while (m_scan < buffer.size()) {
        const void* found = std::memchr(buffer.data() + m_scan, '\n', buffer.size() - m_scan);
        if (found == nullptr) {
            m_scan = buffer.size();
            break;
        }
        const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - buffer.data());
        m_scan = at + 1;
        if (m_scan > m_limits.bytes) {
            break;
        }
        if (at == m_lineBegin || buffer[at - 1] != '\r') {
            return bad("a line does not end with CRLF");
        }
        const State state = line(buffer, m_lineBegin, at - 1);
        if (state != State::NeedMore) {
            return state;
        }
        m_lineBegin = m_scan;
    }
    if (m_scan > m_limits.bytes) {
        m_problem = "the head of the message is too large";
        return State::TooLarge;
    }
    return State::NeedMore;
}

HeadParser::State HeadParser::line(std::string_view buffer, std::size_t begin, std::size_t end)
{
    if (!m_started) {
        if (begin == end) {
            // RFC 9112, 2.2: a server should ignore one empty line before the request.
            return m_kind == Kind::Request && begin == 0 ? State::NeedMore
                                                         : bad("the start line is empty");
        }
        m_started = true;
        return startLine(buffer, begin, end);
    }
    if (begin == end) {
        return finish(buffer);
    }
    return field(buffer.substr(begin, end - begin), begin);
}

HeadParser::State HeadParser::startLine(std::string_view buffer, std::size_t begin, std::size_t end)
{
    const std::string_view text = buffer.substr(begin, end - begin);
    return m_kind == Kind::Request ? requestLine(text, begin) : statusLine(text);
}

HeadParser::State HeadParser::requestLine(std::string_view text, std::size_t begin)
{
    const std::size_t first = text.find(' ');
    const std::size_t last = text.rfind(' ');
    if (first == std::string_view::npos || first == last) {
        return bad("the request line is malformed");
    }
    const std::string_view method = text.substr(0, first);
    const std::string_view target = text.substr(first + 1, last - first - 1);
    if (!isToken(method) || method.size() > 32) {
        return bad("the method is malformed");
    }
    if (target.empty() || !allOf(target, chars::kTarget)) {
        return bad("the request target is malformed");
    }
    m_methodAt = static_cast<std::uint32_t>(begin);
    m_methodSize = static_cast<std::uint32_t>(first);
    m_targetAt = static_cast<std::uint32_t>(begin + first + 1);
    m_targetSize = static_cast<std::uint32_t>(target.size());
    return version(text.substr(last + 1));
}

HeadParser::State HeadParser::statusLine(std::string_view text)
{
    // "HTTP/1.1 200 OK"; the reason and even the space before it may be missing.
    if (text.size() < 12 || text[8] != ' ' || (text.size() > 12 && text[12] != ' ')) {
        return bad("the status line is malformed");
    }
    for (std::size_t i = 9; i < 12; ++i) {
        if (!isDigit(text[i])) {
            return bad("the status code is malformed");
        }
        m_status = m_status * 10 + (text[i] - '0');
    }
    if (m_status < 100 || m_status > 599 || !isFieldValue(text.substr(12))) {
        return bad("the status line is malformed");
    }
    return version(text.substr(0, 8));
}

HeadParser::State HeadParser::version(std::string_view text)
{
    if (text == "HTTP/1.1") {
        return State::NeedMore;
    }
    if (text == "HTTP/1.0") {
        m_http10 = true;
        m_keepAlive = false;
        return State::NeedMore;
    }
    if (text.size() == 8 && text.substr(0, 5) == "HTTP/" && isDigit(text[5]) && text[6] == '.' &&
        isDigit(text[7])) {
        m_problem = "only HTTP/1.1 and HTTP/1.0 are spoken here";
        return State::BadVersion;
    }
    return bad("the HTTP version is malformed");
}

HeadParser::State HeadParser::field(std::string_view text, std::size_t begin)
{
    if (m_fields.size() >= m_limits.headers) {
        m_problem = "there are too many headers";
        return State::TooLarge;
    }
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || !isToken(text.substr(0, colon))) {
        return bad("a header's name is malformed"); // folded lines and white space before the colon
                                                    // end here too
    }
    const std::string_view value = trimmed(text.substr(colon + 1));
    if (!isFieldValue(value)) {
        return bad("a header's value holds a control character");
    }
    m_fields.push_back(
        {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(colon),
         static_cast<std::uint32_t>(begin + static_cast<std::size_t>(value.data() - text.data())),
         static_cast<std::uint32_t>(value.size())});
    return State::NeedMore;
}

HeadParser::State HeadParser::finish(std::string_view buffer)
{
    bind(buffer);
    return frame();
}

bool HeadParser::parseLength(std::string_view text) noexcept
{
    if (text.empty() || text.size() > 18) {
        return false;
    }
    m_length = 0;
    for (const char c : text) {
        if (!isDigit(c)) {
            return false;
        }
        m_length = m_length * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return true;
}

namespace {

/// Whether a comma-separated list of tokens holds the token.
bool listHolds(std::string_view list, std::string_view token) noexcept
{
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        if (equalIgnoringCase(trimmed(list.substr(0, comma)), token)) {
            return true;
        }
        list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    }
    return false;
}

} // namespace

HeadParser::State HeadParser::frame()
{
    bool length = false;
    bool chunked = false;
    bool close = false;
    for (const Header& header : m_headers) {
        if (header.name.size() == 14 && equalIgnoringCase(header.name, "content-length")) {
            if (length || !parseLength(header.value)) {
                return bad("content-length is malformed or repeated");
            }
            length = true;
        } else if (header.name.size() == 17 &&
                   equalIgnoringCase(header.name, "transfer-encoding")) {
            if (chunked || m_http10 || !equalIgnoringCase(header.value, "chunked")) {
                return bad("transfer-encoding is not exactly one \"chunked\" of HTTP/1.1");
            }
            chunked = true;
        } else if (header.name.size() == 10 && equalIgnoringCase(header.name, "connection")) {
            close = close || listHolds(header.value, "close");
            m_keepAlive = m_keepAlive || listHolds(header.value, "keep-alive");
        }
    }
    m_keepAlive = m_keepAlive && !close;
    if (length && chunked) {
        return bad("content-length beside transfer-encoding");
    }
    if (chunked) {
        m_framing = Framing::Chunked;
    } else if (length) {
        m_framing = m_length > 0 ? Framing::Length : Framing::None;
    } else {
        m_framing = m_kind == Kind::Response ? Framing::UntilClose : Framing::None;
    }
    return State::Done;
}

std::string_view HeadParser::targetSoFar(std::string_view buffer) const noexcept
{
    return m_targetSize > 0 ? buffer.substr(m_targetAt, m_targetSize) : std::string_view();
}

void HeadParser::bind(std::string_view buffer)
{
    m_headers.clear();
    for (const Field& field : m_fields) {
        m_headers.push_back({buffer.substr(field.name, field.nameSize),
                             buffer.substr(field.value, field.valueSize)});
    }
    if (m_kind == Kind::Request) {
        m_method = buffer.substr(m_methodAt, m_methodSize);
        m_target = buffer.substr(m_targetAt, m_targetSize);
    }
}

} // namespace sluice::net
