// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/enginehost.h"
#include "app/console/firstframe.h"
#include "app/console/keychain.h"
#include "app/console/options.h"
#include "app/console/pageset.h"
#include "app/daemon/signals.h"
#include "core/control/demo/demo.h"
#include "core/control/workspace.h"
#include "translations/catalogue.h"
#include "ui/models/plane.h"
#include "ui/shell/mainwindow.h"

#include <QApplication>
#include <QSettings>
#include <QStandardPaths>

#include <cstdio>
#include <optional>

namespace {

using namespace sluice;

Result<control::EngineOptions> engineOptions(const console::Options& options,
                                             const SecretStore& secrets)
{
    auto listen = control::addressFromText(options.listen);
    auto admin = control::addressFromText(options.admin);
    if (!listen || !admin) {
        return listen ? std::move(admin).error() : std::move(listen).error();
    }
    control::EngineOptions engine;
    engine.workspace = !options.workspace.empty() ? options.workspace
                       : options.demo             ? control::demo::demoWorkspace()
                                                  : control::defaultWorkspace();
    engine.listen = *listen;
    engine.admin = *admin;
    engine.secrets = &secrets;
    engine.embedded = true;
    engine.demo = options.demo;
    engine.version = SLUICE_VERSION;
    return engine;
}

int show(QApplication& application, const console::Options& options)
{
    console::KeychainSecretStore secrets;
    auto engine = engineOptions(options, secrets);
    if (!engine) {
        std::fprintf(stderr, "sluice: %s\n", describe(engine.error()).c_str());
        return exitCode(engine.error().code);
    }
    QSettings settings(QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation) +
                           QStringLiteral("/console.ini"),
                       QSettings::IniFormat);
    ui::Theme theme(application);
    console::EngineHost host(std::move(*engine), options.readyFile);
    ui::Plane plane(host.plane());
    plane.setIdentity(qEnvironmentVariable("USER", QStringLiteral("console")).toStdString(),
                      api::Role::Admin);
    ui::MainWindow window(theme, plane, settings);
    console::addPages(window, theme, plane);
    QObject::connect(
        &host, &console::EngineHost::failed, &window, [&window](const QString& sentence) {
            window.messages().show(
                {QStringLiteral("engine"),
                 ui::ChipKind::Harm,
                 QCoreApplication::translate("main", "not serving"),
                 QCoreApplication::translate("main", "The engine did not start: %1").arg(sentence),
                 {},
                 false});
        });
    std::optional<daemon::Signals> signalled(std::in_place);
    QObject::connect(&*signalled, &daemon::Signals::asked, &application,
                     [](int /*count*/) { QApplication::quit(); });
    new console::FirstFrame(window);
    host.start(); // opens the store while the window is painted
    window.show();
    const int code = QApplication::exec();
    signalled.reset(); // the engine drains now; a second signal ends the process at once
    window.hide();
    secrets.stop(); // the engine may be waiting for a keychain that nobody answers any more
    return code;
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("sluice"));
    QApplication::setApplicationDisplayName(QStringLiteral("Sluice"));
    QApplication::setDesktopFileName(QStringLiteral("sluice"));
    auto options = console::optionsFromArguments(QApplication::arguments());
    if (!options) {
        std::fprintf(stderr, "sluice: %s\n", describe(options.error()).c_str());
        return exitCode(options.error().code);
    }
    if (options->help) {
        std::fputs(console::usage().c_str(), stdout);
        return 0;
    }
    if (options->version) {
        std::puts("sluice " SLUICE_VERSION);
        return 0;
    }
    setLogLevel(options->log);
    if (!installCatalogue(application)) {
        std::fputs("sluice: the program was built without its catalogue of texts\n", stderr);
    }
    return show(application, *options);
}
