// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/help.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::ctl {

namespace {

std::string spaced(std::string name)
{
    std::replace(name.begin(), name.end(), '.', ' ');
    return name;
}

std::string typeText(const Json& schema)
{
    if (schema.contains("enum")) {
        std::string words;
        for (const Json& word : schema.at("enum")) {
            words += (words.empty() ? "" : "|") +
                     (word.is_string() ? word.get<std::string>() : word.dump());
        }
        return words;
    }
    const Json type = schema.value("type", Json("JSON"));
    return type.is_string() ? type.get<std::string>() == "object" ? "JSON" : type.get<std::string>()
                            : type.dump();
}

} // namespace

std::string usage()
{
    return "usage: sluicectl [--admin URL] [--token-file F] [--output json|table] COMMAND "
           "[ARGUMENTS]\n"
           "\n"
           "Arguments are --name value, or one JSON object on standard input with \"-\".\n"
           "\n"
           "  sluicectl rollback ROUTE --reason \"…\"     the red button (--all for every route)\n"
           "  sluicectl apply FILE [--dry-run]          bring the workspace to a declarative file\n"
           "  sluicectl routes list --output table\n"
           "  sluicectl help [COMMAND]                  the commands of the engine\n"
           "\n"
           "  --admin URL       http://127.0.0.1:8081\n"
           "  --token-file F    admin.token of the default workspace\n"
           "  --ca-file F       PEM of the authority of an https admin port\n"
           "  --if-match N      refuse (exit 4) if the routing revision is not N\n"
           "\n"
           "Exit status: 0 done, 1 failed, 2 usage, 3 refused, 4 conflict, 5 unreachable.\n";
}

std::string commandSummaries(const Json& commands)
{
    std::string text;
    for (const Json& one : commands) {
        text +=
            fmt::format("  {:<22} {}\n", spaced(one.value("name", "")), one.value("summary", ""));
    }
    return text;
}

std::string commandHelp(const Json& descriptor)
{
    std::string text =
        fmt::format("sluicectl {}\n{} Role: {}.\n", spaced(descriptor.value("name", "")),
                    descriptor.value("summary", ""), descriptor.value("role", ""));
    const Json schema = descriptor.value("arguments", Json::object());
    const Json properties = schema.value("properties", Json::object());
    const Json required = schema.value("required", Json::array());
    for (const auto& [name, member] : properties.items()) {
        std::string option = name;
        std::replace(option.begin(), option.end(), '_', '-');
        const bool needed =
            std::find(required.begin(), required.end(), Json(name)) != required.end();
        text += fmt::format("  --{:<16} {:<10} {}{}\n", option, typeText(member),
                            needed ? "(required) " : "", member.value("description", ""));
    }
    return text;
}

} // namespace sluice::ctl
