// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/ids.h"

#include "core/base/hash.h"

#include <algorithm>
#include <array>

namespace sluice {

namespace {

bool isAlphanumeric(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

} // namespace

bool isName(std::string_view text) noexcept
{
    if (text.empty() || text.size() > 128 || !isAlphanumeric(text.front())) {
        return false;
    }
    return std::all_of(text.begin(), text.end(), [](char c) {
        return isAlphanumeric(c) || c == '.' || c == '_' || c == '-';
    });
}

std::string randomId(std::string_view prefix)
{
    std::array<unsigned char, 16> bytes{};
    fillRandom(bytes);
    return std::string(prefix) + toHex(bytes);
}

} // namespace sluice
