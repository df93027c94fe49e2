// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/route/timelinepanel.h"

#include "ui/models/format.h"
#include "ui/models/jsontablemodel.h"
#include "ui/models/plane.h"
#include "ui/models/sortedmodel.h"
#include "ui/pages/common/columnweights.h"
#include "ui/pages/common/serieslines.h"
#include "ui/pages/common/stalelabel.h"
#include "ui/pages/route/restorebox.h"
#include "ui/pages/route/revisiondiff.h"
#include "ui/pages/route/routeeditor.h"
#include "ui/theme/variant.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/statestack.h"
#include "ui/widgets/tableview.h"

#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace sluice::ui {

namespace {

constexpr int kPage = 50;

QVariant sortNumber(const Json& row, const char* member)
{
    return QVariant(static_cast<qlonglong>(read::integer(row, member).value_or(0)));
}

std::vector<JsonColumn> columns()
{
    return {
        {QStringLiteral("revision"),
         TimelinePanel::tr("Revision"),
         [](const Json& row) {
             return QString::number(read::integer(row, "revision").value_or(0));
         },
         [](const Json& row) { return sortNumber(row, "revision"); },
         true,
         {}},
        {QStringLiteral("at"),
         TimelinePanel::tr("When"),
         [](const Json& row) { return format::dateTime(read::integer(row, "at").value_or(0)); },
         [](const Json& row) { return sortNumber(row, "at"); },
         false,
         {},
         true},
        {QStringLiteral("actor"),
         TimelinePanel::tr("Who"),
         [](const Json& row) { return read::text(row, "actor"); },
         {},
         false,
         {}},
        {QStringLiteral("changes"),
         TimelinePanel::tr("Change"),
         [](const Json& row) {
             const QStringList texts = changeTexts(read::child(row, "changes"));
             return texts.isEmpty() ? read::text(row, "command") : texts.join(QStringLiteral(", "));
         },
         {},
         false,
         {}},
        {QStringLiteral("reason"),
         TimelinePanel::tr("Reason"),
         [](const Json& row) { return read::text(row, "reason"); },
         {},
         false,
         {}},
    };
}

} // namespace

TimelinePanel::TimelinePanel(const Theme& theme, Plane& plane, RouteEditor& editor, QWidget* parent)
    : QWidget(parent)
    , m_plane(plane)
    , m_editor(editor)
    , m_history(plane, "routing.history", std::chrono::milliseconds(0))
    , m_panel(new Panel(theme, tr("Revisions"), tr("every change of this route, newest first")))
    , m_model(new JsonTableModel("revision", columns(), this))
    , m_sorted(new SortedModel(*m_model, this))
    , m_table(new TableView(theme))
    , m_stack(new StateStack(theme, m_table))
    , m_restore(new QPushButton(tr("Restore…")))
    , m_compare(new QPushButton(tr("Compare")))
    , m_atTime(new QPushButton(tr("Restore a time…")))
    , m_older(new QPushButton(tr("Older")))
    , m_restoreBox(new RestoreBox(theme, plane, editor))
    , m_diff(new RevisionDiff(theme, plane))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_panel);
    m_panel->setFlush();
    m_table->setObjectName(QStringLiteral("route.revisions"));
    m_table->setAccessibleName(tr("Routing revisions"));
    m_table->setModel(m_sorted);
    m_table->sortByColumn(0, Qt::DescendingOrder);
    m_table->setMinimumHeight(theme.grid(60));
    new ColumnWeights(*m_table, {80, 140, 110, 420, 420});
    m_restore->setObjectName(QStringLiteral("route.restore"));
    m_older->setObjectName(QStringLiteral("route.older"));
    setVariant(*m_older, "kind", "link");
    m_compare->setObjectName(QStringLiteral("route.compareRevisions"));
    m_atTime->setObjectName(QStringLiteral("route.restoreTime"));
    for (QPushButton* tool : {m_older, m_compare, m_atTime, m_restore}) {
        m_panel->addTool(tool);
    }
    m_panel->body()->addWidget(m_restoreBox);
    m_panel->body()->addWidget(m_diff);
    m_panel->body()->addWidget(m_stack, 1);
    m_history.follow(this);
    connect(&m_history, &LiveQuery::changed, this, &TimelinePanel::update);
    connect(m_stack, &StateStack::retry, &m_history, &LiveQuery::refresh);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &TimelinePanel::updateButtons);
    connect(m_restore, &QPushButton::clicked, this, &TimelinePanel::askRestore);
    connect(m_table, &TableView::opened, this, &TimelinePanel::compare);
    connect(m_older, &QPushButton::clicked, this, &TimelinePanel::askOlder);
    connect(m_compare, &QPushButton::clicked, this, &TimelinePanel::compare);
    connect(m_atTime, &QPushButton::clicked, this, [this] {
        m_diff->closeBox();
        m_restoreBox->askTime();
    });
    updateButtons();
}

