// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/livequery.h"
#include "ui/models/plane.h"

#include <QObject>

namespace sluice::ui {

/// What the shell itself keeps an eye on: the engine's state, the routes, their traffic. GUI thread
/// only.
class EngineWatch final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EngineWatch)

public:
    explicit EngineWatch(Plane& plane, QObject* parent = nullptr);

    [[nodiscard]] Plane& plane() noexcept { return m_plane; }
    [[nodiscard]] const LiveQuery& fleet() const noexcept { return m_fleet; }
    /// The Route objects; an empty array while nothing is known.
    [[nodiscard]] const Json& routes() const;
    /// Null if there is none of that name.
    [[nodiscard]] const Json* route(const QString& name) const;
    /// Nothing while traffic is not known.
    [[nodiscard]] std::optional<double> requestsPerMinute(const QString& route) const;
    /// Since the newest event or record, whichever is later; nothing before the first.
    [[nodiscard]] std::optional<std::chrono::microseconds> sinceLastEvent() const;
    [[nodiscard]] bool simulated() const;
    [[nodiscard]] bool production() const;
    /// What people call the engine (fleet.configure); empty without a name.
    [[nodiscard]] QString fleetName() const;
    void refresh();

Q_SIGNALS:
    void fleetChanged();
    void routesChanged();

private:
    void noted(const api::Event& event);

    Plane& m_plane;
    LiveQuery m_fleet;
    LiveQuery m_routes;
    LiveQuery m_traffic;
    std::optional<SystemTime> m_lastEvent;
};

} // namespace sluice::ui
