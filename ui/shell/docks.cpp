// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/docks.h"

#include "ui/models/format.h"
#include "ui/models/jsontablemodel.h"
#include "ui/shell/enginewatch.h"
#include "ui/shell/rollbacktext.h"
#include "ui/theme/variant.h"
#include "ui/widgets/numberlabel.h"
#include "ui/widgets/statestack.h"
#include "ui/widgets/tableview.h"

#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QVBoxLayout>

namespace sluice::ui {

namespace {

constexpr int kKeptEvents = 500;

QString eventText(const Json& row)
{
    const QString kind = read::text(row, "kind");
    const Json& data = read::child(row, "data");
    if (kind == QLatin1String("kill")) {
        return RollbackText::outcome(data);
    }
    if (kind == QLatin1String("kill.finished")) {
        return QObject::tr("the last candidate request has finished");
    }
    if (kind == QLatin1String("alert")) {
        return read::text(data, "text");
    }
    QStringList changes;
    for (const Json& change : read::child(data, "changes")) {
        const auto value = [&](const char* member) {
            const auto found = change.find(member);
            return found == change.end() || found->is_null() ? format::dash()
                   : found->is_string() ? QString::fromStdString(found->get<std::string>())
                                        : QString::fromStdString(found->dump());
        };
        changes.append(QStringLiteral("%1 %2: %3 \u2192 %4")
                           .arg(read::text(change, "route"), read::text(change, "pointer").mid(1),
                                value("from"), value("to")));
    }
    return changes.join(QStringLiteral("; "));
}

std::vector<JsonColumn> activityColumns()
{
    std::vector<JsonColumn> columns(5);
    columns[0].id = QStringLiteral("at");
    columns[0].title = QObject::tr("Time");
    columns[0].time = true;
    columns[0].text = [](const Json& row) {
        return format::timeOfDay(read::integer(row, "at").value_or(0));
    };
    columns[1].id = QStringLiteral("event");
    columns[1].title = QObject::tr("Event");
    columns[1].text = [](const Json& row) { return read::text(row, "kind"); };
    columns[2].id = QStringLiteral("who");
    columns[2].title = QObject::tr("Who");
    columns[2].text = [](const Json& row) { return read::text(read::child(row, "data"), "actor"); };
    columns[3].id = QStringLiteral("what");
    columns[3].title = QObject::tr("What");
    columns[3].text = eventText;
    columns[4].id = QStringLiteral("reason");
    columns[4].title = QObject::tr("Reason");
    columns[4].text = [](const Json& row) {
        return read::text(read::child(row, "data"), "reason");
    };
    return columns;
}

} // namespace

ActivityView::ActivityView(const Theme& theme, EngineWatch& watch, QWidget* parent)
    : QWidget(parent)
    , m_model(new JsonTableModel("sequence", activityColumns(), this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    auto* table = new TableView(theme);
    table->setObjectName(QStringLiteral("activityTable"));
    table->setAccessibleName(tr("Activity"));
    table->setSortingEnabled(false);
    table->setModel(m_model);
    table->setColumnWidth(0, theme.grid(24));
    table->setColumnWidth(1, theme.grid(24));
    table->setColumnWidth(2, theme.grid(22));
    table->setColumnWidth(3, theme.grid(90));
    auto* stack = new StateStack(theme, table, this);
    stack->showEmpty(QStringLiteral("clock"),
                     tr("Nothing has happened since the console was opened."));
    column->addWidget(stack);
    connect(&watch.plane(), &Plane::event, this, [this, stack](const api::Event& event) {
        m_model->prepend(Json::array({{{"sequence", event.sequence},
                                       {"kind", event.kind},
                                       {"at", toMicros(event.at)},
                                       {"data", event.data}}}),
                         kKeptEvents);
        stack->showData();
    });
}

EngineView::EngineView(const Theme& theme, EngineWatch& watch, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_watch(watch)
    , m_form(new QFormLayout(this))
{
    m_form->setContentsMargins(theme.grid(4), theme.grid(3), theme.grid(4), theme.grid(3));
    m_form->setHorizontalSpacing(theme.grid(6));
    m_form->setVerticalSpacing(theme.grid(1));
    m_form->setRowWrapPolicy(QFormLayout::WrapAllRows); // addresses and paths need the whole width
    addLine(tr("Version"), "engineVersion");
    addLine(tr("Gateway"), "engineListen");
    addLine(tr("Admin"), "engineAdmin");
    addLine(tr("Workspace"), "engineWorkspace");
    addLine(tr("Running for"), "engineUptime");
    addLine(tr("Store"), "engineStore");
    addLine(tr("Record queue"), "engineQueue");
    addLine(tr("Dropped, sampled out"), "engineDropped");
    addLine(tr("Gateways"), "engineGateways");
    connect(&watch, &EngineWatch::fleetChanged, this, &EngineView::refresh);
    refresh();
}

void EngineView::addLine(const QString& label, const char* name)
{
    auto* left = new QLabel(label, this);
    setVariant(*left, "tone", "secondary");
    auto* right = new QLabel(this);
    right->setObjectName(QLatin1String(name));
    right->setTextFormat(Qt::PlainText);
    right->setWordWrap(true);
    right->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_form->addRow(left, right);
}

void EngineView::refresh()
{
    const Json& status = m_watch.fleet().value();
    const auto set = [this](const char* name, const QString& text) {
        findChild<QLabel*>(QLatin1String(name))->setText(text.isEmpty() ? format::dash() : text);
    };
    set("engineVersion", read::text(status, "version"));
    set("engineListen", read::text(status, "listen"));
    set("engineAdmin", read::text(status, "admin"));
    set("engineWorkspace", read::text(status, "workspace"));
    const double uptime = read::number(status, "uptime_s").value_or(0.0);
    set("engineUptime",
        format::duration(std::chrono::microseconds(static_cast<std::int64_t>(uptime * 1e6))));
    const Json& store = read::child(status, "store");
    const QString problem = read::text(store, "problem");
    set("engineStore", problem.isEmpty() ? read::text(store, "state")
                                         : tr("%1: %2").arg(read::text(store, "state"), problem));
    const Json& queue = read::child(status, "queue");
    set("engineQueue", tr("%1 of %2")
                           .arg(read::integer(queue, "depth").value_or(0))
                           .arg(read::integer(queue, "capacity").value_or(0)));
    set("engineDropped", tr("%1, %2")
                             .arg(read::integer(status, "dropped").value_or(0))
                             .arg(read::integer(status, "sampled_out").value_or(0)));
    const auto number = [](const Json& gateway, const char* member) {
        return static_cast<int>(read::integer(gateway, member).value_or(0));
    };
    QStringList gateways;
    for (const Json& one : read::child(status, "gateways")) {
        gateways.append(tr("%1: revision %2, %3, %4 in flight, %5")
                            .arg(read::text(one, "id"))
                            .arg(read::integer(one, "revision").value_or(0))
                            .arg(tr("%Ln threads", nullptr, number(one, "threads")))
                            .arg(read::integer(one, "in_flight").value_or(0))
                            .arg(tr("%Ln connections", nullptr, number(one, "connections"))));
    }
    set("engineGateways", gateways.join(QLatin1Char('\n')));
}

} // namespace sluice::ui
