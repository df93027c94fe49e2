// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/overview/overviewpage.h"

#include "ui/charts/timechart.h"
#include "ui/models/format.h"
#include "ui/models/jsontablemodel.h"
#include "ui/models/plane.h"
#include "ui/models/sortedmodel.h"
#include "ui/pages/common/armnumbers.h"
#include "ui/pages/common/chartpanel.h"
#include "ui/pages/common/columnweights.h"
#include "ui/pages/common/labels.h"
#include "ui/pages/common/routefacts.h"
#include "ui/pages/common/stalelabel.h"
#include "ui/pages/overview/newrouteform.h"
#include "ui/pages/overview/routecelldelegate.h"
#include "ui/theme/variant.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/statestack.h"
#include "ui/widgets/tableview.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLabel>
#include <QMenu>
#include <QPushButton>

#include <algorithm>

namespace sluice::ui {

namespace {

constexpr std::chrono::milliseconds kRefresh{2000};
constexpr int kRowsAtMost = 6; ///< shown without scrolling

double rate(const Json& row)
{
    return read::number(read::child(row, "summary"), "requests_per_minute").value_or(0);
}

QVariant leadingValue(const Json& row, std::optional<double> ArmNumbers::* member)
{
    const auto arms = armNumbers(read::child(row, "summary"));
    const ArmNumbers* lead = overview::leading(arms);
    return lead != nullptr && lead->*member ? QVariant(*(lead->*member)) : QVariant(-1.0);
}

std::vector<JsonColumn> columns()
{
    const auto stage = [](const Json& row) {
        return overview::stageText(routeFacts(row)).replace(QLatin1Char('\n'), QLatin1Char(' '));
    };
    const auto latency = [](const Json& row) {
        const auto arms = armNumbers(read::child(row, "summary"));
        const ArmNumbers* lead = overview::leading(arms);
        return lead != nullptr ? format::milliseconds(lead->p95) : format::dash();
    };
    const auto cost = [](const Json& row) {
        const auto arms = armNumbers(read::child(row, "summary"));
        const ArmNumbers* lead = overview::leading(arms);
        return lead != nullptr ? lead->costText() : format::dash();
    };
    const auto units = [](const Json& row) {
        const RouteFacts route = routeFacts(row);
        return route.hasCandidate()
                   ? QString(route.stable.name() + QStringLiteral(", ") + route.candidate.name())
                   : route.stable.name();
    };
    return {
        {QStringLiteral("route"),
         OverviewPage::tr("Route"),
         [](const Json& row) { return read::text(row, "name"); },
         {},
         false,
         {}},
        {QStringLiteral("units"), OverviewPage::tr("Units"), units, {}, false, {}},
        {QStringLiteral("traffic"),
         OverviewPage::tr("Traffic"),
         [](const Json& row) {
             return OverviewPage::tr("%1 candidate").arg(format::percent(routeFacts(row).percent));
         },
         [](const Json& row) { return QVariant(rate(row)); },
         false,
         {}},
        {QStringLiteral("stage"), OverviewPage::tr("Stage"), stage, {}, false, {}},
        {QStringLiteral("p95"), OverviewPage::tr("p95 latency"), latency,
         [](const Json& row) { return leadingValue(row, &ArmNumbers::p95); }, false,
         OverviewPage::tr("Candidate orange, its control grey; the number is the candidate's, or "
                          "stable's without one")},
        {QStringLiteral("cost"), OverviewPage::tr("Cost a query"), cost,
         [](const Json& row) { return leadingValue(row, &ArmNumbers::costMicros); }, false,
         OverviewPage::tr("Of the requests that have a price; m is a thousandth")},
        {QStringLiteral("evidence"),
         OverviewPage::tr("Evidence"),
         [](const Json& row) { return plainVerdict(armNumbers(read::child(row, "summary"))).text; },
         {},
         false,
         OverviewPage::tr("Plain numbers until a rollout plan gathers evidence")},
        {QStringLiteral("next"),
         OverviewPage::tr("Next"),
         [](const Json& row) { return overview::nextText(routeFacts(row)); },
         {},
         false,
         {}},
    };
}

} // namespace

OverviewPage::OverviewPage(const Theme& theme, Plane& plane, QWidget* parent)
    : Page(parent)
    , m_theme(theme)
    , m_plane(plane)
    , m_routes(plane, "routes.list", kRefresh)
    , m_summary(plane, "telemetry.summary", kRefresh)
    , m_feed(plane, m_hub, *this)
{
    setObjectName(QStringLiteral("page.overview"));
    m_messages = new MessageBar(theme);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins({});
    column->setSpacing(theme.grid(3));
    column->addWidget(makeTable());
    column->addWidget(makeCharts(), 1);
    m_stack = new StateStack(theme, content);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme.grid(4), theme.grid(3), theme.grid(4), theme.grid(3));
    layout->setSpacing(theme.grid(3));
    layout->addWidget(makeHeader());
    layout->addWidget(m_messages);
    m_form = new NewRouteForm(theme, plane);
    layout->addWidget(m_form);
    layout->addWidget(m_stack, 1);
    connectForm();
    connectQueries();
    showWindow(timeWindows()[1]);
}

