// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <string>

namespace sluice::flags {

/// One step of an explanation, for people: what was looked at and what came of it.
struct ExplainStep
{
    std::string step;    ///< "state", "condition", "fractional", "targeting", "variant", …
    std::string outcome; ///< in words
    Json detail;         ///< an object: what a program would want to know
};

} // namespace sluice::flags
