// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/urltext.h"

#include "core/base/json.h"

#include <utility>

namespace sluice::gateway {

namespace {

int hexValue(char c) noexcept
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// What stands before the first `separator`, and what after it.
std::pair<std::string_view, std::string_view> cut(std::string_view text, char separator) noexcept
{
    const std::size_t at = text.find(separator);
    return at == std::string_view::npos
               ? std::pair(text, std::string_view())
               : std::pair(text.substr(0, at), text.substr(at + 1));
}

} // namespace

std::optional<std::string> percentDecoded(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const bool whole = i + 2 < text.size();
        const int high = whole ? hexValue(text[i + 1]) : -1;
        const int low = whole ? hexValue(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return canonicalJson(Json(out)) ? std::optional(std::move(out)) : std::nullopt; // UTF-8 only
}

std::string queryValue(std::string_view query, std::string_view name)
{
    while (!query.empty()) {
        const auto [pair, rest] = cut(query, '&');
        const auto [key, value] = cut(pair, '=');
        if (key == name) {
            return percentDecoded(value).value_or(std::string());
        }
        query = rest;
    }
    return {};
}

} // namespace sluice::gateway
