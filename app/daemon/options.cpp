// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/daemon/options.h"

#include "core/control/demo/demo.h"

#include "core/base/log.h"
#include "core/control/workspace.h"

#include <charconv>
#include <functional>
#include <map>
#include <string_view>

namespace sluice::daemon {

namespace {

using Take = std::function<Status(Options&, std::string)>;

Status setAddress(control::Address& into, const std::string& text)
{
    auto address = control::addressFromText(text);
    if (!address) {
        return std::move(address).error();
    }
    into = std::move(*address);
    return {};
}

Status setThreads(Options& options, const std::string& text)
{
    std::size_t threads = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), threads);
    if (problem != std::errc() || end != text.data() + text.size() || threads < 1 ||
        threads > 256) {
        return fail(ErrorCode::InvalidArgument, "--threads takes a number from 1 to 256");
    }
    options.engine.threads = threads;
    return {};
}

Status checkRoles(const std::string& roles)
{
    // The roles of a fleet come with the shared store; one process does all of them until then.
    if (roles == "gateway,control,evals" || roles == "gateway,control") {
        return {};
    }
    return fail(ErrorCode::InvalidArgument,
                "--roles: with the sqlite store one process has them all: gateway,control");
}

const std::map<std::string_view, Take>& withValue()
{
    static const std::map<std::string_view, Take> table{
        {"--workspace",
         [](Options& o, std::string v) {
             o.engine.workspace = std::move(v);
             return Status();
         }},
        {"--apply",
         [](Options& o, std::string v) {
             o.engine.applyFile = std::move(v);
             return Status();
         }},
        {"--listen",
         [](Options& o, const std::string& v) { return setAddress(o.engine.listen, v); }},
        {"--admin", [](Options& o, const std::string& v) { return setAddress(o.engine.admin, v); }},
        {"--allow-host",
         [](Options& o, std::string v) {
             o.engine.allowHosts.push_back(std::move(v));
             return Status();
         }},
        {"--tls-cert",
         [](Options& o, std::string v) {
             o.engine.tls.certificate = std::move(v);
             return Status();
         }},
        {"--tls-key",
         [](Options& o, std::string v) {
             o.engine.tls.key = std::move(v);
             return Status();
         }},
        {"--threads", [](Options& o, const std::string& v) { return setThreads(o, v); }},
        {"--ready-file",
         [](Options& o, std::string v) {
             o.readyFile = std::move(v);
             return Status();
         }},
        {"--roles", [](Options&, const std::string& v) { return checkRoles(v); }},
        {"--store",
         [](Options&, const std::string& v) {
             return v == "sqlite" ? Status()
                                  : Status(fail(ErrorCode::InvalidArgument,
                                                "--store: this version has sqlite only"));
         }},
        {"--log",
         [](Options&, const std::string& v) {
             LogLevel level{};
             if (!parseLogLevel(v, level)) {
                 return Status(
                     fail(ErrorCode::InvalidArgument, "--log takes debug, info, warning or error"));
             }
             setLogLevel(level);
             return Status();
         }},
    };
    return table;
}

Status takeFlag(Options& options, std::string_view name)
{
    if (name == "--demo") {
        options.engine.demo = true;
    } else if (name == "--insecure-listen") {
        options.engine.insecureListen = true;
    } else if (name == "--help" || name == "-h") {
        options.help = true;
    } else if (name == "--version") {
        options.version = true;
    } else {
        return fail(ErrorCode::InvalidArgument,
                    "unknown option " + std::string(name) + "; see sluiced --help");
    }
    return {};
}

Status checkTogether(const Options& options)
{
    if (options.engine.tls.certificate.empty() != options.engine.tls.key.empty()) {
        return fail(ErrorCode::InvalidArgument, "--tls-cert and --tls-key go together");
    }
    if (options.engine.demo && !options.engine.workspace.empty()) {
        return fail(ErrorCode::InvalidArgument, "--demo has a workspace of its own; leave out --workspace");
    }
    return {};
}

} // namespace

Result<Options> optionsFromArguments(int argc, const char* const* argv)
{
    Options options;
    options.engine.version = SLUICE_VERSION;
    for (int i = 1; i < argc; ++i) {
        std::string name = argv[i];
        const auto equals = name.find('=');
        const auto take = withValue().find(std::string_view(name).substr(0, equals));
        Status status;
        if (take == withValue().end()) {
            status = takeFlag(options, name);
        } else if (equals != std::string::npos) {
            status = take->second(options, name.substr(equals + 1));
        } else if (i + 1 < argc) {
            status = take->second(options, argv[++i]);
        } else {
            status = fail(ErrorCode::InvalidArgument, name + " needs a value");
        }
        if (!status) {
            return std::move(status).error();
        }
    }
    if (auto status = checkTogether(options); !status) {
        return std::move(status).error();
    }
    if (options.engine.workspace.empty()) {
        options.engine.workspace = options.engine.demo ? control::demo::demoWorkspace() : control::defaultWorkspace();
    }
    return options;
}

std::string usage()
{
    return "usage: sluiced [OPTIONS]\n"
           "\n"
           "Serves a workspace: the data port for applications, the admin port for people and "
           "scripts.\n"
           "\n"
           "  --workspace DIR        the workspace (default: the XDG data folder)\n"
           "  --demo                 a workspace with a simulated shop\n"
           "  --apply FILE           bring the workspace to a declarative file, if it is not the "
           "one applied last\n"
           "  --listen HOST:PORT     data port (127.0.0.1:8080); port 0 picks a free one\n"
           "  --admin HOST:PORT      admin port (127.0.0.1:8081)\n"
           "  --allow-host NAME      a Host that requests may name; repeatable\n"
           "  --tls-cert F --tls-key F\n"
           "  --insecure-listen      allow a non-loopback address without keys and TLS\n"
           "  --store sqlite\n"
           "  --roles ROLES          gateway,control\n"
           "  --threads N            I/O threads of the gateway (default: one a core)\n"
           "  --ready-file F         written when requests are accepted\n"
           "  --log LEVEL            debug, info, warning, error\n"
           "  --version, --help\n";
}

} // namespace sluice::daemon
