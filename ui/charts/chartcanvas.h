// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/downsample.h"
#include "ui/charts/plotgeometry.h"
#include "ui/charts/ticks.h"

#include <QChartView>
#include <QStringList>

class QLineSeries;
class QValueAxis;

namespace sluice::ui {

/// Draws lines, grid and labels of one chart; knows nothing of hover, brush or events (ChartOverlay
/// does). Qt Charts draws the lines: their points are replaced, never appended, at most two a
/// pixel; grid, labels and lone samples are painted here, since Qt 6.4's axes can neither name a
/// unit on one label nor keep to round local times. GUI thread only.
class ChartCanvas final : public QChartView
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChartCanvas)

public:
    explicit ChartCanvas(const Theme& theme, QWidget* parent = nullptr);

    void setUnit(const ChartUnit& unit);
    void setLines(const std::vector<ChartLine>& lines);
    void setRange(const TimeRange& range);
    /// Narrows (> 1) the value axis around its middle and shifts it by a share of its height; 1 and
    /// 0 show all.
    void setValueZoom(double factor, double shift);
    /// One sentence in place of lines while there is nothing to draw.
    void setEmptyText(const QString& text);

    [[nodiscard]] const PlotGeometry& plotGeometry() const noexcept { return m_plot; }
    [[nodiscard]] bool drawsNothing() const noexcept { return m_nothing; }

Q_SIGNALS:
    void plotGeometryChanged();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void drawBackground(QPainter* painter, const QRectF& rect) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;

private:
    void render();
    void layOut();
    void fillSeries();
    QLineSeries* seriesAt(std::size_t index);

    const Theme& m_theme;
    ChartUnit m_unit;
    std::vector<ChartLine> m_lines;
    std::vector<QList<QPointF>> m_alone; ///< lone samples by line
    std::vector<QLineSeries*> m_series;  ///< owned by the chart; one a run of joined points, reused
    QValueAxis* m_timeAxis;
    QValueAxis* m_valueAxis;
    PlotGeometry m_plot;
    ValueTicks m_valueTicks;
    TimeTicks m_timeTicks;
    QStringList m_valueLabels;
    QString m_emptyText;
    double m_zoom = 1;
    double m_shift = 0;
    bool m_nothing = true;
};

} // namespace sluice::ui
