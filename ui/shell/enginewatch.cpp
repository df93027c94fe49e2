// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/enginewatch.h"

#include "ui/models/format.h"

#include <algorithm>

namespace sluice::ui {

using namespace std::chrono_literals;

EngineWatch::EngineWatch(Plane& plane, QObject* parent)
    : QObject(parent)
    , m_plane(plane)
    , m_fleet(plane, "fleet.status", 1s)
    , m_routes(plane, "routes.list", 3s)
    , m_traffic(plane, "telemetry.summary", 5s)
{
    connect(&m_fleet, &LiveQuery::changed, this, &EngineWatch::fleetChanged);
    connect(&m_routes, &LiveQuery::changed, this, &EngineWatch::routesChanged);
    connect(&m_traffic, &LiveQuery::changed, this, &EngineWatch::routesChanged);
    connect(&plane, &Plane::event, this, &EngineWatch::noted);
    connect(&plane, &Plane::resyncNeeded, this, &EngineWatch::refresh);
    m_traffic.setArguments(Json{{"window_s", 300}, {"points", 2}});
    for (LiveQuery* query : {&m_fleet, &m_routes, &m_traffic}) {
        query->setActive(true);
    }
}

const Json& EngineWatch::routes() const
{
    return read::child(m_routes.value(), "routes");
}

const Json* EngineWatch::route(const QString& name) const
{
    for (const Json& one : routes()) {
        if (read::text(one, "name") == name) {
            return &one;
        }
    }
    return nullptr;
}

std::optional<double> EngineWatch::requestsPerMinute(const QString& route) const
{
    for (const Json& one : read::child(m_traffic.value(), "routes")) {
        if (read::text(one, "route") == route) {
            return read::number(one, "requests_per_minute");
        }
    }
    return std::nullopt;
}

std::optional<std::chrono::microseconds> EngineWatch::sinceLastEvent() const
{
    std::optional<SystemTime> last = m_lastEvent;
    if (const auto record = read::integer(m_fleet.value(), "last_record_at")) {
        last = last ? std::max(*last, fromMicros(*record)) : fromMicros(*record);
    }
    if (!last) {
        return std::nullopt;
    }
    return m_plane.clock().now() - *last;
}

bool EngineWatch::simulated() const
{
    return read::flag(m_fleet.value(), "simulated");
}

bool EngineWatch::production() const
{
    return read::flag(m_fleet.value(), "production");
}

QString EngineWatch::fleetName() const
{
    return read::text(m_fleet.value(), "name");
}

void EngineWatch::refresh()
{
    m_fleet.refresh();
    m_routes.refresh();
    m_traffic.refresh();
}

void EngineWatch::noted(const api::Event& event)
{
    m_lastEvent = event.at;
    if (event.kind == "revision" || event.kind == "kill" || event.kind == "kill.finished" ||
        event.kind == "apply") {
        m_fleet.refresh();
        m_routes.refresh();
    }
}

} // namespace sluice::ui
