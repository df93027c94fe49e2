// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/common/seriesfeed.h"

#include "ui/models/plane.h"
#include "ui/pages/common/chartpanel.h"

#include <QEvent>
#include <QWidget>

#include <algorithm>
#include <cmath>

namespace sluice::ui {

namespace {

constexpr int kTickMs = 2000;

/// Whether a reply to `arguments` has all of `range`, as finely as `step` or finer.
bool covers(const Json& arguments, const TimeRange& range, int step, double now)
{
    return arguments.is_object() && arguments["step"].get<int>() <= step &&
           arguments["from"].get<double>() <= range.from &&
           arguments["to"].get<double>() >= std::min(range.to, now);
}

} // namespace

SeriesFeed::SeriesFeed(Plane& plane, CursorHub& hub, QWidget& page)
    : QObject(&page)
    , m_plane(plane)
    , m_hub(hub)
    , m_series(plane, "telemetry.series", std::chrono::milliseconds(0))
    , m_past(plane, "telemetry.series", std::chrono::milliseconds(0))
    , m_history(plane, "routing.history", std::chrono::milliseconds(0))
    , m_window(timeWindows()[1])
{
    page.installEventFilter(this);
    m_timer.setInterval(kTickMs);
    connect(&m_timer, &QTimer::timeout, this, [this] { tick(false); });
    connect(&m_series, &LiveQuery::changed, this, &SeriesFeed::changed);
    connect(&m_past, &LiveQuery::changed, this, [this] {
        if (m_past.state() == LiveQuery::State::Data) {
            m_pastShown = m_pastWanted;
        }
        Q_EMIT changed();
    });
    connect(&m_history, &LiveQuery::changed, this,
            [this] { m_hub.setEvents(historyEvents(m_history.value(), m_route)); });
    connect(&hub, &CursorHub::rangeChanged, this, &SeriesFeed::lookBack);
    connect(&hub, &CursorHub::pausedChanged, this, &SeriesFeed::lookBack);
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
    m_hub.resume();
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

qint64 SeriesFeed::now() const
{
    return std::chrono::duration_cast<std::chrono::seconds>(
               m_plane.clock().now().time_since_epoch())
        .count();
}

Json SeriesFeed::arguments(qint64 from, qint64 to, int step) const
{
    // Whole buckets: a bucket that begins at "from" or ends at "to" would otherwise be cut, and its
    // numbers with it.
    return {{"route", m_route.toStdString()},
            {"from", from / step * step},
            {"to", (to / step + 1) * step},
            {"step", step}};
}

Json SeriesFeed::liveArguments() const
{
    Json live = arguments(0, now(), m_window.step);
    live["from"] = live["to"].get<qint64>() - m_window.seconds;
    return live;
}

void SeriesFeed::tick(bool another)
{
    if (m_route.isEmpty()) {
        return;
    }
    const Json wanted = liveArguments();
    m_hub.follow({wanted["from"].get<double>(), wanted["to"].get<double>()});
    const Json history{{"route", m_route.toStdString()}, {"limit", 50}};
    if (another) {
        leavePast();
        m_series.reset(wanted);
        m_history.reset(history);
        return;
    }
    m_series.setArguments(wanted);
    m_series.refresh();
}

/// Asks for what a reader who zoomed or panned looks at, with half of its width to either side, so
/// that the next steps need no question.
void SeriesFeed::lookBack()
{
    if (!m_hub.zoomed() || m_route.isEmpty()) {
        if (!m_pastWanted.is_null()) {
            leavePast();
            Q_EMIT changed();
        }
        return;
    }
    const TimeRange range = m_hub.range();
    const auto present = static_cast<double>(now());
    const int step = seriesStep(range, present);
    if (covers(m_pastWanted, range, step, present)) {
        return;
    }
    if (m_pastWanted.is_null() && covers(liveArguments(), range, step, present)) {
        return;
    }
    const double margin = range.width() / 2;
    const double from = std::max(0.0, std::floor(range.from - margin));
    const double to = std::clamp(std::ceil(range.to + margin), from, std::max(from, present));
    m_pastWanted = arguments(static_cast<qint64>(from), static_cast<qint64>(to), step);
    if (m_pastShown.is_null()) {
        m_past.reset(m_pastWanted);
    } else {
        m_past.setArguments(m_pastWanted);
    }
    m_past.setActive(m_visible);
    Q_EMIT changed();
}

void SeriesFeed::leavePast()
{
    m_pastWanted = nullptr;
    m_pastShown = nullptr;
    m_past.setActive(false);
}

void SeriesFeed::showOn(ChartPanel& panel, const QStringList& arms, const QString& currency) const
{
    if (m_series.state() == LiveQuery::State::Error) {
        panel.setMessage(QString::fromStdString(describe(m_series.error())));
        return;
    }
    if (m_series.state() == LiveQuery::State::Loading) {
        panel.setMessage(tr("Loading…"));
        return;
    }
    panel.setSeries(m_series.value(), arms, currency);
    if (m_pastWanted.is_null()) {
        panel.endHeld();
        return;
    }
    const bool failed = m_past.state() == LiveQuery::State::Error ||
                        m_past.state() == LiveQuery::State::Stale;
    panel.setNotice(failed ? tr("This range could not be read: %1")
                                 .arg(QString::fromStdString(m_past.error().message))
                    : m_pastShown != m_pastWanted ? tr("Loading this range…")
                                                  : QString());
    if (!m_pastShown.is_null()) {
        panel.setHeld(m_past.value());
    }
}

bool SeriesFeed::eventFilter(QObject* watched, QEvent* event)
{
    const bool shown = event->type() == QEvent::Show;
    if (shown || event->type() == QEvent::Hide) {
        m_visible = shown;
        m_series.setActive(shown);
        m_history.setActive(shown);
        m_past.setActive(shown && !m_pastWanted.is_null());
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
