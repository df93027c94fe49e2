// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/chartcanvas.h"

#include "ui/charts/charttext.h"
#include "ui/models/format.h"
#include "ui/widgets/tabularnumbers.h"

#include <QChart>
#include <QEvent>
#include <QLineSeries>
#include <QPainter>
#include <QPainterPath>
#include <QResizeEvent>
#include <QValueAxis>

#include <algorithm>
#include <cmath>

namespace sluice::ui {

namespace {

/// Of a sample without neighbours, pixels.
constexpr double kLoneRadius = 1.6;
/// Below the plot, in lines of small text: the times, far enough from the lowest value's label.
constexpr double kBelow = 1.75;
constexpr double kTimesBelow = 0.5;

QPen penOf(const Theme& theme, const ChartLine& line)
{
    QPen pen(theme.color(line.color), line.style == LineStyle::Strong ? 1.8 : 1.4);
    pen.setJoinStyle(Qt::RoundJoin);
    pen.setCapStyle(line.style == LineStyle::Dashed ? Qt::FlatCap : Qt::RoundCap);
    if (line.style == LineStyle::Dashed) {
        pen.setDashPattern({5, 3});
    }
    return pen;
}

} // namespace

ChartCanvas::ChartCanvas(const Theme& theme, QWidget* parent)
    : QChartView(parent)
    , m_theme(theme)
    , m_timeAxis(new QValueAxis(this))
    , m_valueAxis(new QValueAxis(this))
{
    chart()->setAnimationOptions(QChart::NoAnimation);
    chart()->setBackgroundVisible(false);
    chart()->setMargins({});
    chart()->legend()->hide();
    chart()->addAxis(m_timeAxis, Qt::AlignBottom);
    chart()->addAxis(m_valueAxis, Qt::AlignLeft);
    m_timeAxis->setVisible(false);
    m_valueAxis->setVisible(false);
    setFrameShape(QFrame::NoFrame);
    setRenderHint(QPainter::Antialiasing);
    setFocusPolicy(Qt::NoFocus);
    setMinimumSize(120, 90);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(&theme, &Theme::changed, this, [this] { render(); });
}

void ChartCanvas::setUnit(const ChartUnit& unit)
{
    m_unit = unit;
    render();
}

void ChartCanvas::setLines(const std::vector<ChartLine>& lines)
{
    m_lines = lines;
    render();
}

void ChartCanvas::setRange(const TimeRange& range)
{
    m_plot.time = range;
    render();
}

void ChartCanvas::setValueZoom(double factor, double shift)
{
    m_zoom = factor;
    m_shift = shift;
    render();
}

void ChartCanvas::setEmptyText(const QString& text)
{
    m_emptyText = text;
    viewport()->update();
}

void ChartCanvas::resizeEvent(QResizeEvent* event)
{
    QChartView::resizeEvent(event);
    render();
}

void ChartCanvas::changeEvent(QEvent* event)
{
    QChartView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::LocaleChange) {
        render();
    }
}

void ChartCanvas::render()
{
    if (width() < 2 || height() < 2) {
        return;
    }
    layOut();
    fillSeries();
    setBackgroundBrush(m_theme.color(Role::Panel));
    resetCachedContent();
    viewport()->update();
    Q_EMIT plotGeometryChanged();
}

/// Value range, marks and labels, then the rectangle that they leave, then the axes.
void ChartCanvas::layOut()
{
    std::optional<std::pair<double, double>> span;
    for (const ChartLine& line : m_lines) {
        if (const auto own = extent(line, m_plot.time)) {
            span = span ? std::pair{std::min(span->first, own->first),
                                    std::max(span->second, own->second)}
                        : *own;
        }
    }
    m_nothing = !span;
    auto [low, high] = span.value_or(std::pair{0.0, 1.0});
    if (m_unit.fromZero) {
        low = std::min(low, 0.0);
    }
    high += (high - low) * 0.05; // head room for the labels of events
    const QFontMetricsF metrics(m_theme.font(TextStyle::Small));
    const double label = metrics.height();
    const double inner = height() - label * 2.4;
    m_valueTicks =
        valueTicks(low, high, std::clamp(static_cast<int>(inner / (label * 3)) + 1, 2, 6));
    m_valueLabels = charttext::axisLabels(m_unit, m_valueTicks);
    double left = metrics.horizontalAdvance(format::zoneShort());
    for (const QString& text : m_valueLabels) {
        left = std::max(left, tabular::width(metrics, text));
    }
    m_plot.plot = QRectF(QPointF(left + m_theme.grid(4), label * 0.75),
                         QPointF(width() - m_theme.grid(3), height() - label * kBelow));
    const double middle = (m_valueTicks.low() + m_valueTicks.high()) / 2;
    const double span2 = (m_valueTicks.high() - m_valueTicks.low()) / 2;
    m_plot.low = middle - span2 / m_zoom + m_shift * span2;
    m_plot.high = middle + span2 / m_zoom + m_shift * span2;
    if (m_zoom > 1 || m_shift != 0) {
        m_valueTicks =
            valueTicks(m_plot.low, m_plot.high, static_cast<int>(m_valueTicks.values.size()));
        m_valueLabels = charttext::axisLabels(m_unit, m_valueTicks);
    }
    const double timeLabel = metrics.horizontalAdvance(QStringLiteral("00:00:00")) * 1.6;
    m_timeTicks =
        timeTicks(m_plot.time, std::max(1, static_cast<int>(m_plot.plot.width() / timeLabel)),
                  charttext::utcOffset(m_plot.time.to));
    chart()->setPlotArea(m_plot.plot);
    if (!m_plot.time.empty()) {
        m_timeAxis->setRange(m_plot.time.from, m_plot.time.to);
    }
    m_valueAxis->setRange(m_plot.low, m_plot.high);
}

