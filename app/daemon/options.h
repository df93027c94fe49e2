// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/engine.h"

#include <string>

namespace sluice::daemon {

/// What sluiced was asked to do.
struct Options
{
    control::EngineOptions engine;
    std::string readyFile; ///< empty: none
    bool help = false;
    bool version = false;
};

/// InvalidArgument names the option and what it takes.
Result<Options> optionsFromArguments(int argc, const char* const* argv);
std::string usage();

} // namespace sluice::daemon
