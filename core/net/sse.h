// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace sluice::net {

/// Server-sent events out of a byte stream (WHATWG HTML, 9.2.6): split anywhere, LF, CRLF or CR,
/// multi-line data, comments, BOM. Fields id and retry are for reconnecting clients and dropped.
/// Nothing is copied of an event that lies within one feed; otherwise one buffer is reused. An
/// event or line longer than the limit stops it.
class SseParser
{
public:
    /// event: "" when there was no event line; data without the trailing newline. Views valid
    /// during the call. An event without a data line is not one (as the standard has it).
    using OnEvent = std::function<void(std::string_view event, std::string_view data)>;

    explicit SseParser(std::size_t maxEventBytes = std::size_t{1} << 20U);
    /// false once the limit was passed; nothing more is parsed then.
    bool feed(std::string_view bytes, const OnEvent& onEvent);
    /// Whether bytes of an unfinished event are waiting.
    [[nodiscard]] bool partial() const noexcept
    {
        return !m_line.empty() || m_hasData || !m_eventText.empty();
    }

private:
    std::string_view skipBom(std::string_view bytes);
    bool take(std::string_view text, const OnEvent& onEvent);
    void field(std::string_view text, const OnEvent& onEvent);
    void data(std::string_view value);
    void dispatch(const OnEvent& onEvent);
    void keep();
    bool feedLines(std::string_view bytes, const OnEvent& onEvent);

    std::size_t m_limit;
    std::string m_line;      ///< beginning of a line whose end has not come
    std::string m_eventText; ///< event and data so far, between feeds and where lines were joined
    std::string m_dataText;
    std::string_view m_event; ///< during a feed: into its bytes or m_eventText
    std::string_view m_data;  ///< during a feed: into its bytes or m_dataText
    bool m_hasData = false;
    bool m_afterCr = false; ///< the last feed ended with CR: an LF that comes now belongs to it
    bool m_failed = false;
    unsigned m_bom = 0; ///< bytes of the byte order mark seen; 3: past the beginning
};

} // namespace sluice::net
