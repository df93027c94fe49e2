// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/common/seriesfeed.h"

#include "ui/models/plane.h"

#include <QEvent>
#include <QWidget>

namespace sluice::ui {

namespace {
constexpr int kTickMs = 2000;
}

SeriesFeed::SeriesFeed(Plane& plane, CursorHub& hub, QWidget& page)
    : QObject(&page)
    , m_plane(plane)
    , m_hub(hub)
    , m_series(plane, "telemetry.series", std::chrono::milliseconds(0))
    , m_history(plane, "routing.history", std::chrono::milliseconds(0))
    , m_window(timeWindows()[1])
{
    page.installEventFilter(this);
    m_timer.setInterval(kTickMs);
    connect(&m_timer, &QTimer::timeout, this, [this] { tick(false); });
    connect(&m_series, &LiveQuery::changed, this, &SeriesFeed::changed);
    connect(&m_history, &LiveQuery::changed, this,
            [this] { m_hub.setEvents(historyEvents(m_history.value(), m_route)); });
    connect(&plane, &Plane::event, this, [this](const api::Event& event) {
        if (event.kind == "revision" || event.kind == "kill" || event.kind == "apply") {
            refreshEvents();
        }
    });
}

void SeriesFeed::setRoute(const QString& route)
{
    if (route == m_route) {
        return;
    }
    m_route = route;
    tick(true);
}

void SeriesFeed::setWindow(const TimeWindow& window)
{
    m_window = window;
    m_hub.resume();
    tick(true);
}

void SeriesFeed::refreshEvents()
{
    m_history.refresh();
}

Json SeriesFeed::arguments() const
{
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(m_plane.clock().now().time_since_epoch())
            .count();
    // Whole buckets: a bucket that begins at "from" or ends at "to" would otherwise be cut, and its
    // numbers with it.
    const auto to = (now / m_window.step + 1) * m_window.step;
    return {{"route", m_route.toStdString()},
            {"from", to - m_window.seconds},
            {"to", to},
            {"step", m_window.step}};
}

void SeriesFeed::tick(bool another)
{
    if (m_route.isEmpty()) {
        return;
    }
    const Json wanted = arguments();
    m_hub.follow({wanted["from"].get<double>(), wanted["to"].get<double>()});
    const Json history{{"route", m_route.toStdString()}, {"limit", 50}};
    if (another) {
        m_series.reset(wanted);
        m_history.reset(history);
        return;
    }
    m_series.setArguments(wanted);
    m_series.refresh();
}

bool SeriesFeed::eventFilter(QObject* watched, QEvent* event)
{
    const bool shown = event->type() == QEvent::Show;
    if (shown || event->type() == QEvent::Hide) {
        m_series.setActive(shown);
        m_history.setActive(shown);
        if (shown) {
            m_timer.start();
            tick(false);
        } else {
            m_timer.stop();
        }
    }
    return QObject::eventFilter(watched, event);
}

} // namespace sluice::ui
