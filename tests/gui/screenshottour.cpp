// SPDX-License-Identifier: GPL-3.0-or-later
// screenshot-tour --out DIR: every page of the console, light and dark, as PNG of 1440 x 900,
// offscreen: on the demo workspace with the real engine, and in the four states, with the shell's
// own sheets, on the fake control plane, where it is the same on every run.

#include "app/console/pageset.h"
#include "core/control/engine.h"
#include "tests/support/fakeplane.h"
#include "tests/support/manualclock.h"
#include "ui/charts/timechart.h"
#include "ui/models/plane.h"
#include "ui/shell/mainwindow.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QEventLoop>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSettings>
#include <QSlider>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTextStream>
#include <QTimer>

#include <cstdio>

#include "translations/catalogue.h"

using namespace sluice;
using tests::FakePlane;

namespace {

/// Long enough for one round of questions and the layout after it; the fake answers at once.
constexpr int kSettleMs = 450;

void settle(int milliseconds = kSettleMs)
{
    QEventLoop loop;
    QTimer::singleShot(milliseconds, &loop, &QEventLoop::quit);
    loop.exec();
}

/// The offscreen platform complains about every window's size hints.
void quiet(QtMsgType type, const QMessageLogContext& context, const QString& text)
{
    if (!text.contains(QLatin1String("propagateSizeHints"))) {
        fprintf(stderr, "%s\n", qPrintable(qFormatLogMessage(type, context, text)));
    }
}

struct Tour
{
    QDir folder;
    QSize size;
    ui::Theme& theme;
    int written = 0;
    bool failed = false;

    void shoot(ui::MainWindow& window, const QString& name)
    {
        const QString file = folder.filePath(
            name + (theme.dark() ? QStringLiteral("-dark.png") : QStringLiteral("-light.png")));
        if (window.grab().save(file)) {
            ++written;
        } else {
            failed = true;
            QTextStream(stderr) << "cannot write " << file << Qt::endl;
        }
    }
};

struct Stage
{
    explicit Stage(Tour& tour, FakePlane::State state, bool production = false)
        : settings(scratch.filePath(QStringLiteral("tour.ini")), QSettings::IniFormat)
    {
        control.setState(state);
        control.setProduction(production);
        window.emplace(tour.theme, plane, settings);
        console::addPages(*window, tour.theme, plane);
        window->resize(tour.size);
        window->show();
        settle();
    }

