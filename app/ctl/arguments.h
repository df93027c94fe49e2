// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::ctl {

/// The command line as given.
struct CommandLine
{
    std::string admin = "http://127.0.0.1:8081";
    std::string tokenFile;
    std::string caFile;
    bool table = false;
    bool help = false;
    std::optional<std::uint64_t> base; ///< --if-match
    std::vector<std::string> words;    ///< command and its own arguments
};

/// Takes the options that are sluicectl's own; the rest stays in `words`.
Result<CommandLine> commandLineFromArguments(int argc, const char* const* argv);

/// A command found in the table, and the words after its name.
struct Chosen
{
    Json descriptor;
    std::vector<std::string> words;
};
/// "routes list …" -> routes.list; "rollback" -> routing.kill. NotFound names near ones.
Result<Chosen> choose(const Json& commands, const std::vector<std::string>& words);

/// The command's arguments: `--name value` typed by its schema, words without a name for the
/// required ones in their order, "-" for a JSON object on standard input. `readInput` reads all of
/// it.
Result<Json> argumentsFor(const Chosen& chosen,
                          const std::function<Result<std::string>()>& readInput);

} // namespace sluice::ctl
