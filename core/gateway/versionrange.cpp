// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/versionrange.h"

#include "core/base/semver.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace sluice::gateway {

namespace {

constexpr std::string_view kSpaces = " \t";

std::string_view trimmed(std::string_view text) noexcept
{
    const std::size_t first = text.find_first_not_of(kSpaces);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

/// A version in a range, of which trailing parts may be left open ("1", "1.x", "*").
struct Partial
{
    SemanticVersion version;
    int parts = 0; ///< how many of the three numbers are written
};

std::optional<Partial> parsePartial(std::string_view text)
{
    while (text == "*" || text == "x" || text == "X" || text.ends_with(".x") ||
           text.ends_with(".X") || text.ends_with(".*")) {
        if (text.size() == 1) {
            return Partial{};
        }
        text.remove_suffix(2);
    }
    const std::optional<SemanticVersion> version = SemanticVersion::parseLoosely(text);
    if (!version) {
        return std::nullopt;
    }
    int parts = 1;
    for (const char c : text.substr(0, text.find_first_of("-+"))) {
        parts += c == '.' ? 1 : 0;
    }
    return Partial{*version, parts};
}

/// The first version above everything that agrees with `version` in its first `keep` numbers.
SemanticVersion after(const SemanticVersion& version, int keep)
{
    SemanticVersion next;
    for (int i = 0; i < keep; ++i) {
        next.numbers[static_cast<std::size_t>(i)] = version.numbers[static_cast<std::size_t>(i)];
    }
    if (keep == 0) {
        next.numbers[0] = std::numeric_limits<std::uint64_t>::max();
    } else {
        ++next.numbers[static_cast<std::size_t>(keep - 1)];
    }
    return next;
}

bool within(const SemanticVersion& version, const SemanticVersion& from,
            const SemanticVersion& below)
{
    return compare(version, from) >= 0 && compare(version, below) < 0;
}

VersionMatch verdict(bool matches) noexcept
{
    return matches ? VersionMatch::Yes : VersionMatch::No;
}

VersionMatch matchComparator(const SemanticVersion& version, std::string_view text)
{
    const std::size_t digits = text.find_first_not_of("^~<>=");
    const std::string_view sign = text.substr(0, digits);
    const std::optional<Partial> bound =
        digits == std::string_view::npos ? std::nullopt : parsePartial(text.substr(digits));
    if (!bound) {
        return VersionMatch::BadRange;
    }
    const SemanticVersion& from = bound->version;
    if (!version.prerelease.empty() && from.prerelease.empty()) {
        return VersionMatch::No;
    }
    if (sign.empty() || sign == "=") {
        return verdict(bound->parts == 3 ? compare(version, from) == 0
                                         : within(version, from, after(from, bound->parts)));
    }
    if (sign == "^") {
        const int keep = from.numbers[0] != 0 || bound->parts < 2
                             ? 1
                             : (from.numbers[1] != 0 || bound->parts < 3 ? 2 : 3);
        return verdict(within(version, from, after(from, bound->parts == 0 ? 0 : keep)));
    }
    if (sign == "~") {
        return verdict(within(version, from, after(from, bound->parts < 2 ? bound->parts : 2)));
    }
    if (sign == ">=") {
        return verdict(compare(version, from) >= 0);
    }
    if (sign == "<") {
        return verdict(compare(version, from) < 0);
    }
    // "<=1" and ">1" speak of everything that "1" stands for.
    const SemanticVersion above = after(from, bound->parts);
    if (sign == ">") {
        return verdict(bound->parts == 3 ? compare(version, from) > 0
                                         : compare(version, above) >= 0);
    }
    if (sign == "<=") {
        return verdict(bound->parts == 3 ? compare(version, from) <= 0
                                         : compare(version, above) < 0);
    }
    return VersionMatch::BadRange;
}

VersionMatch matchAll(const SemanticVersion& version, std::string_view range)
{
    VersionMatch all = VersionMatch::Yes;
    range = trimmed(range);
    if (range.empty()) {
        return VersionMatch::BadRange;
    }
    while (!range.empty()) {
        const std::size_t end = range.find_first_of(kSpaces);
        const VersionMatch one = matchComparator(version, range.substr(0, end));
        if (one == VersionMatch::BadRange) {
            return one;
        }
        all = one == VersionMatch::No ? one : all;
        range = end == std::string_view::npos ? std::string_view{} : trimmed(range.substr(end));
    }
    return all;
}

} // namespace

VersionMatch matchVersion(std::string_view version, std::string_view range)
{
    const std::optional<SemanticVersion> released = SemanticVersion::parse(version);
    if (!released) {
        return VersionMatch::No;
    }
    VersionMatch any = VersionMatch::No;
    while (true) {
        const std::size_t bar = range.find("||");
        const VersionMatch one = matchAll(*released, range.substr(0, bar));
        if (one == VersionMatch::BadRange) {
            return one;
        }
        any = one == VersionMatch::Yes ? one : any;
        if (bar == std::string_view::npos) {
            return any;
        }
        range.remove_prefix(bar + 2);
    }
}

} // namespace sluice::gateway
