// SPDX-License-Identifier: GPL-3.0-or-later
// RoutePage's reactions: to answers of the engine, and to what a person decided.
#include "ui/models/format.h"
#include "ui/models/plane.h"
#include "ui/pages/common/chartpanel.h"
#include "ui/pages/common/confirmbox.h"
#include "ui/pages/common/stalelabel.h"
#include "ui/pages/route/armstable.h"
#include "ui/pages/route/conflictbar.h"
#include "ui/pages/route/guardpanel.h"
#include "ui/pages/route/routepage.h"
#include "ui/pages/route/targetingpanel.h"
#include "ui/pages/route/timelinepanel.h"
#include "ui/pages/route/trafficpanel.h"
#include "ui/pages/route/unitspanel.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/statestack.h"

#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>

namespace sluice::ui {

void RoutePage::setRoute(const QString& name)
{
    if (name == m_name || name.isEmpty()) {
        return;
    }
    m_name = name;
    resetEdits(); // what was typed was meant for the other route
    m_conflict->hide();
    for (const char* message : {"failed", "applied"}) {
        m_messages->dismiss(QString::fromLatin1(message));
    }
    m_title->setText(name);
    m_stack->showLoading();
    m_route.follow(this);
    m_route.reset({{"route", name.toStdString()}});
    m_timeline->setRoute(name);
    m_feed.setRoute(name);
    m_scroll->verticalScrollBar()->setValue(0);
    updateSummary();
    Q_EMIT routeChanged(name);
}

void RoutePage::showWindow(const TimeWindow& window)
{
    m_window = window;
    m_windowButton->setText(window.title);
    m_summary.setArguments({{"window_s", window.seconds}, {"points", 60}});
    m_feed.setWindow(window);
}

/// The menu of routes; the first one is shown until somebody chooses.
void RoutePage::updateRoutes()
{
    if (m_name.isEmpty() && !showQueryState(*m_stack, m_routes)) {
        return;
    }
    QMenu* menu = m_title->menu();
    menu->clear();
    for (const Json& route : read::child(m_routes.value(), "routes")) {
        const QString name = read::text(route, "name");
        QAction* action = menu->addAction(name);
        action->setObjectName(QStringLiteral("route.") + name);
        action->setCheckable(true);
        action->setChecked(name == m_name);
        connect(action, &QAction::triggered, this, [this, name] { setRoute(name); });
    }
    if (m_name.isEmpty() && menu->isEmpty()) {
        m_stack->showEmpty(QStringLiteral("route"),
                           tr("No route yet. Apply a file that names one (sluicectl apply FILE)."),
                           tr("Back to the overview"));
    } else if (m_name.isEmpty()) {
        setRoute(menu->actions().constFirst()->text());
    }
}

void RoutePage::updateRoute()
{
    if (m_name.isEmpty()) {
        return;
    }
    const bool gone = m_route.state() == LiveQuery::State::Error
                          ? m_route.error().code == ErrorCode::NotFound
                          : m_route.state() == LiveQuery::State::Data &&
                                read::text(m_route.value(), "name").isEmpty();
    if (gone) {
        showGone();
        return;
    }
    if (!showQueryState(*m_stack, m_route)) {
        for (QPushButton* button : {m_compare, m_abort, m_promote}) {
            button->setEnabled(false);
            button->setToolTip(tr("The route is not known yet."));
        }
        return;
    }
    m_stack->showData();
    m_editor.show(m_route.value(), m_route.revision());
    updateHeader();
    m_traffic->refresh();
    m_targeting->refresh();
    m_guard->refresh(m_arms);
    m_unitsPanel->refresh();
    if (m_editor.facts().killed) {
        askAcknowledge();
    } else if (m_asking == Asking::Acknowledge) {
        m_asking = Asking::Nothing;
        m_confirm->closeBox();
        m_messages->dismiss(QStringLiteral("killed"));
    }
}

/// The engine has no such route: it was deleted, or nothing is configured at all.
void RoutePage::showGone()
{
    m_stack->showEmpty(QStringLiteral("route"), tr("There is no route %1.").arg(m_name),
                       tr("Back to the overview"));
    for (Chip* chip : {m_stable, m_candidate, m_verdict}) {
        chip->hide();
    }
    for (QPushButton* button : {m_compare, m_abort, m_promote}) {
        button->setEnabled(false);
    }
}

void RoutePage::updateHeader()
{
    const RouteFacts& route = m_editor.facts();
    m_stable->show();
    m_stable->set(ChipKind::Stable, tr("stable %1").arg(route.stable.name()),
                  route.stable.shortId());
    m_stable->setToolTip(route.stable.id);
    m_candidate->setVisible(route.hasCandidate());
    if (route.hasCandidate()) {
        m_candidate->set(ChipKind::Candidate, tr("candidate %1").arg(route.candidate.name()),
                         route.candidate.shortId());
        m_candidate->setToolTip(route.candidate.id);
    }
    const PlainVerdict verdict = plainVerdict(m_arms);
    // In a narrow window the units' names come first; the arms' table says the same.
    const bool room = width() >= m_theme.grid(285);
    m_verdict->setVisible(route.killed || (room && verdict.kind != PlainVerdict::Kind::Nothing));
    if (route.killed) {
        m_verdict->set(ChipKind::Harm, tr("rolled back"));
        m_verdict->setToolTip(route.killed->reason);
    } else {
        m_verdict->set(verdict.kind == PlainVerdict::Kind::TooFew ? ChipKind::Unknown
                                                                  : ChipKind::Plain,
                       verdict.text);
        m_verdict->setToolTip(verdict.toolTip);
    }
    updateActions();
}

void RoutePage::updateActions()
{
    const RouteFacts& route = m_editor.facts();
    const auto set = [](QPushButton* button, const QString& why, const QString& does) {
        button->setEnabled(why.isEmpty());
        button->setToolTip(why.isEmpty() ? does : why);
    };
    const QString none = route.hasCandidate() ? QString() : tr("There is no candidate.");
    const QString killed = route.killed ? tr("Rolled back: acknowledge it first.") : QString();
    const QString refused = m_plane.whyNot("routes.put");
    const QString idle = route.percent > 0 ? QString() : tr("The candidate gets no traffic.");
    const auto first = [](std::initializer_list<QString> reasons) {
        for (const QString& reason : reasons) {
            if (!reason.isEmpty()) {
                return reason;
            }
        }
        return QString();
    };
    set(m_compare, none, tr("Stable and candidate, member by member"));
    m_abort->setText(route.percent > 0 && route.hasCandidate()
                         ? tr("Abort: %1 → 0 %").arg(format::percent(route.percent))
                         : tr("Abort"));
    set(m_abort, first({none, killed, idle, refused}),
        tr("Everybody goes back to %1; can be undone").arg(route.stable.name()));
    const QString role =
        m_plane.role() < api::Role::Approver ? tr("Promoting needs the role approver.") : QString();
    set(m_promote, first({none, killed, refused, role}),
        tr("Make %1 stable for everybody").arg(route.candidate.name()));
}

void RoutePage::updateSummary()
{
    m_arms.clear();
    for (const Json& summary : read::child(m_summary.value(), "routes")) {
        if (read::text(summary, "route") == m_name) {
            m_arms = armNumbers(summary);
            m_armsTable->show(summary, m_window.title.toLower());
            break;
        }
    }
    if (m_arms.empty()) {
        m_armsTable->show(Json::object(), m_window.title.toLower());
    }
    if (m_stack->view() == StateStack::View::Data && m_editor.facts().name == m_name) {
        m_guard->refresh(m_arms);
        updateHeader();
    }
}

void RoutePage::updateCharts()
{
    const QString currency = commonCurrency(m_arms);
    for (ChartPanel* panel : m_charts) {
        m_feed.showOn(*panel, armNames(), currency);
    }
}

void RoutePage::resetEdits()
{
    m_asking = Asking::Nothing;
    m_confirm->closeBox();
    m_traffic->reset();
    m_targeting->reset();
    m_guard->reset();
    m_unitsPanel->reset();
    m_timeline->reset();
}

void RoutePage::askAcknowledge()
{
    const RouteFacts& route = m_editor.facts();
    if (!m_messages->has(QStringLiteral("killed"))) {
        Message message;
        message.id = QStringLiteral("killed");
        message.kind = ChipKind::Harm;
        message.label = tr("rolled back");
        message.text =
            tr("%1 was taken off at %2 by %3: %4. Everybody gets %5 until this is acknowledged.")
                .arg(route.killed->unit.name(), format::moment(route.killed->at),
                     route.killed->actor, route.killed->reason, route.stable.name());
        message.actions.push_back({tr("Acknowledge…"), [this] {
                                       m_acknowledgeWanted = true;
                                       askAcknowledge();
                                   }});
        message.closable = false;
        m_messages->show(std::move(message));
    }
    if (m_acknowledgeWanted && m_asking != Asking::Acknowledge) {
        m_acknowledgeWanted = false;
        m_asking = Asking::Acknowledge;
        m_confirm->ask(tr("Acknowledge the rollback of <b>%1</b>. Nothing moves by that: the "
                          "percentage stays at 0, and can be moved again.")
                           .arg(route.name.toHtmlEscaped()),
                       tr("Acknowledge"), true);
    }
}

void RoutePage::changeEvent(QEvent* event)
{
    Page::changeEvent(event);
    if (event->type() == QEvent::LocaleChange && m_messages->has(QStringLiteral("killed"))) {
        m_messages->dismiss(QStringLiteral("killed")); // said anew: its time is in another zone
        askAcknowledge();
    }
}

void RoutePage::askPromote()
{
    const RouteFacts& route = m_editor.facts();
    double rate = 0;
    for (const Json& summary : read::child(m_summary.value(), "routes")) {
        if (read::text(summary, "route") == m_name) {
            rate = read::number(summary, "requests_per_minute").value_or(0);
        }
    }
    m_asking = Asking::Promote;
    m_confirm->ask(tr("Promote <b>%1</b>: it becomes stable for <b>everybody</b> (%2), from %3 "
                      "now. %4 becomes the known "
                      "good, to which the red button returns.")
                       .arg(route.candidate.name().toHtmlEscaped(), format::perMinute(rate),
                            format::percent(route.percent), route.stable.name().toHtmlEscaped()),
                   tr("Promote %1").arg(route.candidate.name()), true);
}

/// The safe direction: done at once, undone by one click.
void RoutePage::abortRollout()
{
    resetEdits();
    m_editor.put({{"percent", 0}}, tr("aborted in the console"));
}

void RoutePage::dropEdits()
{
    m_editor.reload();
    resetEdits();
    updateRoute();
}

void RoutePage::showApplied(const QStringList& changes, quint64 revision, const Json& undo)
{
    m_conflict->hide();
    for (const char* gone : {"failed", "applied"}) {
        m_messages->dismiss(QString::fromLatin1(gone));
    }
    resetEdits();
    m_route.refresh();
    m_timeline->refresh();
    Message message;
    message.id = QStringLiteral("applied");
    message.kind = ChipKind::Good;
    message.label = tr("applied");
    message.text =
        tr("%1: %2. Revision %3, in force on every gateway.")
            .arg(m_name, changes.isEmpty() ? tr("done") : changes.join(QStringLiteral(", ")),
                 QString::number(revision));
    if (undo.is_object() && !undo.empty()) {
        message.actions.push_back({tr("Undo"), [this, undo] {
                                       m_messages->dismiss(QStringLiteral("applied"));
                                       m_editor.put(undo, tr("undone in the console"));
                                   }});
    }
    m_messages->show(std::move(message));
}

} // namespace sluice::ui
