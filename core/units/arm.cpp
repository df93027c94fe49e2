// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/units/arm.h"

#include <algorithm>
#include <array>

namespace sluice::units {

namespace {

constexpr std::array<std::string_view, 4> kArms{"stable", "control", "candidate", "shadow"};
constexpr std::array<std::string_view, 6> kAssignedBy{"bucket", "rule", "allow",
                                                      "pin",    "kill", "none"};

template <typename E, std::size_t N>
std::optional<E> fromName(const std::array<std::string_view, N>& names,
                          std::string_view name) noexcept
{
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
        return std::nullopt;
    }
    return static_cast<E>(found - names.begin());
}

} // namespace

std::string_view armName(Arm arm) noexcept
{
    return kArms[static_cast<std::size_t>(arm)];
}

std::string_view assignedByName(AssignedBy by) noexcept
{
    return kAssignedBy[static_cast<std::size_t>(by)];
}

std::optional<Arm> armFromName(std::string_view name) noexcept
{
    return fromName<Arm>(kArms, name);
}

std::optional<AssignedBy> assignedByFromName(std::string_view name) noexcept
{
    return fromName<AssignedBy>(kAssignedBy, name);
}

} // namespace sluice::units