void TimelinePanel::setRoute(const QString& route)
{
    if (route == m_route) {
        return;
    }
    m_route = route;
    m_paged = m_more = m_asking = false;
    m_model->setRows(Json::array());
    m_restoreBox->setRoute(route);
    m_diff->setRoute(route);
    m_history.reset({{"route", route.toStdString()}, {"limit", kPage}});
}

void TimelinePanel::refresh()
{
    m_history.refresh();
}

void TimelinePanel::reset()
{
    m_restoreBox->closeBox();
    m_diff->closeBox();
}

void TimelinePanel::update()
{
    if (!showQueryState(*m_stack, m_history)) {
        return;
    }
    // Older pages that were asked for stay below the newest one.
    Json rows = read::child(m_history.value(), "revisions");
    const qint64 last = rows.empty() ? 0 : read::integer(rows.back(), "revision").value_or(0);
    for (int i = 0; i < m_model->rowCount(); ++i) {
        if (read::integer(m_model->row(i), "revision").value_or(0) < last) {
            rows.push_back(m_model->row(i));
        }
    }
    m_model->setRows(rows);
    if (!m_paged) {
        m_more = read::flag(m_history.value(), "more");
    }
    updateOlder();
    if (rows.empty()) {
        m_stack->showEmpty(QStringLiteral("clock"),
                           tr("No revision yet. Every change of this route will be listed here."));
    } else {
        m_stack->showData();
    }
    updateButtons();
}

std::vector<qint64> TimelinePanel::selectedRevisions() const
{
    std::vector<qint64> revisions;
    for (const QModelIndex& row : m_table->selectionModel()->selectedRows()) {
        revisions.push_back(row.data(JsonTableModel::KeyRole).toString().toLongLong());
    }
    std::sort(revisions.begin(), revisions.end());
    return revisions;
}

void TimelinePanel::updateButtons()
{
    const std::size_t chosen = selectedRevisions().size();
    const auto set = [](QPushButton* button, const QString& why, const QString& does) {
        button->setEnabled(why.isEmpty());
        button->setToolTip(why.isEmpty() ? does : why);
    };
    QString why = m_plane.whyNot("routing.restore");
    if (why.isEmpty() && m_editor.facts().killed) {
        why = tr("Rolled back: acknowledge it above first.");
    }
    set(m_atTime, why, tr("Bring this route, or every route, back to how it was at a time"));
    set(m_restore, !why.isEmpty() || chosen == 1 ? why : tr("Choose one revision first."),
        tr("Make the chosen revision the newest one"));
    const QString unknown = m_plane.whyNot("routing.diff");
    set(m_compare,
        !unknown.isEmpty()         ? unknown
        : chosen < 1 || chosen > 2 ? tr("Choose one revision, or two with Ctrl, first.")
                                   : QString(),
        chosen == 2 ? tr("What differs between the two")
                    : tr("What this revision changed; choose two with Ctrl to compare them"));
}

void TimelinePanel::compare()
{
    const std::vector<qint64> chosen = selectedRevisions();
    if (m_compare->isEnabled()) {
        m_restoreBox->closeBox();
        m_diff->compare(chosen.size() == 2 ? chosen.front() : chosen.front() - 1, chosen.back());
    }
}

void TimelinePanel::updateOlder()
{
    m_older->setVisible(m_more);
    m_older->setEnabled(!m_asking);
}

void TimelinePanel::askOlder()
{
    qint64 before = 0; // the oldest that is shown
    for (int i = 0; i < m_model->rowCount(); ++i) {
        const qint64 revision = read::integer(m_model->row(i), "revision").value_or(0);
        before = before == 0 ? revision : std::min(before, revision);
    }
    m_asking = true;
    updateOlder();
    m_plane.execute(
        "routing.history",
        {{"route", m_route.toStdString()}, {"limit", kPage}, {"before", before}}, this,
        [this, route = m_route](const Result<api::CommandReply>& reply) {
            if (route != m_route) {
                return;
            }
            m_asking = false;
            if (reply.ok()) {
                m_paged = true;
                m_model->append(read::child(reply->result, "revisions"));
                m_more = read::flag(reply->result, "more");
            } else {
                Q_EMIT failed(tr("Older revisions could not be read: %1")
                                  .arg(QString::fromStdString(describe(reply.error()))));
            }
            updateOlder();
        });
}

void TimelinePanel::askRestore()
{
    if (m_restore->isEnabled()) {
        m_diff->closeBox();
        m_restoreBox->askRevision(selectedRevisions().front());
    }
}

} // namespace sluice::ui
