// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/route/routeeditor.h"

#include "ui/models/format.h"
#include "ui/models/plane.h"
#include "ui/pages/common/serieslines.h"

namespace sluice::ui {

namespace {

Json undoOf(const Json& route, const Json& patch)
{
    Json undo = Json::object();
    for (const auto& [member, value] : patch.items()) {
        undo[member] = declarativeMember(route, member);
    }
    return undo;
}

} // namespace

RouteEditor::RouteEditor(Plane& plane, QObject* parent)
    : QObject(parent)
    , m_plane(plane)
{
}

void RouteEditor::show(const Json& route, std::uint64_t revision)
{
    const bool another = read::text(route, "name") != m_facts.name;
    m_newest = route;
    m_newestRevision = revision;
    m_facts = routeFacts(route);
    if (another) {
        m_holders.clear();
    }
    if (m_holders.empty() || routeDifferences(m_base, route).empty()) {
        reload();
    }
}

void RouteEditor::hold(const QObject& who)
{
    m_holders.insert(&who);
}

void RouteEditor::release(const QObject& who)
{
    m_holders.erase(&who);
    if (m_holders.empty()) { // while somebody else edits, the base stays what they saw
        reload();
    }
}

void RouteEditor::reload()
{
    m_base = m_newest;
    m_baseRevision = m_newestRevision;
}

void RouteEditor::put(const Json& patch, const QString& reason)
{
    m_patch = patch;
    m_reason = reason;
    Json arguments{
        {"route", m_facts.name.toStdString()}, {"patch", true}, {"reason", reason.toStdString()}};
    arguments["definition"] = patch;
    send("routes.put", std::move(arguments), undoOf(m_base, patch));
}

void RouteEditor::putOnTop()
{
    reload();
    put(Json(m_patch), QString(m_reason));
}

void RouteEditor::acknowledge(const QString& reason)
{
    m_patch = nullptr;
    send("routing.acknowledge",
         {{"route", m_facts.name.toStdString()}, {"reason", reason.toStdString()}}, nullptr);
}

void RouteEditor::restore(Json arguments, const QString& reason)
{
    m_patch = nullptr;
    Json undo = nullptr;
    if (arguments.contains("route")) {
        undo = Json::object();
        for (const char* member :
             {"percent", "stable", "candidate", "rules", "allow", "bucket_by"}) {
            undo[member] = declarativeMember(m_base, member);
        }
    }
    arguments["reason"] = reason.toStdString();
    send("routing.restore", std::move(arguments), undo);
}

void RouteEditor::send(const char* command, Json arguments, const Json& undo)
{
    setBusy(true);
    m_plane.execute(
        command, std::move(arguments), this,
        [this, undo, before = m_base](const Result<api::CommandReply>& reply) {
            setBusy(false);
            answered(reply, before, undo);
        },
        m_baseRevision);
}

void RouteEditor::answered(const Result<api::CommandReply>& reply, const Json& before,
                           const Json& undo)
{
    if (!reply.ok()) {
        if (reply.error().code == ErrorCode::Conflict && !m_patch.is_null()) {
            explainConflict();
        } else {
            Q_EMIT failed(QString::fromStdString(describe(reply.error())));
        }
        return;
    }
    m_holders.clear();
    const Json& route = read::child(reply->result, "route");
    Json changes = read::child(reply->result, "changes");
    if (route.contains("name")) {
        show(route, reply->revision);
        changes = changes.empty() ? routeDifferences(before, route) : changes;
    }
    Q_EMIT applied(changeTexts(changes), reply->revision, undo);
}

void RouteEditor::explainConflict()
{
    m_plane.execute("routes.get", {{"route", m_facts.name.toStdString()}}, this,
                    [this](const Result<api::CommandReply>& reply) {
                        if (!reply.ok()) {
                            Q_EMIT failed(QString::fromStdString(describe(reply.error())));
                            return;
                        }
                        m_newest = reply->result;
                        m_newestRevision = reply->revision;
                        m_facts = routeFacts(m_newest);
                        RouteConflict found{routeDifferences(m_base, m_newest),
                                            patchDifferences(m_base, m_patch), m_facts.changedBy,
                                            m_facts.changedAt, m_newestRevision};
                        if (found.theirs.empty()) {
                            putOnTop();
                        } else {
                            Q_EMIT conflict(found);
                        }
                    });
}

void RouteEditor::setBusy(bool busy)
{
    m_busy = busy;
    Q_EMIT busyChanged(busy);
}

} // namespace sluice::ui
