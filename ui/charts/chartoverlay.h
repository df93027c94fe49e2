// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/cursorhub.h"
#include "ui/charts/plotgeometry.h"

#include <QStringList>
#include <QWidget>

namespace sluice::ui {

/// Everything that moves with the mouse, painted over a canvas so that the series below stay
/// untouched: event lines, crosshair, brush and its tip. Turns the mouse into cursor and brush of
/// the hub. GUI thread only.
class ChartOverlay final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChartOverlay)

public:
    ChartOverlay(const Theme& theme, CursorHub& hub, QWidget* parent);

    /// `nothing`: there is no line to mark anything on.
    void setPlotGeometry(const PlotGeometry& plot, bool nothing);
    /// Lines of the tip beside the brush; the first one is its headline.
    void setTip(const QStringList& lines);
    /// The ring of keyboard focus around the plot.
    void setFocusRing(bool shown);
    /// Only the event lines and their labels: what an exported picture shows of the overlay.
    void paintEvents(QPainter& painter) const;

Q_SIGNALS:
    void pressed();
    void zoomWanted(double about); ///< double click

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    [[nodiscard]] double timeAt(const QPointF& position) const;
    void paintBrush(QPainter& painter, const TimeRange& brush) const;
    void paintTip(QPainter& painter, const QRectF& beside) const;

    const Theme& m_theme;
    CursorHub& m_hub;
    PlotGeometry m_plot;
    QStringList m_tip;
    std::optional<QPointF> m_pressed;
    bool m_focusRing = false;
    bool m_nothing = true;
};

} // namespace sluice::ui
