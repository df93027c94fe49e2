// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/chartdata.h"

#include <QObject>

#include <optional>
#include <vector>

namespace sluice::ui {

/// What all charts of a page share: time range, crosshair, brush, events and whether they stand
/// still. The page feeds the live range; a reader who zooms, brushes, pins or points at a chart
/// holds it. GUI thread only.
class CursorHub final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CursorHub)

public:
    explicit CursorHub(QObject* parent = nullptr);

    [[nodiscard]] TimeRange range() const noexcept { return m_range; }
    [[nodiscard]] std::optional<double> cursor() const noexcept { return m_cursor; }
    [[nodiscard]] std::optional<TimeRange> brush() const noexcept { return m_brush; }
    [[nodiscard]] const std::vector<ChartEvent>& events() const noexcept { return m_events; }
    [[nodiscard]] bool pinned() const noexcept { return m_pinned; }
    [[nodiscard]] bool zoomed() const noexcept { return m_zoomed; }
    /// Charts keep what they show; newer data waits for resume() or the end of the hover.
    [[nodiscard]] bool paused() const noexcept
    {
        return m_hovered || m_pinned || m_zoomed || m_brush;
    }

    /// The newest range, as time passes. Shown at once unless paused.
    void follow(const TimeRange& live);
    void setEvents(std::vector<ChartEvent> events);

    void setCursor(std::optional<double> t);
    void setPinned(bool pinned);
    void setHovered(bool hovered);
    void setBrush(std::optional<TimeRange> brush);

    /// Narrows (factor < 1) or widens the range around `about`; not below two seconds nor above 90
    /// days.
    void zoom(double factor, double about);
    void zoomTo(const TimeRange& range);
    /// Moves by a share of the width.
    void pan(double share);
    /// One zoom or pan back.
    void stepBack();
    /// Ends zoom, brush and pin, and goes on with the live range.
    void resume();

Q_SIGNALS:
    void rangeChanged();
    void cursorChanged();
    void brushChanged();
    void eventsChanged();
    void pausedChanged(bool paused);

private:
    void show(const TimeRange& range);
    template <typename Change>
    void pausing(Change&& change);

    TimeRange m_live;
    TimeRange m_range;
    std::vector<TimeRange> m_before;
    std::optional<double> m_cursor;
    std::optional<TimeRange> m_brush;
    std::vector<ChartEvent> m_events;
    bool m_pinned = false;
    bool m_hovered = false;
    bool m_zoomed = false;
};

} // namespace sluice::ui
