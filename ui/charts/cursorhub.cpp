// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/cursorhub.h"

#include <algorithm>
#include <utility>

namespace sluice::ui {

namespace {
constexpr double kNarrowest = 2;
constexpr double kWidest = 90.0 * 86400;
constexpr std::size_t kStepsBack = 32;
} // namespace

CursorHub::CursorHub(QObject* parent)
    : QObject(parent)
{
}

/// Does `change` and tells if it began or ended a pause; the live range is caught up with at the
/// end of one.
template <typename Change>
void CursorHub::pausing(Change&& change)
{
    const bool before = paused();
    change();
    if (before == paused()) {
        return;
    }
    if (before) {
        show(m_live);
    }
    Q_EMIT pausedChanged(paused());
}

void CursorHub::show(const TimeRange& range)
{
    if (m_range != range && !range.empty()) {
        m_range = range;
        Q_EMIT rangeChanged();
    }
}

void CursorHub::follow(const TimeRange& live)
{
    m_live = live;
    if (!paused() || m_range.empty()) {
        show(live);
    }
}

void CursorHub::setEvents(std::vector<ChartEvent> events)
{
    m_events = std::move(events);
    Q_EMIT eventsChanged();
}

void CursorHub::setCursor(std::optional<double> t)
{
    if (m_cursor != t) {
        m_cursor = t;
        Q_EMIT cursorChanged();
    }
}

void CursorHub::setPinned(bool pinned)
{
    pausing([&] { m_pinned = pinned; });
    Q_EMIT cursorChanged();
}

void CursorHub::setHovered(bool hovered)
{
    pausing([&] { m_hovered = hovered; });
}

void CursorHub::setBrush(std::optional<TimeRange> brush)
{
    if (m_brush == brush) {
        return;
    }
    pausing([&] { m_brush = brush; });
    Q_EMIT brushChanged();
}

void CursorHub::zoom(double factor, double about)
{
    const double width = std::clamp(m_range.width() * factor, kNarrowest, kWidest);
    const double share = m_range.empty() ? 0.5 : (about - m_range.from) / m_range.width();
    const double from = about - share * width;
    zoomTo({from, from + width});
}

void CursorHub::zoomTo(const TimeRange& range)
{
    if (range.width() < kNarrowest || range == m_range) {
        return;
    }
    m_before.push_back(m_range);
    if (m_before.size() > kStepsBack) {
        m_before.erase(m_before.begin());
    }
    pausing([&] { m_zoomed = true; });
    show(range);
}

void CursorHub::pan(double share)
{
    const double by = m_range.width() * share;
    zoomTo({m_range.from + by, m_range.to + by});
}

void CursorHub::stepBack()
{
    if (m_before.empty()) {
        return;
    }
    const TimeRange range = m_before.back();
    m_before.pop_back();
    if (m_before.empty()) {
        pausing([&] { m_zoomed = false; });
    }
    if (paused()) {
        show(range);
    }
}

void CursorHub::resume()
{
    m_before.clear();
    pausing([&] {
        m_zoomed = false;
        m_pinned = false;
        m_hovered = false;
        m_brush.reset();
    });
    show(m_live);
    Q_EMIT brushChanged();
    Q_EMIT cursorChanged();
}

} // namespace sluice::ui
