// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/route/routepage.h"

#include "ui/charts/timechart.h"
#include "ui/models/plane.h"
#include "ui/pages/common/chartpanel.h"
#include "ui/pages/common/confirmbox.h"
#include "ui/pages/common/stalelabel.h"
#include "ui/pages/route/armstable.h"
#include "ui/pages/route/conflictbar.h"
#include "ui/pages/route/guardpanel.h"
#include "ui/pages/route/targetingpanel.h"
#include "ui/pages/route/timelinepanel.h"
#include "ui/pages/route/trafficpanel.h"
#include "ui/pages/route/unitspanel.h"
#include "ui/theme/variant.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/statestack.h"

#include <QAction>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QTimer>

namespace sluice::ui {

namespace {
constexpr std::chrono::milliseconds kFast{1000};
constexpr std::chrono::milliseconds kSlow{5000};
} // namespace

RoutePage::RoutePage(const Theme& theme, Plane& plane, QWidget* parent)
    : Page(parent)
    , m_theme(theme)
    , m_plane(plane)
    , m_editor(plane)
    , m_routes(plane, "routes.list", kSlow)
    , m_route(plane, "routes.get", kFast)
    , m_summary(plane, "telemetry.summary", 2 * kFast)
    , m_units(plane, "units.list", kSlow)
    , m_feed(plane, m_hub, *this)
    , m_window(timeWindows()[1])
{
    setObjectName(QStringLiteral("page.route"));
    m_messages = new MessageBar(theme);
    m_confirm = new ConfirmBox(theme, QStringLiteral("route.confirm"));
    m_conflict = new ConflictBar(theme);
    m_scroll = new QScrollArea;
    m_scroll->setObjectName(QStringLiteral("route.scroll"));
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidget(makeContent());
    m_stack = new StateStack(theme, m_scroll);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme.grid(4), theme.grid(3), 0, theme.grid(3));
    layout->setSpacing(theme.grid(3));
    const auto inset = [&](QWidget* widget) {
        auto* row = new QHBoxLayout;
        row->setContentsMargins(0, 0, theme.grid(4), 0);
        row->addWidget(widget);
        layout->addLayout(row);
    };
    inset(makeHeader());
    inset(m_messages);
    inset(m_confirm);
    inset(m_conflict);
    layout->addWidget(m_stack, 1);
    connectQueries();
    connectEditor();
    showWindow(m_window);
}

QWidget* RoutePage::makeHeader()
{
    auto* header = new QWidget;
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins({});
    row->setSpacing(m_theme.grid(2));
    m_title = new QPushButton(tr("Route"));
    m_title->setObjectName(QStringLiteral("route.choose"));
    m_title->setAccessibleName(tr("Choose a route"));
    setVariant(*m_title, "kind", "title");
    m_title->setMenu(new QMenu(m_title));
    m_stable = new Chip(m_theme);
    m_stable->setObjectName(QStringLiteral("route.stable"));
    m_candidate = new Chip(m_theme);
    m_candidate->setObjectName(QStringLiteral("route.candidate"));
    m_verdict = new Chip(m_theme);
    m_verdict->setObjectName(QStringLiteral("route.verdict"));
    row->addWidget(m_title);
    row->addWidget(m_stable);
    row->addWidget(m_candidate);
    row->addWidget(m_verdict);
    row->addStretch(1);
    row->addWidget(new StaleLabel(m_route));
    const auto button = [&](const char* name, const QString& text) {
        auto* made = new QPushButton(text);
        made->setObjectName(QString::fromLatin1(name));
        row->addWidget(made);
        return made;
    };
    m_windowButton = button("route.window", {});
    setVariant(*m_windowButton, "menu", "true");
    auto* menu = new QMenu(m_windowButton);
    for (const TimeWindow& window : timeWindows()) {
        QAction* action = menu->addAction(window.title);
        action->setObjectName(QStringLiteral("window.") + window.id);
        connect(action, &QAction::triggered, this, [this, window] { showWindow(window); });
    }
    m_windowButton->setMenu(menu);
    m_compare = button("route.compare", tr("Compare units"));
    m_abort = button("route.abort", tr("Abort"));
    m_promote = button("route.promote", tr("Promote…"));
    setVariant(*m_promote, "kind", "primary");
    for (QWidget* chip : {m_stable, m_candidate, m_verdict}) {
        chip->hide();
    }
    return header;
}

