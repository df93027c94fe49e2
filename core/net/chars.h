// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

// The character classes of RFC 9110 and RFC 9112, one table look-up a byte. Private to this room.
namespace sluice::net {

namespace chars {

inline constexpr std::uint8_t kToken = 1;  ///< tchar: header names, methods
inline constexpr std::uint8_t kValue = 2;  ///< field-value: HTAB, SP, VCHAR, obs-text
inline constexpr std::uint8_t kTarget = 4; ///< request target: VCHAR without '#'

constexpr std::array<std::uint8_t, 256> makeTable()
{
    std::array<std::uint8_t, 256> table{};
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    for (unsigned c = 0; c < 256; ++c) {
        const bool alnum =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        std::uint8_t bits = 0;
        if (alnum || (c < 128 && marks.find(static_cast<char>(c)) != std::string_view::npos)) {
            bits |= kToken;
        }
        if (c == '\t' || (c >= 0x20 && c != 0x7f)) {
            bits |= kValue;
        }
        if (c > 0x20 && c < 0x7f && c != '#') {
            bits |= kTarget;
        }
        table[c] = bits;
    }
    return table;
}

inline constexpr std::array<std::uint8_t, 256> kTable = makeTable();

} // namespace chars

/// Whether every byte of the text is of the class.
constexpr bool allOf(std::string_view text, std::uint8_t charClass) noexcept
{
    std::uint8_t common = charClass;
    for (const char c : text) {
        common = static_cast<std::uint8_t>(common & chars::kTable[static_cast<unsigned char>(c)]);
    }
    return common != 0;
}

constexpr bool isToken(std::string_view text) noexcept
{
    return !text.empty() && allOf(text, chars::kToken);
}

constexpr bool isFieldValue(std::string_view text) noexcept
{
    return allOf(text, chars::kValue);
}

constexpr bool isDigit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

constexpr char toLower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// 0..15, or -1.
constexpr int hexValue(char c) noexcept
{
    if (isDigit(c)) {
        return c - '0';
    }
    const char lower = toLower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Without leading and trailing SP and HTAB.
constexpr std::string_view trimmed(std::string_view text) noexcept
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

} // namespace sluice::net
