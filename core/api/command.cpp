// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/command.h"

#include <algorithm>
#include <array>

namespace sluice::api {

namespace {
constexpr std::array<std::string_view, 5> kRoles{"viewer", "reviewer", "operator", "approver",
                                                 "admin"};
}

std::string_view roleName(Role role) noexcept
{
    return kRoles[static_cast<std::size_t>(role)];
}

std::optional<Role> roleFromName(std::string_view name) noexcept
{
    const auto* found = std::find(kRoles.begin(), kRoles.end(), name);
    if (found == kRoles.end()) {
        return std::nullopt;
    }
    return static_cast<Role>(found - kRoles.begin());
}

} // namespace sluice::api
