// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/command.h"
#include "core/base/json.h"

#include <string_view>
#include <vector>

namespace sluice::control {

/// The command table as OpenAPI 3.1 text for people's tools: one POST operation a command. Any
/// thread.
Json openApi(const std::vector<api::CommandDescriptor>& commands, std::string_view version);
/// The command table as GET /admin/v1/commands shows it.
Json commandList(const std::vector<api::CommandDescriptor>& commands);
/// {"error":{"code","message","details"}}, the shape of every error on the admin port.
Json errorJson(const Error& error);
/// The HTTP status of an error (commands' table).
int httpStatus(ErrorCode code) noexcept;

} // namespace sluice::control
