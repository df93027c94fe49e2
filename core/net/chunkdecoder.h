// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sluice::net {

/// Takes the chunked coding off a body (RFC 9112, section 7.1) without copying. Strict: CRLF only,
/// no white space around the size, at most 15 digits, extensions of at most 1 KiB a message,
/// trailers checked, bounded and dropped.
class ChunkDecoder
{
public:
    enum class State : std::uint8_t
    {
        Data,
        NeedMore,
        Done,
        Bad
    };

    struct Step
    {
        State state = State::NeedMore;
        std::size_t consumed = 0; ///< of the input, with the data
        std::string_view data;    ///< with State::Data: a piece of the body, a view into the input
    };

    void reset() noexcept { *this = ChunkDecoder(); }
    /// One step: up to the end of a piece of data, of the input, or of the body.
    Step next(std::string_view input) noexcept;

private:
    enum class Phase : std::uint8_t
    {
        SizeFirst,
        Size,
        Extension,
        SizeLf,
        Data,
        DataCr,
        DataLf,
        Trailer,
        TrailerLf
    };

    bool take(char c) noexcept;
    bool takeSize(char c) noexcept;
    bool takeTrailer(char c) noexcept;

    static constexpr std::size_t kMaxExtensions = 1024;
    static constexpr std::size_t kMaxTrailers = 8192;

    Phase m_phase = Phase::SizeFirst;
    bool m_done = false;
    bool m_inValue = false; ///< of a trailer, behind its colon
    unsigned m_digits = 0;
    std::uint64_t m_left = 0; ///< of the chunk
    std::size_t m_extensions = 0;
    std::size_t m_trailers = 0;
    std::size_t m_trailerLine = 0;
};

} // namespace sluice::net
