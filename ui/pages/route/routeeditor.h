// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/controlplane.h"
#include "core/base/json.h"
#include "ui/pages/common/routefacts.h"
#include "ui/pages/route/routeconflict.h"

#include <QObject>
#include <QStringList>

#include <cstdint>
#include <set>

namespace sluice::ui {

class Plane;

/// Sends changes of one route, each against the revision that its reader saw. While somebody edits
/// (hold()), the base stays what it was when the edit began, if the route itself has been changed
/// since; changes of other routes move it on silently. GUI thread only; the plane must outlive it.
class RouteEditor final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RouteEditor)

public:
    explicit RouteEditor(Plane& plane, QObject* parent = nullptr);

    /// The newest route and the revision at which it was read.
    void show(const Json& route, std::uint64_t revision);
    [[nodiscard]] const RouteFacts& facts() const noexcept { return m_facts; }
    [[nodiscard]] const Json& route() const noexcept { return m_newest; }

    /// `who` (a panel) begins and ends to edit; the base stands still while anybody does.
    void hold(const QObject& who);
    void release(const QObject& who);
    /// Takes the newest as the base, after a conflict.
    void reload();

    /// A merge patch of the route in the declarative form (units by id).
    void put(const Json& patch, const QString& reason);
    void acknowledge(const QString& reason);
    /// Brings this route (or all, with no "route" in it) back: routing.restore's arguments but for
    /// the reason.
    void restore(Json arguments, const QString& reason);
    /// After a conflict: the same patch again, on top of what the others have changed.
    void putOnTop();
    [[nodiscard]] bool busy() const noexcept { return m_busy; }

Q_SIGNALS:
    /// It is done and every gateway has it. `undo` is the patch that takes it back; null where
    /// there is none.
    void applied(const QStringList& changes, quint64 revision, const sluice::Json& undo);
    /// Somebody else changed the route meanwhile; nothing was applied. (If only other routes were
    /// changed, the patch is sent again by itself.)
    void conflict(const sluice::ui::RouteConflict& conflict);
    void failed(const QString& problem);
    void busyChanged(bool busy);

private:
    void send(const char* command, Json arguments, const Json& undo);
    void answered(const Result<api::CommandReply>& reply, const Json& before, const Json& undo);
    void explainConflict();
    void setBusy(bool busy);

    Plane& m_plane;
    RouteFacts m_facts;
    Json m_newest;
    Json m_base;
    Json m_patch;     ///< the latest that was sent; null for other commands
    QString m_reason; ///< the latest patch's
    std::uint64_t m_newestRevision = 0;
    std::uint64_t m_baseRevision = 0;
    std::set<const QObject*> m_holders; ///< who edits; told apart, never called
    bool m_busy = false;
};

} // namespace sluice::ui
