// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/sse.h"

#include <algorithm>
#include <cstring>

namespace sluice::net {

namespace {

constexpr std::string_view kBom = "\xef\xbb\xbf";

/// Where c is next, or the end.
std::size_t findFrom(std::string_view text, std::size_t from, char c) noexcept
{
    const void* found = std::memchr(text.data() + from, c, text.size() - from);
    return found == nullptr
               ? text.size()
               : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

} // namespace

SseParser::SseParser(std::size_t maxEventBytes)
    : m_limit(maxEventBytes)
{
}

std::string_view SseParser::skipBom(std::string_view bytes)
{
    while (m_bom < kBom.size() && !bytes.empty()) {
        if (bytes.front() != kBom[m_bom]) {
            m_line.assign(kBom.substr(0, m_bom)); // was no mark: belongs to the first line
            m_bom = static_cast<unsigned>(kBom.size());
            break;
        }
        bytes.remove_prefix(1);
        ++m_bom;
    }
    return bytes;
}

bool SseParser::feed(std::string_view bytes, const OnEvent& onEvent)
{
    bytes = skipBom(bytes);
    if (m_failed || bytes.empty()) {
        return !m_failed;
    }
    m_event = m_eventText;
    m_data = m_dataText;
    m_failed = !feedLines(bytes, onEvent);
    keep();
    m_event = {};
    m_data = {};
    return !m_failed;
}

bool SseParser::feedLines(std::string_view bytes, const OnEvent& onEvent)
{
    std::size_t at = m_afterCr && bytes.front() == '\n' ? 1 : 0;
    m_afterCr = false;
    std::size_t cr = findFrom(bytes, at, '\r'); // most streams have none: looked for once a feed
    while (at < bytes.size()) {
        const std::size_t end = findFrom(bytes.substr(0, cr), at, '\n');
        if (end == bytes.size()) {
            break;
        }
        if (!take(bytes.substr(at, end - at), onEvent)) {
            return false;
        }
        at = end + 1;
        if (end == cr) {
            m_afterCr = at == bytes.size();
            if (!m_afterCr && bytes[at] == '\n') {
                ++at;
            }
            cr = findFrom(bytes, at, '\r');
        }
    }
    m_line += bytes.substr(at);
    return m_line.size() + m_data.size() <= m_limit;
}

/// A whole line, or its end when its beginning was kept.
bool SseParser::take(std::string_view text, const OnEvent& onEvent)
{
    if (m_line.size() + text.size() + m_data.size() > m_limit) {
        return false;
    }
    if (m_line.empty()) {
        field(text, onEvent);
        return true;
    }
    m_line += text;
    field(m_line, onEvent);
    keep(); // before m_line is reused
    m_line.clear();
    return true;
}

void SseParser::field(std::string_view text, const OnEvent& onEvent)
{
    if (text.empty()) {
        dispatch(onEvent);
        return;
    }
    const std::size_t colon = std::min(text.find(':'), text.size());
    const std::string_view name = text.substr(0, colon);
    std::string_view value = colon < text.size() ? text.substr(colon + 1) : std::string_view();
    if (!value.empty() && value.front() == ' ') {
        value.remove_prefix(1);
    }
    if (name == "data") {
        data(value);
    } else if (name == "event") {
        m_event = value;
    }
}

void SseParser::data(std::string_view value)
{
    if (!m_hasData) {
        m_hasData = true;
        m_data = value;
        return;
    }
    if (m_data.data() != m_dataText.data()) {
        m_dataText.assign(m_data);
    }
    m_dataText += '\n';
    m_dataText += value;
    m_data = m_dataText;
}

void SseParser::dispatch(const OnEvent& onEvent)
{
    if (m_hasData) {
        onEvent(m_event, m_data);
    }
    m_hasData = false;
    m_data = {};
    m_event = {};
}

/// The bytes that the views point into go away: copies what is still needed of them.
void SseParser::keep()
{
    if (m_data.data() != m_dataText.data()) {
        m_dataText.assign(m_data);
        m_data = m_dataText;
    }
    if (m_event.data() != m_eventText.data()) {
        m_eventText.assign(m_event);
        m_event = m_eventText;
    }
}

} // namespace sluice::net
