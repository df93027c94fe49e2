// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <string>

namespace sluice::flags {

/// Whether flagd's schema (v0, targeting.json) lets a rule pass: the forms of its operators and
/// their operands, a bucket's weight, sem_ver's signs and versions. A "$ref" may stand wherever a
/// rule may, since its text is replaced before anything looks at it. Literal weights that add up to
/// more than 2^31 - 1 are refused too: flagd would never choose any of them. InvalidArgument or
/// TooLarge with the JSON pointer below `where`. Private to core/flags; any thread.
Status checkTargeting(const Json& targeting, const std::string& where);

} // namespace sluice::flags