QLineSeries* ChartCanvas::seriesAt(std::size_t index)
{
    while (m_series.size() <= index) {
        auto* series = new QLineSeries(chart());
        chart()->addSeries(series);
        series->attachAxis(m_timeAxis);
        series->attachAxis(m_valueAxis);
        m_series.push_back(series);
    }
    return m_series[index];
}

void ChartCanvas::fillSeries()
{
    m_alone.clear();
    std::size_t used = 0;
    const int columns = std::max(1, static_cast<int>(m_plot.plot.width()));
    // Painted last lies on top: the first line, the candidate, is the one that people look for.
    for (auto line = m_lines.rbegin(); line != m_lines.rend(); ++line) {
        DrawnLine drawn = downsample(*line, m_plot.time, columns);
        for (const QList<QPointF>& run : drawn.runs) {
            QLineSeries* series = seriesAt(used++);
            series->setPen(penOf(m_theme, *line));
            series->replace(run);
            series->setVisible(true);
        }
        m_alone.insert(m_alone.begin(), std::move(drawn.alone));
    }
    for (std::size_t i = used; i < m_series.size(); ++i) {
        m_series[i]->clear();
        m_series[i]->setVisible(false);
    }
}

void ChartCanvas::drawBackground(QPainter* painter, const QRectF& rect)
{
    painter->fillRect(rect, m_theme.color(Role::Panel));
    painter->setFont(m_theme.font(TextStyle::Small));
    const QFontMetricsF metrics(painter->font(), this);
    const QPen grid(m_theme.color(Role::Line), 1);
    const QPen text(m_theme.color(Role::Tertiary));
    for (qsizetype i = 0; i < m_valueLabels.size(); ++i) {
        const double value = m_valueTicks.values[static_cast<std::size_t>(i)];
        const double y = std::round(m_plot.yOf(value)) + 0.5;
        if (y < m_plot.plot.top() - 1 || y > m_plot.plot.bottom() + 1) {
            continue;
        }
        painter->setPen(grid);
        painter->drawLine(QPointF(m_plot.plot.left(), y), QPointF(m_plot.plot.right(), y));
        if (m_nothing) {
            continue;
        }
        painter->setPen(text);
        const QRectF box(0, y - metrics.height() / 2, m_plot.plot.left() - m_theme.grid(2),
                         metrics.height());
        tabular::draw(*painter, box, Qt::AlignRight | Qt::AlignVCenter, m_valueLabels[i]);
    }
    painter->setPen(text);
    const double times = m_plot.plot.bottom() + metrics.height() * kTimesBelow;
    tabular::draw(*painter,
                  QRectF(0, times, m_plot.plot.left() - m_theme.grid(2), metrics.height()),
                  Qt::AlignRight | Qt::AlignVCenter, format::zoneShort());
    for (const double t : m_timeTicks.values) {
        const QString label = charttext::timeLabel(t, m_timeTicks.step);
        const double wide = tabular::width(metrics, label);
        const double left = std::clamp(m_plot.xOf(t) - wide / 2, m_plot.plot.left(),
                                       width() - wide - m_theme.grid(2));
        tabular::draw(
            *painter,
            QRectF(left, times, wide + 1, metrics.height()),
            Qt::AlignLeft | Qt::AlignVCenter, label);
    }
}

void ChartCanvas::drawForeground(QPainter* painter, const QRectF& rect)
{
    Q_UNUSED(rect);
    painter->save();
    painter->setClipRect(m_plot.plot.adjusted(-2, -2, 2, 2));
    painter->setPen(Qt::NoPen);
    for (std::size_t i = 0; i < m_alone.size(); ++i) {
        painter->setBrush(m_theme.color(m_lines[i].color));
        for (const QPointF& point : m_alone[i]) {
            painter->drawEllipse(QPointF(m_plot.xOf(point.x()), m_plot.yOf(point.y())), kLoneRadius,
                                 kLoneRadius);
        }
    }
    painter->restore();
    if (m_nothing && !m_emptyText.isEmpty()) {
        painter->setPen(m_theme.color(Role::Secondary));
        painter->setFont(m_theme.font(TextStyle::Secondary));
        painter->drawText(m_plot.plot, Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
    }
}

} // namespace sluice::ui