QWidget* OverviewPage::makeHeader()
{
    auto* header = new QWidget;
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins({});
    row->setSpacing(m_theme.grid(3));
    m_subtitle = makeLabel({}, "", "secondary");
    m_subtitle->setObjectName(QStringLiteral("overview.subtitle"));
    m_windowButton = new QPushButton;
    m_windowButton->setObjectName(QStringLiteral("overview.window"));
    m_windowButton->setProperty("menu", true);
    m_windowButton->setToolTip(tr("The time that numbers and charts are of"));
    auto* menu = new QMenu(m_windowButton);
    for (const TimeWindow& window : timeWindows()) {
        QAction* action = menu->addAction(window.title);
        action->setObjectName(QStringLiteral("window.") + window.id);
        connect(action, &QAction::triggered, this, [this, window] { showWindow(window); });
    }
    m_windowButton->setMenu(menu);
    row->addWidget(makeLabel(tr("Overview"), "heading"));
    row->addWidget(m_subtitle);
    row->addStretch(1);
    row->addWidget(new StaleLabel(m_routes));
    row->addWidget(m_windowButton);
    m_new = new QPushButton(tr("New route"));
    m_new->setObjectName(QStringLiteral("overview.new"));
    setVariant(*m_new, "kind", "primary");
    row->addWidget(m_new);
    return header;
}

QWidget* OverviewPage::makeTable()
{
    m_model = new JsonTableModel("name", columns(), this);
    m_sorted = new SortedModel(*m_model, this);
    m_table = new TableView(m_theme);
    m_table->setObjectName(QStringLiteral("overview.routes"));
    m_table->setAccessibleName(tr("Routes"));
    m_table->setModel(m_sorted);
    m_table->setItemDelegate(new RouteCellDelegate(m_theme, *m_model, m_table));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setMouseTracking(true);
    m_table->verticalHeader()->setDefaultSectionSize(m_theme.grid(14));
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->sortByColumn(static_cast<int>(RouteColumn::Traffic), Qt::DescendingOrder);
    new ColumnWeights(*m_table, {168, 126, 138, 116, 168, 168, 194, 128});
    auto* panel = new Panel(m_theme);
    panel->setFlush();
    panel->body()->addWidget(m_table);
    connect(m_table, &TableView::opened, this, &OverviewPage::open);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &OverviewPage::showSelected);
    return panel;
}

QWidget* OverviewPage::makeCharts()
{
    auto* charts = new QWidget;
    auto* row = new QHBoxLayout(charts);
    row->setContentsMargins({});
    row->setSpacing(m_theme.grid(3));
    m_latency = new ChartPanel(m_theme, m_hub, {Metric::P95},
                               armNames());
    m_cost = new ChartPanel(m_theme, m_hub, {Metric::Cost});
    m_cost->setSubtitle(tr("per thousand, priced requests"));
    for (ChartPanel* panel : {m_latency, m_cost}) {
        panel->setMinimumHeight(m_theme.grid(50));
        row->addWidget(panel, 1);
        connect(panel, &ChartPanel::requestsWanted, this, [this](double from, double to) {
            Q_EMIT goTo({QStringLiteral("requests"),
                         selectedRoute(),
                         {{QStringLiteral("from"), static_cast<qlonglong>(from * 1e6)},
                          {QStringLiteral("to"), static_cast<qlonglong>(to * 1e6)}}});
        });
    }
    return charts;
}

