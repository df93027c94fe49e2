// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::units {

/// What a request was assigned to (architecture.md, Words). Kept through retries and fallbacks.
enum class Arm : std::uint8_t
{
    Stable,
    Control,
    Candidate,
    Shadow
};

/// What decided the arm.
enum class AssignedBy : std::uint8_t
{
    Bucket,
    Rule,
    Allow,
    Pin,
    Kill,
    None
};

/// Lower-case names as on the wire: "stable", "bucket".
std::string_view armName(Arm arm) noexcept;
std::string_view assignedByName(AssignedBy by) noexcept;
std::optional<Arm> armFromName(std::string_view name) noexcept;
std::optional<AssignedBy> assignedByFromName(std::string_view name) noexcept;

} // namespace sluice::units
