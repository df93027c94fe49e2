// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <string>

namespace sluice::ctl {

/// What sluicectl is, without asking an engine.
std::string usage();
/// The commands, a line each.
std::string commandSummaries(const Json& commands);
/// One command with its arguments, from its schema.
std::string commandHelp(const Json& descriptor);

} // namespace sluice::ctl