QWidget* RoutePage::makeContent()
{
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, m_theme.grid(1),
                               0); // the scroll bar's width makes up the rest of the margin
    column->setSpacing(m_theme.grid(3));
    m_traffic = new TrafficPanel(m_theme, m_plane, m_editor);
    m_targeting = new TargetingPanel(m_theme, m_plane, m_editor);
    m_guard = new GuardPanel(m_theme, m_plane, m_editor);
    m_unitsPanel = new UnitsPanel(m_theme, m_plane, m_editor);
    m_armsTable = new ArmsTable(m_theme);
    m_timeline = new TimelinePanel(m_theme, m_plane, m_editor);
    auto* top = new QHBoxLayout;
    top->setSpacing(m_theme.grid(3));
    top->addWidget(m_traffic, 11);
    top->addWidget(m_guard, 10);
    column->addLayout(top);
    column->addWidget(m_targeting);
    column->addWidget(m_armsTable);
    column->addWidget(makeCharts());
    column->addWidget(m_unitsPanel);
    column->addWidget(m_timeline);
    return content;
}

QWidget* RoutePage::makeCharts()
{
    auto* charts = new QWidget;
    auto* grid = new QGridLayout(charts);
    grid->setContentsMargins({});
    grid->setSpacing(m_theme.grid(3));
    const std::vector<std::vector<Metric>> panels{{Metric::P95, Metric::P50, Metric::P99},
                                                  {Metric::TtftP95, Metric::TtftP50},
                                                  {Metric::Cost},
                                                  {Metric::Tokens},
                                                  {Metric::Refusals},
                                                  {Metric::Errors, Metric::Fallbacks}};
    for (std::size_t i = 0; i < panels.size(); ++i) {
        auto* panel = new ChartPanel(m_theme, m_hub, panels[i]);
        panel->setMinimumHeight(m_theme.grid(58));
        grid->addWidget(panel, static_cast<int>(i / 3), static_cast<int>(i % 3));
        m_charts.push_back(panel);
        connect(panel, &ChartPanel::requestsWanted, this, [this](double from, double to) {
            Q_EMIT goTo({QStringLiteral("requests"),
                         m_name,
                         {{QStringLiteral("from"), static_cast<qlonglong>(from * 1e6)},
                          {QStringLiteral("to"), static_cast<qlonglong>(to * 1e6)}}});
        });
    }
    for (int i = 0; i < 3; ++i) {
        grid->setColumnStretch(i, 1);
    }
    m_charts[2]->setSubtitle(tr("per thousand"));
    return charts;
}

void RoutePage::connectQueries()
{
    for (LiveQuery* query : {&m_routes, &m_summary, &m_units}) {
        query->follow(this);
    }
    connect(&m_routes, &LiveQuery::changed, this, &RoutePage::updateRoutes);
    connect(&m_route, &LiveQuery::changed, this, &RoutePage::updateRoute);
    connect(&m_summary, &LiveQuery::changed, this, &RoutePage::updateSummary);
    connect(&m_units, &LiveQuery::changed, this,
            [this] { m_unitsPanel->setUnits(m_units.value()); });
    connect(&m_feed, &SeriesFeed::changed, this, &RoutePage::updateCharts);
    connect(m_stack, &StateStack::retry, this, [this] {
        m_routes.refresh();
        m_route.refresh();
    });
    connect(m_stack, &StateStack::nextStep, this,
            [this] { Q_EMIT goTo({QStringLiteral("overview"), {}, {}}); });
    connect(&m_plane, &Plane::event, this, [this](const api::Event& event) {
        if (event.kind == "revision" || event.kind == "kill" || event.kind == "apply") {
            m_route.refresh();
            m_timeline->refresh();
        }
    });
    connect(&m_plane, &Plane::resyncNeeded, &m_route, &LiveQuery::refresh);
    connect(&m_plane, &Plane::readOnlyChanged, this, &RoutePage::updateRoute);
}