void OverviewPage::connectForm()
{
    connect(m_new, &QPushButton::clicked, m_form, &NewRouteForm::open);
    connect(m_form, &NewRouteForm::created, this,
            [this](const QString& route) { Q_EMIT goTo({QStringLiteral("route"), route, {}}); });
    connect(m_form, &NewRouteForm::unitsWanted, this,
            [this] { Q_EMIT goTo({QStringLiteral("units"), {}, {}}); });
    connect(m_stack, &StateStack::nextStep, m_form, &NewRouteForm::open);
    const auto allow = [this] {
        const QString why = m_plane.whyNot("routes.put");
        m_new->setEnabled(why.isEmpty());
        m_new->setToolTip(why.isEmpty() ? tr("A name that applications can ask for, and what "
                                             "answers it")
                                        : why);
    };
    connect(&m_plane, &Plane::readOnlyChanged, this, allow);
    connect(&m_routes, &LiveQuery::changed, this, allow); // the engine's commands are known by then
    allow();
}

void OverviewPage::connectQueries()
{
    for (LiveQuery* query : {&m_routes, &m_summary}) {
        query->follow(this);
        connect(query, &LiveQuery::changed, this, &OverviewPage::updateRows);
    }
    connect(&m_feed, &SeriesFeed::changed, this, &OverviewPage::updateCharts);
    connect(m_stack, &StateStack::retry, &m_routes, &LiveQuery::refresh);
    connect(&m_plane, &Plane::event, this, [this](const api::Event& event) {
        if (event.kind == "revision" || event.kind == "kill" || event.kind == "apply") {
            m_routes.refresh();
        }
    });
    connect(&m_plane, &Plane::resyncNeeded, &m_routes, &LiveQuery::refresh);
}

void OverviewPage::showWindow(const TimeWindow& window)
{
    m_windowButton->setText(window.title);
    m_summary.setArguments({{"window_s", window.seconds}, {"points", 60}});
    m_feed.setWindow(window);
}

void OverviewPage::updateRows()
{
    if (!showQueryState(*m_stack, m_routes)) {
        m_subtitle->clear();
        return;
    }
    QStringList names;
    Json rows = Json::array();
    int underWay = 0;
    int needing = 0;
    for (const Json& route : read::child(m_routes.value(), "routes")) {
        Json row = route;
        const Json* summary = summaryOf(read::text(route, "name"));
        row["summary"] = summary != nullptr ? *summary : Json::object();
        const RouteFacts facts = routeFacts(route);
        underWay += facts.hasCandidate() && facts.percent > 0 && !facts.killed ? 1 : 0;
        needing += facts.killed ? 1 : 0;
        rows.push_back(std::move(row));
        names << facts.name;
    }
    m_form->setRoutes(names, m_routes.revision());
    if (rows.empty()) {
        m_stack->showEmpty(QStringLiteral("route"),
                           tr("No route yet. Applications call a route by its name; make one, or "
                              "apply a file that names some (sluicectl apply FILE)."),
                           tr("New route"));
        m_subtitle->clear();
        return;
    }
    const auto count = static_cast<int>(rows.size());
    m_model->setRows(rows);
    m_stack->showData();
    QStringList parts{tr("%Ln routes", nullptr, count),
                      tr("%Ln rollouts under way", nullptr, underWay)};
    if (needing > 0) {
        parts << tr("%Ln need you", nullptr, needing);
    }
    m_subtitle->setText(parts.join(QStringLiteral(", ")));
    fitTable();
    // Not before the traffic is known: rows are sorted by it, and the first one is to be the busiest.
    if (!m_table->currentIndex().isValid() && m_summary.state() != LiveQuery::State::Loading) {
        m_table->selectRow(0);
    }
    updateMessages();
}