    tests::ManualClock clock;
    FakePlane control{clock};
    ui::Plane plane{control, clock};
    QTemporaryDir scratch;
    QSettings settings;
    std::optional<ui::MainWindow> window;
};

void shootPages(Tour& tour)
{
    const std::pair<FakePlane::State, const char*> states[] = {
        {FakePlane::State::Data, "data"},
        {FakePlane::State::Empty, "empty"},
        {FakePlane::State::Error, "error"},
        {FakePlane::State::Loading, "loading"},
    };
    for (const auto& [state, name] : states) {
        Stage stage(tour, state);
        for (ui::Page* page : stage.window->pages()) {
            stage.window->goTo({page->id(),
                                page->id() == QLatin1String("route")
                                    ? QStringLiteral("support-assistant")
                                    : QString(),
                                {}});
            settle();
            tour.shoot(*stage.window, page->id() + QLatin1Char('-') + QLatin1String(name));
        }
    }
}

/// What a person sees on first run: the demo's past hour and its customers, through the real
/// engine.
void shootDemo(Tour& tour)
{
    const QTemporaryDir folder;
    control::EngineOptions options;
    options.workspace = folder.filePath(QStringLiteral("demo")).toStdString();
    options.listen.port = 0;
    options.admin.port = 0;
    options.embedded = true;
    options.demo = true;
    control::Engine engine(std::move(options));
    if (const Status started = engine.start(); !started) {
        QTextStream(stderr) << "the demo did not start: " << describe(started.error()).c_str()
                            << Qt::endl;
        tour.failed = true;
        return;
    }
    constexpr int writing =
        8000; // the store takes in the past hour, customers fill the last minute
    settle(writing);
    for (const ui::Theme::Mode mode : {ui::Theme::Mode::Light, ui::Theme::Mode::Dark}) {
        tour.theme.setMode(mode);
        ui::Plane plane(engine.plane());
        plane.setIdentity("tour", api::Role::Admin);
        QSettings settings(folder.filePath(QStringLiteral("tour.ini")), QSettings::IniFormat);
        ui::MainWindow window(tour.theme, plane, settings);
        console::addPages(window, tour.theme, plane);
        window.resize(tour.size);
        window.show();
        settle();
        for (ui::Page* page : window.pages()) {
            const bool route = page->id() == QLatin1String("route");
            window.goTo({page->id(), route ? QStringLiteral("support-assistant") : QString(), {}});
            constexpr int asking = 2500; // one round of questions to the real store
            settle(asking);
            tour.shoot(window, QStringLiteral("demo-") + page->id());
        }
    }
}

template <typename Widget>
Widget& find(const ui::MainWindow& window, const char* name)
{
    auto* found = window.findChild<Widget*>(QLatin1String(name));
    if (found == nullptr) {
        qFatal("the tour looks for %s, which is gone", name);
    }
    return *found;
}

void press(ui::MainWindow& window, const char* name)
{
    find<QAbstractButton>(window, name).click();
    settle();
}

/// Scrolls the Route page until `widget` and what follows can be seen.
void reveal(ui::MainWindow& window, const QWidget& widget)
{
    auto& area = find<QScrollArea>(window, "route.scroll");
    area.verticalScrollBar()->setValue(widget.mapTo(area.widget(), QPoint()).y());
    settle();
}

/// Rule builder, tester, two people at once, revisions compared.
void shootTargeting(Tour& tour)
{
    Stage stage(tour, FakePlane::State::Data);
    ui::MainWindow& window = *stage.window;
    window.goTo({QStringLiteral("route"), QStringLiteral("support-assistant"), {}});
    settle();
    press(window, "traffic.test");
    find<QLineEdit>(window, "tester.user").setText(QStringLiteral("42"));
    find<QLineEdit>(window, "tester.org").setText(QStringLiteral("7"));
    press(window, "tester.ask");
    tour.shoot(window, QStringLiteral("route-tester"));
    press(window, "traffic.test");
    press(window, "traffic.rules");
    press(window, "rules.showLogic");
    auto& value = find<QLineEdit>(window, "rules.0.when.0.value.text");
    value.clear();
    QTest::keyClicks(&value, QStringLiteral("org-9"));
    settle();
    reveal(window, find<QWidget>(window, "targeting.close"));
    tour.shoot(window, QStringLiteral("route-rules"));
    Json theirs{{"route", "support-assistant"}, {"patch", true}, {"reason", "theirs"}};
    theirs["definition"] = {
        {"percent", 10},
        {"rules", Json::array({{{"when", {{"==", Json::array({{{"var", "plan"}}, "beta"})}}},
                                {"arm", "candidate"}}})}};
    stage.plane.setIdentity("ines", api::Role::Admin);
    stage.plane.execute("routes.put", std::move(theirs), &window, {});
    settle();
    press(window, "targeting.apply.confirm");
    reveal(window, *find<QScrollArea>(window, "route.scroll").widget());
    tour.shoot(window, QStringLiteral("route-conflict"));
    press(window, "conflict.theirs");
    press(window, "targeting.close");
    auto& table = find<QTableView>(window, "route.revisions");
    table.selectRow(0);
    table.selectionModel()->select(table.model()->index(3, 0),
                                   QItemSelectionModel::Select | QItemSelectionModel::Rows);
    press(window, "route.compareRevisions");
    reveal(window, find<QWidget>(window, "route.restore"));
    tour.shoot(window, QStringLiteral("route-revisions"));
    press(window, "route.restoreTime");
    reveal(window, find<QWidget>(window, "route.restore"));
    tour.shoot(window, QStringLiteral("route-restore-time"));
}

/// What the Flags page shows beside the list.
void shootFlags(Tour& tour)
{
    Stage stage(tour, FakePlane::State::Data);
    ui::MainWindow& window = *stage.window;
    const auto show = [&](const char* flag, int tab, const char* name) {
        window.goTo({QStringLiteral("flags"), {}, {{QStringLiteral("flag"), QLatin1String(flag)}}});
        find<QTabWidget>(window, "flag.tabs").setCurrentIndex(tab);
        settle();
        tour.shoot(window, QLatin1String(name));
    };
    show("new-checkout", 0, "flags-rules");
    show("support-tone", 0, "flags-split");
    show("new-checkout", 1, "flags-json");
    show("support-assistant", 0, "flags-route");
    window.goTo(
        {QStringLiteral("flags"), {}, {{QStringLiteral("flag"), QStringLiteral("new-checkout")}}});
    find<QPlainTextEdit>(window, "flagtest.context.text")
        .setPlainText(QStringLiteral("{\"email\": \"mara@shop.example\", \"plan\": \"trial\"}"));
    find<QTabWidget>(window, "flag.tabs").setCurrentIndex(2);
    press(window, "flagtest.ask");
    tour.shoot(window, QStringLiteral("flags-tester"));
    press(window, "flags.sources");
    tour.shoot(window, QStringLiteral("flags-sources"));
    press(window, "flags.generation");
    tour.shoot(window, QStringLiteral("flags-generation"));
    press(window, "flags.import");
    find<QPlainTextEdit>(window, "import.document.text")
        .setPlainText(QStringLiteral("{\"flags\": {\"maintenance\": {\"state\": \"ENABLED\",\n  "
                                     "\"variants\": {\"on\": true, "
                                     "\"off\": false}, \"defaultVariant\": \"off\"}}}"));
    press(window, "import.check");
    tour.shoot(window, QStringLiteral("flags-import"));
}

void act(ui::MainWindow& window, const char* id)
{
    window.actionRegistry().find(QLatin1String(id))->trigger();
    settle();
}

/// What a page shows only once somebody acts on it.
void shootDetails(Tour& tour)
{
    Stage stage(tour, FakePlane::State::Data, true);
    ui::MainWindow& window = *stage.window;
    const auto shoot = [&](const char* name) {
        settle();
        tour.shoot(window, QLatin1String(name));
    };
    act(window, "route.new");
    find<QLineEdit>(window, "newRoute.name").setText(QStringLiteral("triage"));
    shoot("overview-newroute");
    window.goTo({QStringLiteral("requests"), {}, {}});
    settle();
    find<QTableView>(window, "requests.table").selectRow(4);
    shoot("requests-detail");
    window.goTo({QStringLiteral("units"), {}, {}});
    settle();
    auto& units = find<QTableView>(window, "units.table");
    units.selectRow(0);
    units.selectionModel()->select(units.model()->index(1, 0),
                                   QItemSelectionModel::Select | QItemSelectionModel::Rows);
    shoot("units-compare");
    window.goTo({QStringLiteral("route"), QStringLiteral("support-assistant"), {}});
    settle();
    find<QSlider>(window, "traffic.slider").setValue(2500);
    shoot("route-moving");
    find<QAbstractButton>(window, "guard.edit").click();
    find<QAbstractButton>(window, "traffic.test").click();
    shoot("route-guard-tester");
    QScrollBar& bar = *find<QScrollArea>(window, "route.scroll").verticalScrollBar();
    bar.setValue(bar.maximum() / 2);
    shoot("route-charts");
    find<QTableView>(window, "route.revisions").selectRow(1);
    find<QAbstractButton>(window, "route.restore").click();
    settle();
    bar.setValue(bar.maximum());
    shoot("route-restore");
    window.goTo({QStringLiteral("route"), QStringLiteral("contract-summary"), {}});
    shoot("route-killed");
    act(window, "view.utc");
    window.goTo({QStringLiteral("overview"), {}, {}});
    find<QAbstractButton>(window, "newRoute.cancel").click();
    settle();
    stage.control.setState(FakePlane::State::Loading);
    QWidget& chart = *window.currentPage()->findChild<ui::TimeChart*>();
    for (int i = 0; i < 3; ++i) {
        QKeyEvent left(QEvent::KeyPress, Qt::Key_Left, Qt::NoModifier);
        QApplication::sendEvent(&chart, &left);
    }
    shoot("overview-utc-loading-range");
    stage.control.setState(FakePlane::State::Data);
    act(window, "view.utc");
    act(window, "engine.configure");
    find<QLineEdit>(window, "fleetName").setText(QStringLiteral("shop-eu"));
    find<QAbstractButton>(window, "fleetApply").click();
    settle(1500); // until the engine is asked again
    shoot("shell-engine-production");
}

void shootShell(Tour& tour)
{
    {
        Stage stage(tour, FakePlane::State::Data, true);
        ui::MainWindow& window = *stage.window;
        act(window, "console.palette");
        find<QLineEdit>(window, "paletteField").setText(QStringLiteral("ro"));
        tour.shoot(window, QStringLiteral("shell-palette"));
        act(window, "red.open");
        tour.shoot(window, QStringLiteral("shell-redbutton"));
        stage.control.holdKillOpen(true);
        find<QLineEdit>(window, "rollbackReason")
            .setText(QStringLiteral("answers about refunds are wrong"));
        stage.plane.execute("routing.kill",
                            Json{{"route", "support-assistant"}, {"reason", "wrong"}}, &window, {});
        settle();
        act(window, "red.proof");
        tour.shoot(window, QStringLiteral("shell-proof-running"));
        stage.control.finishKill();
        settle();
        tour.shoot(window, QStringLiteral("shell-proof"));
    }
    Stage stage(tour, FakePlane::State::Data);
    ui::MainWindow& window = *stage.window;
    act(window, "console.keys");
    tour.shoot(window, QStringLiteral("shell-keys"));
    window.setReadOnly(true);
    QMetaObject::invokeMethod(window.findChild<QWidget*>(QStringLiteral("keySheet")), "hide");
    window.useLayout(QStringLiteral("oncall"));
    stage.control.emitEvent("alert", Json{{"id", "a1"},
                                          {"severity", "warning"},
                                          {"route", "ai-search"},
                                          {"text", "the store was slow for 3 s"}});
    settle();
    tour.shoot(window, QStringLiteral("shell-oncall-readonly"));
    window.useLayout(QStringLiteral("review"));
    settle();
    tour.shoot(window, QStringLiteral("shell-help"));
    stage.control.setState(FakePlane::State::Disconnected);
    settle(2600);
    tour.shoot(window, QStringLiteral("shell-disconnected"));
}

} // namespace

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    qInstallMessageHandler(quiet);
    QApplication application(argc, argv);
    installCatalogue(application, QLocale(QLocale::English));
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Writes pictures of every page of the console."));
    parser.addHelpOption();
    const QCommandLineOption out(QStringLiteral("out"), QStringLiteral("Folder for the pictures."),
                                 QStringLiteral("DIR"));
    const QCommandLineOption size(QStringLiteral("size"), QStringLiteral("Window size."),
                                  QStringLiteral("WxH"), QStringLiteral("1440x900"));
    const QCommandLineOption quick(QStringLiteral("without-demo"),
                                   QStringLiteral("Only the fake control plane: no waiting."));
    parser.addOptions({out, size, quick});
    parser.process(application);
    const QStringList sides = parser.value(size).split(QLatin1Char('x'));
    if (!parser.isSet(out) || sides.size() != 2 || sides.at(0).toInt() < 320 ||
        sides.at(1).toInt() < 240) {
        QTextStream(stderr) << "usage: screenshot-tour --out DIR [--size WxH] [--without-demo]"
                            << Qt::endl;
        return 2;
    }
    QDir().mkpath(parser.value(out));
    ui::Theme theme(application, ui::Theme::Mode::Light);
    Tour tour{QDir(parser.value(out)), QSize(sides.at(0).toInt(), sides.at(1).toInt()), theme};
    if (!parser.isSet(quick)) {
        shootDemo(tour);
    }
    for (const ui::Theme::Mode mode : {ui::Theme::Mode::Light, ui::Theme::Mode::Dark}) {
        theme.setMode(mode);
        shootPages(tour);
        shootDetails(tour);
        shootTargeting(tour);
        shootFlags(tour);
        shootShell(tour);
    }
    QTextStream(stdout) << tour.written << " pictures in " << tour.folder.absolutePath()
                        << Qt::endl;
    return tour.failed ? 1 : 0;
}
