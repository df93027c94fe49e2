// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/log.h"
#include "core/base/result.h"

#include <QStringList>

#include <string>

namespace sluice::console {

/// The console's command line (contracts.md, Programs).
struct Options
{
    std::string workspace; ///< empty: the default one
    bool demo = false;
    std::string listen = "127.0.0.1:8080";
    std::string admin = "127.0.0.1:8081";
    std::string readyFile;
    LogLevel log = LogLevel::Info;
    bool help = false;
    bool version = false;
};

/// `arguments` with the program's name first. Errors are InvalidArgument with a sentence for the
/// terminal.
Result<Options> optionsFromArguments(const QStringList& arguments);
std::string usage();

} // namespace sluice::console
