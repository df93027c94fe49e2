// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace sluice::net {

/// Server-sent events out of a byte stream (WHATWG HTML, 9.2.6): split anywhere, LF, CRLF or CR, multi-line data,
/// comments, BOM. Reuses its buffer; an event longer than the limit stops it.
class SseParser
{
public:
    /// event: "" when there was no event line; data without the trailing newline. Views valid during the call.
    using OnEvent = std::function<void(std::string_view event, std::string_view data)>;

    explicit SseParser(std::size_t maxEventBytes = std::size_t{1} << 20U);
    /// false once the limit was passed; nothing more is parsed then.
    bool feed(std::string_view bytes, const OnEvent& onEvent);
    /// Whether bytes of an unfinished event are waiting.
    [[nodiscard]] bool partial() const noexcept { return !m_line.empty() || !m_data.empty(); }

private:
    void line(std::string_view text, const OnEvent& onEvent);

    std::size_t m_limit;
    std::string m_line;
    std::string m_event;
    std::string m_data;
    bool m_afterCr = false;
    bool m_first = true;
    bool m_failed = false;
};

} // namespace sluice::net