void RoutePage::connectEditor()
{
    connect(&m_editor, &RouteEditor::applied, this, &RoutePage::showApplied);
    connect(&m_editor, &RouteEditor::conflict, this,
            [this](const RouteConflict& conflict) { m_conflict->ask(m_name, conflict); });
    connect(m_conflict, &ConflictBar::theirsWanted, this, &RoutePage::dropEdits);
    connect(m_conflict, &ConflictBar::mineWanted, &m_editor, &RouteEditor::putOnTop);
    connect(m_conflict, &ConflictBar::keepWanted, &m_editor, &RouteEditor::reload);
    connect(&m_editor, &RouteEditor::failed, this, [this](const QString& problem) {
        m_messages->show(
            {QStringLiteral("failed"), ChipKind::Harm, tr("not applied"), problem, {}, true});
    });
    connect(m_timeline, &TimelinePanel::failed, this, [this](const QString& problem) {
        m_messages->show(
            {QStringLiteral("failed"), ChipKind::Harm, tr("not read"), problem, {}, true});
    });
    connect(&m_editor, &RouteEditor::busyChanged, m_confirm, &ConfirmBox::setBusy);
    connect(m_confirm, &ConfirmBox::cancelled, this, [this] { m_asking = Asking::Nothing; });
    connect(m_confirm, &ConfirmBox::confirmed, this, [this](const QString& reason) {
        if (m_asking == Asking::Acknowledge) {
            m_editor.acknowledge(reason);
        } else if (m_asking == Asking::Promote) {
            m_editor.put({{"stable", m_editor.facts().candidate.id.toStdString()},
                          {"candidate", nullptr},
                          {"percent", 0}},
                         reason);
        }
    });
    connect(m_compare, &QPushButton::clicked, this, [this] {
        Q_EMIT goTo({QStringLiteral("units"),
                     m_name,
                     {{QStringLiteral("left"), m_editor.facts().stable.id},
                      {QStringLiteral("right"), m_editor.facts().candidate.id}}});
    });
    auto* rules = new QAction(tr("Edit targeting rules…"), this);
    rules->setObjectName(QStringLiteral("route.action.rules"));
    addAction(rules); // in the palette
    connect(rules, &QAction::triggered, m_traffic, &TrafficPanel::targetingWanted);
    connect(m_traffic, &TrafficPanel::targetingWanted, this, [this] {
        m_targeting->open();
        QTimer::singleShot(0, this, [this] { m_scroll->ensureWidgetVisible(m_targeting); });
    });
    connect(m_abort, &QPushButton::clicked, this, &RoutePage::abortRollout);
    connect(m_promote, &QPushButton::clicked, this, &RoutePage::askPromote);
}

void RoutePage::activate(const Place& place)
{
    m_acknowledgeWanted = place.details.value(QStringLiteral("acknowledge")).toBool();
    if (!place.route.isEmpty()) {
        setRoute(place.route);
    }
    updateRoute();
}

QList<KeyHint> RoutePage::keys() const
{
    QList<KeyHint> hints{{QStringLiteral("← →"), tr("Slider: 0.01 %")},
                         {QStringLiteral("PgUp PgDn"), tr("Slider: 1 %")},
                         {tr("Esc"), tr("Drop what is not applied")},
                         {QStringLiteral("Alt+↑ ↓"), tr("Move the rule that has the focus")},
                         {QStringLiteral("Ctrl+Z"), tr("Undo in the rules")},
                         {QStringLiteral("Ctrl+") + tr("Click"),
                          tr("Choose a second revision, to compare the two")}};
    for (const TimeChart::Key& key : TimeChart::keys()) {
        hints.append({key.keys, key.does});
    }
    return hints;
}

} // namespace sluice::ui
