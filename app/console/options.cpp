// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/options.h"

#include <map>

namespace sluice::console {

namespace {

Status takeValue(Options& options, const std::string& name, std::string value)
{
    if (name == "--log") {
        if (!parseLogLevel(value, options.log)) {
            return fail(ErrorCode::InvalidArgument,
                        "--log takes debug, info, warning or error, not " + value);
        }
        return {};
    }
    const std::map<std::string, std::string*> members{
        {"--workspace", &options.workspace},
        {"--listen", &options.listen},
        {"--admin", &options.admin},
        {"--ready-file", &options.readyFile},
    };
    const auto found = members.find(name);
    if (found == members.end()) {
        return fail(ErrorCode::InvalidArgument, "unknown option " + name + "; see sluice --help");
    }
    *found->second = std::move(value);
    return {};
}

bool takeFlag(Options& options, const std::string& name)
{
    if (name == "--demo") {
        options.demo = true;
    } else if (name == "--help" || name == "-h") {
        options.help = true;
    } else if (name == "--version") {
        options.version = true;
    } else {
        return false;
    }
    return true;
}

} // namespace

Result<Options> optionsFromArguments(const QStringList& arguments)
{
    Options options;
    for (qsizetype i = 1; i < arguments.size(); ++i) {
        const QString& argument = arguments.at(i);
        const std::string name = argument.section(QLatin1Char('='), 0, 0).toStdString();
        if (name == "--connect" || name == "--token-file") {
            return fail(ErrorCode::InvalidArgument,
                        "this version of the console has its engine inside and cannot connect to a "
                        "running one yet; "
                        "use sluicectl --admin URL, or start the console with --workspace DIR");
        }
        if (takeFlag(options, name)) {
            continue;
        }
        const bool joined = argument.contains(QLatin1Char('='));
        if (!joined && i + 1 >= arguments.size()) {
            return fail(ErrorCode::InvalidArgument,
                        name + " needs a value, or is unknown; see sluice --help");
        }
        const QString value = joined ? argument.section(QLatin1Char('='), 1) : arguments.at(++i);
        if (Status status = takeValue(options, name, value.toStdString()); !status) {
            return std::move(status).error();
        }
    }
    if (options.demo && !options.workspace.empty()) {
        return fail(ErrorCode::InvalidArgument,
                    "--demo has a workspace of its own: give it or --workspace, not both");
    }
    return options;
}

std::string usage()
{
    return "usage: sluice [OPTIONS]\n"
           "\n"
           "The console: its engine runs inside and serves a workspace.\n"
           "\n"
           "  --workspace DIR        the workspace (default: the XDG data folder)\n"
           "  --demo                 a workspace of its own with a simulated shop\n"
           "  --listen HOST:PORT     data port (127.0.0.1:8080); port 0 picks a free one\n"
           "  --admin HOST:PORT      admin port (127.0.0.1:8081)\n"
           "  --ready-file F         written when requests are accepted\n"
           "  --log LEVEL            debug, info, warning or error (info)\n"
           "  --version, --help\n";
}

} // namespace sluice::console
