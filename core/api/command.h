// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::api {

/// Who may do what; each role includes those before it. operator moves percentages and presses the
/// red button, approver promotes and approves.
enum class Role
{
    Viewer,
    Reviewer,
    Operator,
    Approver,
    Admin
};

/// "viewer" … "admin".
std::string_view roleName(Role role) noexcept;
std::optional<Role> roleFromName(std::string_view name) noexcept;

/// One row of the command table as the outside sees it. Admin HTTP API, OpenAPI, sluicectl and its
/// help, role checks and audit all come from these rows.
struct CommandDescriptor
{
    std::string name; ///< "routes.put"; sluicectl writes it "routes put"
    Role role = Role::Admin;
    std::string summary;  ///< one English sentence
    Json arguments;       ///< JSON Schema of the arguments object
    Json result;          ///< JSON Schema of the result
    bool changes = false; ///< changes state: audited, and refused by a read-only console
};

/// One call of a command.
struct CommandRequest
{
    std::string name;
    Json arguments = Json::object();
    std::optional<std::uint64_t>
        base;          ///< If-Match: the routing revision that the caller saw; moved = Conflict
    std::string actor; ///< who, for the audit; ports overwrite it with the token's name
    Role role = Role::Viewer; ///< what the caller may do; ports overwrite it with the token's role
};

} // namespace sluice::api
