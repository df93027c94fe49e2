// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <string>

namespace sluice::ctl {

/// A result for people: the list in it as aligned columns (nested values left out), or its members
/// a line each.
std::string asTable(const Json& result);

/// What a Conflict's details say, a line each: what others changed, and what the call would have.
/// Empty for other details.
std::string conflictText(const Json& details);

} // namespace sluice::ctl
