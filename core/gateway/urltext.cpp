// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/urltext.h"

#include "core/base/json.h"

#include <algorithm>

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
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        const std::size_t equals = std::min(pair.find('='), pair.size());
        if (pair.substr(0, equals) == name) {
            return percentDecoded(pair.substr(std::min(equals + 1, pair.size())))
                .value_or(std::string());
        }
    }
    return {};
}

} // namespace sluice::gateway
