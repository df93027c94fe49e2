// SPDX-License-Identifier: GPL-3.0-or-later
// sluice-simulator --listen HOST:PORT [--settings FILE.json] [--ready-file FILE]
#include "core/base/file.h"
#include "core/base/log.h"
#include "tests/support/simulatord/simulatorservice.h"

#include <fmt/format.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <map>
#include <unistd.h>

namespace sluice::tests {

namespace {

constexpr std::size_t kSettingsBytes = std::size_t{1} << 20U;

struct Options
{
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    std::string settings;
    std::string readyFile;
};

Result<Options> parse(int argc, char** argv)
{
    Options options;
    std::string listen = "127.0.0.1:0";
    const std::map<std::string_view, std::string*> known = {{"--listen", &listen},
                                                            {"--settings", &options.settings},
                                                            {"--ready-file", &options.readyFile}};
    for (int i = 1; i < argc; i += 2) {
        const auto found = known.find(argv[i]);
        if (found == known.end() || i + 1 == argc) {
            return fail(ErrorCode::InvalidArgument,
                        "usage: sluice-simulator [--listen HOST:PORT] [--settings FILE] "
                        "[--ready-file FILE]");
        }
        *found->second = argv[i + 1];
    }
    const std::size_t colon = listen.rfind(':');
    const char* end = listen.data() + listen.size();
    if (colon == std::string::npos ||
        std::from_chars(listen.data() + colon + 1, end, options.port).ptr != end) {
        return fail(ErrorCode::InvalidArgument, "--listen takes HOST:PORT");
    }
    options.host = listen.substr(0, colon);
    return options;
}

Result<providers::SimulatorSettings> settingsOf(const Options& options)
{
    if (options.settings.empty()) {
        return providers::SimulatorSettings{};
    }
    auto text = readFile(options.settings, kSettingsBytes);
    if (!text) {
        return std::move(text).error();
    }
    auto json = parseJson(*text);
    return json ? providers::simulatorFromJson(*json)
                : Result<providers::SimulatorSettings>(json.error());
}

Status run(const Options& options)
{
    auto settings = settingsOf(options);
    if (!settings) {
        return std::move(settings).error();
    }
    auto simulator = providers::Simulator::make(std::move(settings).value());
    if (!simulator) {
        return std::move(simulator).error();
    }
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals,
                    nullptr); // before any thread, so that only sigwait() sees them

    const SystemClock clock;
    SimulatorService service(*simulator, clock);
    const auto thread = std::make_shared<net::IoThread>(0, "simulator");
    thread->start();
    net::HttpServerOptions listen;
    listen.host = options.host;
    listen.port = options.port;
    net::HttpServer server(listen, {thread},
                           [&service](const std::shared_ptr<net::HttpExchange>& exchange) {
                               service.handle(exchange);
                           });
    if (Status status = server.start(); !status) {
        return status;
    }
    if (!options.readyFile.empty()) {
        const Json ready = {{"listen", fmt::format("http://{}:{}", options.host, server.port())},
                            {"pid", getpid()}};
        if (Status status = writeFileAtomically(options.readyFile, ready.dump()); !status) {
            return status;
        }
    }
    int signal = 0;
    sigwait(&signals, &signal);
    server.stop();
    thread->stop();
    return {};
}

} // namespace

} // namespace sluice::tests

int main(int argc, char** argv)
{
    const auto options = sluice::tests::parse(argc, argv);
    const sluice::Status status =
        options ? sluice::tests::run(*options) : sluice::Status(options.error());
    if (!status) {
        std::fprintf(stderr, "sluice-simulator: %s\n", sluice::describe(status.error()).c_str());
        return sluice::exitCode(status.error().code);
    }
    return 0;
}
