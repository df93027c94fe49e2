// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice {

/// A semantic version (semver.org 2.0.0). Views into the text it was parsed from.
struct SemanticVersion
{
    std::array<std::uint64_t, 3> numbers{}; ///< major, minor, patch
    std::string_view prerelease;

    /// MAJOR.MINOR.PATCH with pre-release and build metadata; nothing for other text.
    static std::optional<SemanticVersion> parse(std::string_view text) noexcept;
    /// As flagd reads versions: a leading "v" or "V" is dropped, "1" and "1.2" are completed with
    /// zeros.
    static std::optional<SemanticVersion> parseLoosely(std::string_view text) noexcept;
};

/// Precedence of semver.org 2.0.0, section 11: negative, zero or positive. Build metadata does not
/// count.
int compare(const SemanticVersion& a, const SemanticVersion& b) noexcept;

} // namespace sluice
