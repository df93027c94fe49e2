// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/redbutton.h"

#include "ui/models/format.h"
#include "ui/shell/enginewatch.h"
#include "ui/shell/rollbacktext.h"
#include "ui/widgets/holdbutton.h"

namespace sluice::ui {

RedButton::RedButton(EngineWatch& watch, HoldButton& button, QObject* parent)
    : QObject(parent)
    , m_watch(watch)
    , m_button(button)
{
    connect(&watch, &EngineWatch::routesChanged, this, &RedButton::update);
    connect(&watch.plane(), &Plane::readOnlyChanged, this, &RedButton::update);
    connect(&button, &HoldButton::confirmed, this, [this] {
        if (const QString route = target(); !route.isEmpty()) {
            rollBack(route, tr("red button"));
        } else {
            Q_EMIT listAsked();
        }
    });
    connect(&button, &HoldButton::tapped, this, &RedButton::listAsked);
    connect(&button, &HoldButton::alternativeAsked, this, &RedButton::listAsked);
    connect(&watch.plane(), &Plane::event, this, [this](const api::Event& event) {
        if (event.kind != "kill" && event.kind != "kill.finished") {
            return;
        }
        const bool known =
            read::integer(event.data, "revision") == read::integer(m_proof, "revision");
        const bool elsewhere = !known && !m_busy;
        m_proof = event.data;
        Q_EMIT proofChanged();
        if (elsewhere) {
            Q_EMIT pressedElsewhere(RollbackText::outcome(m_proof));
        }
    });
    update();
}

void RedButton::setRoute(const QString& route)
{
    if (route != m_route) {
        m_route = route;
        update();
    }
}

QString RedButton::target() const
{
    const Json* route = m_route.isEmpty() ? nullptr : m_watch.route(m_route);
    return route != nullptr && RollbackText::hasCandidateTraffic(*route) ? m_route : QString();
}

QString RedButton::blocked() const
{
    return m_watch.plane().whyNot("routing.kill");
}

void RedButton::update()
{
    m_button.setBlocked(blocked());
    const QString route = target();
    m_button.setHolds(!route.isEmpty());
    if (route.isEmpty()) {
        m_button.setHint(tr("choose a route"));
        const auto count = RollbackText::candidates(m_watch.routes()).size();
        m_button.setConsequence(count == 0
                                    ? tr("No route has candidate traffic now.")
                                    : tr("Opens the list of %Ln routes with candidate traffic.",
                                         nullptr, static_cast<int>(count)));
    } else {
        m_button.setHint(tr("hold 1.2 s"));
        m_button.setConsequence(
            tr("%1: %2.").arg(route, RollbackText::consequence(*m_watch.route(route),
                                                               m_watch.requestsPerMinute(route))));
    }
    Q_EMIT changed();
}

void RedButton::rollBack(const QString& route, const QString& reason)
{
    kill(Json{{"route", route.toStdString()}, {"reason", reason.toStdString()}});
}

void RedButton::rollBackAll(const QString& reason)
{
    kill(Json{{"all", true}, {"reason", reason.toStdString()}});
}

void RedButton::kill(Json arguments)
{
    m_busy = true;
    m_watch.plane().execute(
        "routing.kill", std::move(arguments), this, [this](const Result<api::CommandReply>& reply) {
            m_busy = false;
            if (!reply.ok()) {
                Q_EMIT failed(tr("Nothing was rolled back: %1")
                                  .arg(QString::fromStdString(reply.error().message)));
                return;
            }
            // "kill.finished" may have come before the answer: its proof is the newer one.
            const bool newer =
                read::integer(reply->result, "revision") != read::integer(m_proof, "revision");
            if (newer || !RollbackText::finished(m_proof)) {
                m_proof = reply->result;
            }
            Q_EMIT proofChanged();
            Q_EMIT done();
            m_watch.refresh();
        });
}

void RedButton::acknowledge(const QString& route, const QString& reason)
{
    m_watch.plane().execute(
        "routing.acknowledge",
        Json{{"route", route.toStdString()}, {"reason", reason.toStdString()}}, this,
        [this, route](const Result<api::CommandReply>& reply) {
            if (!reply.ok()) {
                Q_EMIT failed(
                    tr("Not acknowledged: %1").arg(QString::fromStdString(reply.error().message)));
                return;
            }
            m_watch.refresh();
            Q_EMIT acknowledged(route);
        });
}

} // namespace sluice::ui
