// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::flags {

/// A semantic version as flagd reads it: a leading "v" or "V" is dropped, "1" and "1.2" are
/// completed with zeros, build metadata is ignored. Views into the text it was parsed from.
struct SemanticVersion
{
    std::array<std::uint64_t, 3> numbers{}; ///< major, minor, patch
    std::string_view prerelease;

    /// Nothing for text that is not a version.
    static std::optional<SemanticVersion> parse(std::string_view text) noexcept;
};

/// Precedence of semver.org 2.0.0, section 11: negative, zero or positive.
int compare(const SemanticVersion& a, const SemanticVersion& b) noexcept;

} // namespace sluice::flags
