// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/jsontext.h"

#include <charconv>

namespace sluice::providers {

namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kHex = "0123456789abcdef";

bool isDigit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

int hexValue(char c) noexcept
{
    if (isDigit(c)) {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The code unit of "uXXXX" at `at` (behind the backslash), or -1.
int escapedUnit(std::string_view inner, std::size_t at) noexcept
{
    if (at + 5 > inner.size()) {
        return -1;
    }
    int unit = 0;
    for (std::size_t i = at + 1; i < at + 5; ++i) {
        const int digit = hexValue(inner[i]);
        if (digit < 0) {
            return -1;
        }
        unit = unit * 16 + digit;
    }
    return unit;
}

std::size_t skipDigits(std::string_view text, std::size_t at) noexcept
{
    while (at < text.size() && isDigit(text[at])) {
        ++at;
    }
    return at;
}

} // namespace

void appendJsonString(std::string& out, std::string_view text)
{
    out.push_back('"');
    std::size_t run = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        out.append(text, run, i - run);
        run = i + 1;
        switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            out += "\\u00";
            out.push_back(kHex[c >> 4U]);
            out.push_back(kHex[c & 15U]);
        }
    }
    out.append(text, run);
    out.push_back('"');
}

bool validEscapes(std::string_view inner) noexcept
{
    for (std::size_t at = inner.find('\\'); at != std::string_view::npos;
         at = inner.find('\\', at)) {
        if (++at >= inner.size()) {
            return false;
        }
        if (inner[at] == 'u') {
            if (escapedUnit(inner, at) < 0) {
                return false;
            }
            at += 5;
        } else if (std::string_view("\"\\/bfnrt").find(inner[at]) != std::string_view::npos) {
            ++at;
        } else {
            return false;
        }
    }
    return true;
}

bool needlessEscapes(std::string_view inner) noexcept
{
    for (std::size_t at = inner.find('\\'); at != std::string_view::npos;
         at = inner.find('\\', at)) {
        if (++at >= inner.size()) {
            return false;
        }
        if (inner[at] == 'u') {
            const int unit = escapedUnit(inner, at);
            if (unit >= 0x20 && unit < 0x7F && unit != '"' && unit != '\\') {
                return true;
            }
        }
        ++at;
    }
    return false;
}

bool validNumber(std::string_view token) noexcept
{
    std::size_t at = !token.empty() && token.front() == '-' ? 1 : 0;
    const std::size_t whole = skipDigits(token, at);
    if (whole == at || (token[at] == '0' && whole - at > 1)) {
        return false;
    }
    at = whole;
    if (at < token.size() && token[at] == '.') {
        const std::size_t fraction = skipDigits(token, at + 1);
        if (fraction == at + 1) {
            return false;
        }
        at = fraction;
    }
    if (at < token.size() && (token[at] == 'e' || token[at] == 'E')) {
        ++at;
        if (at < token.size() && (token[at] == '+' || token[at] == '-')) {
            ++at;
        }
        const std::size_t exponent = skipDigits(token, at);
        if (exponent == at) {
            return false;
        }
        at = exponent;
    }
    return at == token.size();
}

std::optional<std::int64_t> wholeNumber(std::string_view token) noexcept
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
    if (error != std::errc{} || end != token.data() + token.size()) {
        return std::nullopt;
    }
    return value;
}

std::string_view trimmed(std::string_view text) noexcept
{
    const std::size_t first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

} // namespace sluice::providers
