// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/route/routeeditor.h"

#include "ui/models/format.h"
#include "ui/models/plane.h"
#include "ui/pages/common/serieslines.h"

namespace sluice::ui {

namespace {

/// A member of a route as routes.put takes it: units by id.
Json declarative(const Json& route, const std::string& member)
{
    if (!route.is_object() || !route.contains(member)) {
        return nullptr;
    }
    const Json& value = route[member];
    if ((member == "stable" || member == "candidate") && value.is_object()) {
        return value.value("id", "");
    }
    return value;
}

Json undoOf(const Json& route, const Json& patch)
{
    Json undo = Json::object();
    for (const auto& [member, value] : patch.items()) {
        undo[member] = declarative(route, member);
    }
    return undo;
}

} // namespace

Json routeDifferences(const Json& from, const Json& to)
{
    Json changes = Json::array();
    for (const char* member : {"percent", "stable", "candidate", "bucket_by", "allow", "rules",
                               "guard", "shadow", "session", "killed"}) {
        const Json before = from.is_object() ? from.value(member, Json()) : Json();
        const Json after = to.is_object() ? to.value(member, Json()) : Json();
        if (before != after) {
            changes.push_back({{"route", read::text(to, "name").toStdString()},
                               {"pointer", std::string("/") + member},
                               {"from", before},
                               {"to", after}});
        }
    }
    return changes;
}

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
    if (another || !m_held || routeDifferences(m_base, route).empty()) {
        reload();
    }
}

void RouteEditor::hold()
{
    m_held = true;
}

void RouteEditor::release()
{
    m_held = false;
    reload();
}

void RouteEditor::reload()
{
    m_base = m_newest;
    m_baseRevision = m_newestRevision;
}

void RouteEditor::put(const Json& patch, const QString& reason)
{
    Json arguments{
        {"route", m_facts.name.toStdString()}, {"patch", true}, {"reason", reason.toStdString()}};
    arguments["definition"] = patch;
    send("routes.put", std::move(arguments), undoOf(m_base, patch));
}

void RouteEditor::acknowledge(const QString& reason)
{
    send("routing.acknowledge",
         {{"route", m_facts.name.toStdString()}, {"reason", reason.toStdString()}}, nullptr);
}

void RouteEditor::restore(std::int64_t revision, const QString& reason)
{
    Json undo = Json::object();
    for (const char* member : {"percent", "stable", "candidate"}) {
        undo[member] = declarative(m_base, member);
    }
    send("routing.restore",
         {{"route", m_facts.name.toStdString()},
          {"revision", revision},
          {"reason", reason.toStdString()}},
         undo);
}

void RouteEditor::send(const char* command, Json arguments, const Json& undo)
{
    setBusy(true);
    const Json before = m_base;
    m_plane.execute(
        command, std::move(arguments), this,
        [this, undo, before](const Result<api::CommandReply>& reply) {
            setBusy(false);
            if (!reply.ok()) {
                if (reply.error().code == ErrorCode::Conflict) {
                    explainConflict();
                } else {
                    Q_EMIT failed(QString::fromStdString(describe(reply.error())));
                }
                return;
            }
            m_held = false;
            const Json& route = read::child(reply->result, "route");
            Json changes = read::child(reply->result, "changes");
            if (route.contains("name")) {
                show(route, reply->revision);
                changes = changes.empty() ? routeDifferences(before, route) : changes;
            }
            Q_EMIT applied(changeTexts(changes), reply->revision, undo);
        },
        m_baseRevision);
}

void RouteEditor::explainConflict()
{
    m_plane.execute("routes.get", {{"route", m_facts.name.toStdString()}}, this,
                    [this](const Result<api::CommandReply>& reply) {
                        if (!reply.ok()) {
                            Q_EMIT failed(QString::fromStdString(describe(reply.error())));
                            return;
                        }
                        const QStringList theirs =
                            changeTexts(routeDifferences(m_base, reply->result));
                        m_newest = reply->result;
                        m_newestRevision = reply->revision;
                        m_facts = routeFacts(m_newest);
                        Q_EMIT conflict(theirs);
                    });
}

void RouteEditor::setBusy(bool busy)
{
    m_busy = busy;
    Q_EMIT busyChanged(busy);
}

} // namespace sluice::ui
