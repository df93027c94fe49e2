// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>

namespace sluice::net {

inline void appendNumber(std::string& out, std::uint64_t value, int base)
{
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, base).ptr;
    out.append(digits.data(), end);
}

inline void appendDecimal(std::string& out, std::uint64_t value)
{
    appendNumber(out, value, 10);
}

/// Lower-case, as chunk sizes are written.
inline void appendHex(std::string& out, std::uint64_t value)
{
    appendNumber(out, value, 16);
}

} // namespace sluice::net
