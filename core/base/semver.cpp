// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/semver.h"

#include <algorithm>
#include <charconv>

namespace sluice {

namespace {

bool isDigits(std::string_view text) noexcept
{
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool isIdentifiers(std::string_view text) noexcept
{
    char before = '.';
    for (const char c : text) {
        const bool word =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
        if (!word && (c != '.' || before == '.')) {
            return false;
        }
        before = c;
    }
    return before != '.';
}

/// Cuts `text` at the first `separator`; false where there is none.
bool cut(std::string_view& text, char separator, std::string_view& rest) noexcept
{
    const auto at = text.find(separator);
    if (at == std::string_view::npos) {
        rest = {};
        return false;
    }
    rest = text.substr(at + 1);
    text = text.substr(0, at);
    return true;
}

/// Whether an identifier is a number with leading zeros, which section 9 forbids.
bool hasPaddedNumber(std::string_view identifiers) noexcept
{
    for (;;) {
        std::string_view rest;
        const bool more = cut(identifiers, '.', rest);
        if (isDigits(identifiers) && identifiers.size() > 1 && identifiers.front() == '0') {
            return true;
        }
        if (!more) {
            return false;
        }
        identifiers = rest;
    }
}

int order(std::string_view a, std::string_view b) noexcept
{
    const int order = a.compare(b);
    return (order > 0) - (order < 0);
}

int compareIdentifier(std::string_view a, std::string_view b) noexcept
{
    const bool aNumeric = isDigits(a);
    const bool bNumeric = isDigits(b);
    if (aNumeric != bNumeric) {
        return aNumeric ? -1 : 1;
    }
    if (aNumeric && a.size() != b.size()) { // no leading zeros: longer is larger
        return a.size() < b.size() ? -1 : 1;
    }
    return order(a, b);
}

} // namespace

std::optional<SemanticVersion> SemanticVersion::parse(std::string_view text) noexcept
{
    const std::string_view core = text.substr(0, text.find_first_of("-+"));
    const bool complete = std::count(core.begin(), core.end(), '.') == 2;
    return complete && isDigits(core.substr(0, 1)) ? parseLoosely(text) : std::nullopt;
}

std::optional<SemanticVersion> SemanticVersion::parseLoosely(std::string_view text) noexcept
{
    if (!text.empty() && (text.front() == 'v' || text.front() == 'V')) {
        text.remove_prefix(1);
    }
    std::string_view build;
    if (cut(text, '+', build) && !isIdentifiers(build)) {
        return std::nullopt;
    }
    SemanticVersion version;
    if (cut(text, '-', version.prerelease) &&
        (!isIdentifiers(version.prerelease) || hasPaddedNumber(version.prerelease))) {
        return std::nullopt;
    }
    for (std::size_t i = 0;; ++i) {
        std::string_view rest;
        const bool more = cut(text, '.', rest);
        if (i >= version.numbers.size() || !isDigits(text) ||
            (text.size() > 1 && text.front() == '0')) {
            return std::nullopt;
        }
        const auto end =
            std::from_chars(text.data(), text.data() + text.size(), version.numbers[i]);
        if (end.ec != std::errc{}) {
            return std::nullopt;
        }
        if (!more) {
            return version;
        }
        text = rest;
    }
}

int compare(const SemanticVersion& a, const SemanticVersion& b) noexcept
{
    for (std::size_t i = 0; i < a.numbers.size(); ++i) {
        if (a.numbers[i] != b.numbers[i]) {
            return a.numbers[i] < b.numbers[i] ? -1 : 1;
        }
    }
    if (a.prerelease.empty() || b.prerelease.empty()) {
        return static_cast<int>(a.prerelease.empty()) - static_cast<int>(b.prerelease.empty());
    }
    std::string_view left = a.prerelease;
    std::string_view right = b.prerelease;
    for (;;) {
        std::string_view leftRest;
        std::string_view rightRest;
        const bool moreLeft = cut(left, '.', leftRest);
        const bool moreRight = cut(right, '.', rightRest);
        const int order = compareIdentifier(left, right);
        if (order != 0 || !moreLeft || !moreRight) {
            return order != 0 ? order : static_cast<int>(moreLeft) - static_cast<int>(moreRight);
        }
        left = leftRest;
        right = rightRest;
    }
}

} // namespace sluice
