// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/daemon/options.h"
#include "app/daemon/signals.h"
#include "core/base/file.h"
#include "core/base/log.h"

#include <QCoreApplication>

#include <cstdio>
#include <unistd.h>

namespace {

using namespace sluice;

constexpr std::chrono::seconds kDrain{30};

int failed(const Error& error)
{
    log(LogLevel::Error, "daemon", error.message,
        {{"code", std::string(errorCodeName(error.code))}, {"where", error.where}});
    return exitCode(error.code);
}

Status writeReadyFile(const std::string& path, const control::Engine& engine)
{
    const Json ready{{"listen", engine.listenUrl()},
                     {"admin", engine.adminUrl()},
                     {"pid", static_cast<std::int64_t>(::getpid())},
                     {"token_file", engine.tokenFile()}};
    return writeFileAtomically(path, ready.dump() + "\n", 0644);
}

int serve(QCoreApplication& application, daemon::Options options)
{
    daemon::Signals signalled;
    const std::string readyFile = options.readyFile;
    control::Engine engine(std::move(options.engine));
    if (auto status = engine.start(); !status) {
        return failed(status.error());
    }
    log(LogLevel::Info, "daemon", "serving",
        {{"listen", engine.listenUrl()},
         {"admin", engine.adminUrl()},
         {"token_file", engine.tokenFile()},
         {"degraded", engine.degraded() ? "true" : "false"}});
    if (!readyFile.empty()) {
        if (auto status = writeReadyFile(readyFile, engine); !status) {
            return failed(status.error());
        }
    }
    QObject::connect(&signalled, &daemon::Signals::asked, &application, [&](int count) {
        if (count > 1) {
            log(LogLevel::Warning, "daemon", "asked twice: ending at once");
            application.exit(0);
            return;
        }
        log(LogLevel::Info, "daemon", "draining", {{"seconds", std::to_string(kDrain.count())}});
        engine.drain(kDrain, [&application] {
            QMetaObject::invokeMethod(
                &application, [&application] { application.exit(0); }, Qt::QueuedConnection);
        });
    });
    return QCoreApplication::exec();
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("sluice"));
    auto options = daemon::optionsFromArguments(argc, argv);
    if (!options) {
        std::fprintf(stderr, "sluiced: %s\n", describe(options.error()).c_str());
        return exitCode(options.error().code);
    }
    if (options->help) {
        std::fputs(daemon::usage().c_str(), stdout);
        return 0;
    }
    if (options->version) {
        std::puts("sluiced " SLUICE_VERSION);
        return 0;
    }
    return serve(application, std::move(*options));
}
