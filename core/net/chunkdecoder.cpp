// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/chunkdecoder.h"

#include "core/net/chars.h"

#include <algorithm>

namespace sluice::net {

ChunkDecoder::Step ChunkDecoder::next(std::string_view input) noexcept
{
    if (m_done) {
        return {State::Done, 0, {}};
    }
    std::size_t at = 0;
    while (at < input.size()) {
        if (m_phase == Phase::Data) {
            const std::size_t size = std::min<std::uint64_t>(m_left, input.size() - at);
            m_left -= size;
            if (m_left == 0) {
                m_phase = Phase::DataCr;
            }
            return {State::Data, at + size, input.substr(at, size)};
        }
        if (!take(input[at])) {
            return {State::Bad, at, {}};
        }
        ++at;
        if (m_done) {
            return {State::Done, at, {}};
        }
    }
    return {State::NeedMore, at, {}};
}

bool ChunkDecoder::take(char c) noexcept
{
    switch (m_phase) {
    case Phase::SizeFirst:
    case Phase::Size:
        return takeSize(c);
    case Phase::Extension:
        if (c == '\r') {
            m_phase = Phase::SizeLf;
            return true;
        }
        return isFieldValue({&c, 1}) && ++m_extensions <= kMaxExtensions;
    case Phase::SizeLf:
        if (c != '\n') {
            return false;
        }
        m_phase = m_left > 0 ? Phase::Data : Phase::Trailer;
        return true;
    case Phase::DataCr:
        m_phase = Phase::DataLf;
        return c == '\r';
    case Phase::DataLf:
        m_phase = Phase::SizeFirst;
        m_digits = 0;
        return c == '\n';
    case Phase::Trailer:
    case Phase::TrailerLf:
        return takeTrailer(c);
    case Phase::Data:
        break; // next() deals with it
    }
    return false;
}

bool ChunkDecoder::takeSize(char c) noexcept
{
    const int value = hexValue(c);
    if (value >= 0) {
        m_left = m_left * 16 + static_cast<std::uint64_t>(value);
        m_phase = Phase::Size;
        return ++m_digits <= 15;
    }
    if (m_phase == Phase::SizeFirst) {
        return false;
    }
    if (c == ';') {
        m_phase = Phase::Extension;
        return ++m_extensions <= kMaxExtensions;
    }
    m_phase = Phase::SizeLf;
    return c == '\r';
}

bool ChunkDecoder::takeTrailer(char c) noexcept
{
    if (++m_trailers > kMaxTrailers) {
        return false;
    }
    if (m_phase == Phase::TrailerLf) {
        if (c != '\n') {
            return false;
        }
        m_done = m_trailerLine == 0;
        m_trailerLine = 0;
        m_inValue = false;
        m_phase = Phase::Trailer;
        return true;
    }
    if (c == '\r') {
        m_phase = Phase::TrailerLf;
        return m_trailerLine == 0 || m_inValue;
    }
    ++m_trailerLine;
    if (m_inValue) {
        return isFieldValue({&c, 1});
    }
    if (c == ':' && m_trailerLine > 1) {
        m_inValue = true;
        return true;
    }
    return isToken({&c, 1});
}

} // namespace sluice::net
