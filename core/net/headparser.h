// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/http.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sluice::net {

/// How the end of a message's body is known (RFC 9112, section 6.3).
enum class Framing : std::uint8_t
{
    None,       ///< there is no body
    Length,     ///< content-length
    Chunked,    ///< transfer-encoding: chunked
    UntilClose, ///< responses only
};

/// Start line, headers and framing of one message, parsed strictly: a message that two parsers
/// could read in two ways is an error. Remembers where it stopped, so feeding byte by byte stays
/// linear; reuses its memory.
///
/// Stricter than RFC 9112 in: line ends are CRLF only; no folded lines; no white space around the
/// name; no list or repetition in content-length; content-length beside transfer-encoding; any
/// coding but exactly "chunked".
class HeadParser
{
public:
    enum class Kind : std::uint8_t
    {
        Request,
        Response
    };
    enum class State : std::uint8_t
    {
        NeedMore,
        Done,
        Bad,
        TooLarge,
        BadVersion
    };

    struct Limits
    {
        std::size_t bytes = std::size_t{64} << 10U;
        std::size_t headers = 100;
    };

    HeadParser(Kind kind, Limits limits)
        : m_kind(kind)
        , m_limits(limits)
    {
    }

    void reset() noexcept;
    /// `buffer` begins with the message; call again with a longer (perhaps moved) one until it is
    /// not NeedMore.
    State parse(std::string_view buffer);

    /// After Done; views into the buffer that was passed last.
    [[nodiscard]] std::size_t size() const noexcept
    {
        return m_scan;
    } ///< of the head with its empty line
    [[nodiscard]] std::string_view method() const noexcept { return m_method; }
    [[nodiscard]] std::string_view target() const noexcept { return m_target; }
    [[nodiscard]] int status() const noexcept { return m_status; }
    [[nodiscard]] HeaderList headers() const noexcept { return HeaderList(m_headers); }
    [[nodiscard]] Framing framing() const noexcept { return m_framing; }
    [[nodiscard]] std::uint64_t contentLength() const noexcept { return m_length; }
    [[nodiscard]] bool keepAlive() const noexcept { return m_keepAlive; }
    [[nodiscard]] bool http10() const noexcept { return m_http10; }
    /// After Bad, TooLarge or BadVersion: what was wrong, for the answer and the log.
    [[nodiscard]] std::string_view problem() const noexcept { return m_problem; }
    /// The target as far as known, also after an error behind the request line.
    [[nodiscard]] std::string_view targetSoFar(std::string_view buffer) const noexcept;

    /// Makes the views anew when the buffer has moved after Done.
    void bind(std::string_view buffer);

private:
    struct Field
    {
        std::uint32_t name, nameSize, value, valueSize;
    };

    State bad(std::string_view problem) noexcept;
    State line(std::string_view buffer, std::size_t begin, std::size_t end);
    State startLine(std::string_view buffer, std::size_t begin, std::size_t end);
    State requestLine(std::string_view text, std::size_t begin);
    State statusLine(std::string_view text);
    State version(std::string_view text);
    State field(std::string_view text, std::size_t begin);
    State finish(std::string_view buffer);
    State frame();
    bool parseLength(std::string_view text) noexcept;

    Kind m_kind;
    Limits m_limits;
    std::size_t m_scan = 0;      ///< bytes looked at
    std::size_t m_lineBegin = 0; ///< where the unfinished line begins
    bool m_started = false;      ///< the start line is parsed
    bool m_http10 = false;
    bool m_keepAlive = true;
    Framing m_framing = Framing::None;
    int m_status = 0;
    std::uint64_t m_length = 0;
    std::uint32_t m_methodAt = 0, m_methodSize = 0, m_targetAt = 0, m_targetSize = 0;
    std::vector<Field> m_fields;
    std::vector<Header> m_headers;
    std::string_view m_method;
    std::string_view m_target;
    std::string_view m_problem;
};

} // namespace sluice::net
