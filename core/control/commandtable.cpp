// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/commandtable.h"

#include "core/control/schema.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::control {

CommandTable::CommandTable()
{
    addRouteCommands(m_rows);
    addDryRunCommands(m_rows);
    addGenerationCommands(m_rows);
    addRoutingCommands(m_rows);
    addUnitCommands(m_rows);
    addProviderCommands(m_rows);
    addFlagCommands(m_rows);
    addAccessCommands(m_rows);
    addApplyCommands(m_rows);
    addTelemetryCommands(m_rows);
    addFleetCommands(m_rows);
    std::sort(m_rows.begin(), m_rows.end(),
              [](const Row& a, const Row& b) { return a.descriptor.name < b.descriptor.name; });
    m_descriptors.reserve(m_rows.size());
    for (const Row& row : m_rows) {
        m_descriptors.push_back(row.descriptor);
    }
}

const Row* CommandTable::find(std::string_view name) const noexcept
{
    const std::string_view wanted = name == "rollback" ? "routing.kill" : name;
    const auto found = std::lower_bound(
        m_rows.begin(), m_rows.end(), wanted,
        [](const Row& row, std::string_view key) { return row.descriptor.name < key; });
    return found != m_rows.end() && found->descriptor.name == wanted ? &*found : nullptr;
}

Result<const Row*> CommandTable::admit(const api::CommandRequest& request) const
{
    const Row* row = find(request.name);
    if (row == nullptr) {
        return fail(ErrorCode::NotFound, fmt::format("there is no command \"{}\"", request.name));
    }
    if (request.role < row->descriptor.role) {
        return fail(ErrorCode::Refused,
                    fmt::format("{} needs the role {}; this token has {}", row->descriptor.name,
                                api::roleName(row->descriptor.role), api::roleName(request.role)));
    }
    if (auto status = schema::validate(row->descriptor.arguments, request.arguments); !status) {
        return std::move(status).error();
    }
    return row;
}

Json auditedArguments(const Row& row, const Json& arguments)
{
    Json shown = arguments;
    for (const std::string& name : row.secretArguments) {
        if (shown.is_object() && shown.contains(name)) {
            shown[name] = "(not shown)";
        }
    }
    return shown;
}

} // namespace sluice::control