/// As high as its rows, up to kRowsAtMost; more scroll.
void OverviewPage::fitTable()
{
    const int rows = std::clamp(m_sorted->rowCount(), 1, kRowsAtMost);
    m_table->setFixedHeight(m_table->horizontalHeader()->sizeHint().height() +
                            rows * m_table->verticalHeader()->defaultSectionSize());
    m_table->setVerticalScrollBarPolicy(
        m_sorted->rowCount() > kRowsAtMost ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
}

void OverviewPage::updateMessages()
{
    QStringList alerts;
    for (const Json& json : read::child(m_routes.value(), "routes")) {
        const RouteFacts route = routeFacts(json);
        if (!route.killed) {
            continue;
        }
        const QString id = QStringLiteral("killed/%1/%2").arg(route.name).arg(route.killed->at);
        alerts << id;
        if (m_alerts.contains(id)) {
            continue;
        }
        const QString name = route.name;
        Message message;
        message.id = id;
        message.kind = ChipKind::Harm;
        message.label = tr("rolled back");
        message.text =
            tr("%1 returned to %2 at %3 by %4: %5")
                .arg(route.name,
                     route.knownGood.empty() ? route.stable.name() : route.knownGood.name(),
                     format::moment(route.killed->at), route.killed->actor,
                     route.killed->reason);
        message.actions.push_back({tr("Acknowledge…"), [this, name] {
                                       Q_EMIT goTo({QStringLiteral("route"),
                                                    name,
                                                    {{QStringLiteral("acknowledge"), true}}});
                                   }});
        message.closable = false;
        m_messages->show(std::move(message));
    }
    for (const QString& gone : std::as_const(m_alerts)) {
        if (!alerts.contains(gone)) {
            m_messages->dismiss(gone);
        }
    }
    m_alerts = alerts;
}

void OverviewPage::changeEvent(QEvent* event)
{
    Page::changeEvent(event);
    if (event->type() == QEvent::LocaleChange) { // also: another zone for the messages' times
        for (const QString& alert : std::as_const(m_alerts)) {
            m_messages->dismiss(alert);
        }
        m_alerts.clear();
        updateMessages();
    }
}

QString OverviewPage::selectedRoute() const
{
    return m_table->currentIndex().data(JsonTableModel::KeyRole).toString();
}

const Json* OverviewPage::summaryOf(const QString& route) const
{
    for (const Json& summary : read::child(m_summary.value(), "routes")) {
        if (read::text(summary, "route") == route) {
            return &summary;
        }
    }
    return nullptr;
}

void OverviewPage::showSelected()
{
    const QString route = selectedRoute();
    m_latency->setSubtitle(route);
    m_feed.setRoute(route);
}

void OverviewPage::updateCharts()
{
    const Json* summary = summaryOf(selectedRoute());
    const auto arms = armNumbers(summary != nullptr ? *summary : Json::object());
    const QString currency = commonCurrency(arms);
    const ArmNumbers* lead = overview::leading(arms);
    const bool candidate = lead != nullptr && lead->arm == QLatin1String("candidate");
    const QStringList shown = candidate ? armNames().mid(0, 2) : armNames();
    m_feed.showOn(*m_latency, shown, currency);
    m_feed.showOn(*m_cost, shown, currency);
}

void OverviewPage::open(const QModelIndex& index)
{
    Q_EMIT goTo({QStringLiteral("route"), index.data(JsonTableModel::KeyRole).toString(), {}});
}

void OverviewPage::activate(const Place& place)
{
    if (place.details.value(QStringLiteral("new")).toBool()) {
        m_form->open();
    }
    const int row = place.route.isEmpty() ? -1 : m_model->find(place.route);
    if (row >= 0) {
        m_table->selectRow(m_sorted->mapFromSource(m_model->index(row, 0)).row());
    }
}

QList<KeyHint> OverviewPage::keys() const
{
    QList<KeyHint> hints{{QStringLiteral("↑ ↓"), tr("Choose a route")},
                         {tr("Enter"), tr("Open the route")}};
    for (const TimeChart::Key& key : TimeChart::keys()) {
        hints.append({key.keys, key.does});
    }
    return hints;
}

} // namespace sluice::ui
