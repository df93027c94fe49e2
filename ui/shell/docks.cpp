// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/docks.h"

#include "ui/models/format.h"
#include "ui/models/jsontablemodel.h"
#include "ui/shell/enginewatch.h"
#include "ui/shell/rollbacktext.h"
#include "ui/widgets/statestack.h"
#include "ui/widgets/tableview.h"

#include <QHeaderView>
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

} // namespace sluice::ui
