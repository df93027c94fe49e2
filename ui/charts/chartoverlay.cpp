// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/chartoverlay.h"

#include <QGuiApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QStyleHints>

#include <algorithm>
#include <cmath>

namespace sluice::ui {

ChartOverlay::ChartOverlay(const Theme& theme, CursorHub& hub, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_hub(hub)
{
    setObjectName(QStringLiteral("chart.overlay"));
    setMouseTracking(true);
    setAttribute(Qt::WA_NoSystemBackground);
    const auto repaint = [this] { update(); };
    connect(&hub, &CursorHub::cursorChanged, this, repaint);
    connect(&hub, &CursorHub::brushChanged, this, repaint);
    connect(&hub, &CursorHub::eventsChanged, this, repaint);
}

void ChartOverlay::setPlotGeometry(const PlotGeometry& plot, bool nothing)
{
    m_plot = plot;
    m_nothing = nothing;
    update();
}

void ChartOverlay::setTip(const QStringList& lines)
{
    m_tip = lines;
    update();
}

void ChartOverlay::setFocusRing(bool shown)
{
    m_focusRing = shown;
    update();
}

double ChartOverlay::timeAt(const QPointF& position) const
{
    return std::clamp(m_plot.timeOf(position.x()), m_plot.time.from, m_plot.time.to);
}

void ChartOverlay::paintEvents(QPainter& painter) const
{
    painter.setFont(m_theme.font(TextStyle::Small));
    const QFontMetricsF metrics(painter.font());
    QPen dashed(m_theme.color(Role::Tertiary), 1, Qt::CustomDashLine);
    dashed.setDashPattern({3, 3});
    double free = m_plot.plot.left();
    for (const ChartEvent& event : m_hub.events()) {
        if (m_nothing || !m_plot.time.contains(event.t)) {
            continue;
        }
        const double x = std::round(m_plot.xOf(event.t)) + 0.5;
        painter.setPen(dashed);
        painter.drawLine(QPointF(x, m_plot.plot.top()), QPointF(x, m_plot.plot.bottom()));
        const double wide = metrics.horizontalAdvance(event.label) + 2;
        const bool fitsRight = x + m_theme.grid(1) + wide <= width();
        const double left = fitsRight ? x + m_theme.grid(1) : x - m_theme.grid(1) - wide;
        if (left < free) {
            continue; // a label over a label says nothing; the line stays, and the hint names it
        }
        const QRectF box(left, m_plot.plot.top(), wide, metrics.height());
        painter.fillRect(box, m_theme.color(Role::Panel));
        painter.setPen(m_theme.color(Role::Secondary));
        painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter, event.label);
        free = box.right() + m_theme.grid(1);
    }
}

void ChartOverlay::paintEvent(QPaintEvent* event)
{
    Q_UNUSED(event);
    QPainter painter(this);
    paintEvents(painter);
    const auto cursor = m_hub.cursor();
    if (cursor && m_plot.time.contains(*cursor)) {
        painter.setPen(QPen(m_theme.color(Role::Accent), m_hub.pinned() ? 2 : 1));
        const double x = std::round(m_plot.xOf(*cursor)) + 0.5;
        painter.drawLine(QPointF(x, m_plot.plot.top()), QPointF(x, m_plot.plot.bottom()));
    }
    if (const auto brush = m_hub.brush()) {
        paintBrush(painter, brush->ordered());
    }
    if (m_focusRing) {
        painter.setPen(QPen(m_theme.color(Role::Accent), 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5));
    }
}

void ChartOverlay::paintBrush(QPainter& painter, const TimeRange& brush) const
{
    const double left = std::clamp(m_plot.xOf(brush.from), m_plot.plot.left(), m_plot.plot.right());
    const double right = std::clamp(m_plot.xOf(brush.to), m_plot.plot.left(), m_plot.plot.right());
    const QRectF area(QPointF(left, m_plot.plot.top()), QPointF(right, m_plot.plot.bottom()));
    QColor fill = m_theme.color(Role::Accent);
    fill.setAlphaF(0.12F);
    painter.fillRect(area, fill);
    painter.setPen(QPen(m_theme.color(Role::Accent), 1));
    painter.drawLine(area.topLeft(), area.bottomLeft());
    painter.drawLine(area.topRight(), area.bottomRight());
    if (!m_tip.isEmpty()) {
        paintTip(painter, area);
    }
}

void ChartOverlay::paintTip(QPainter& painter, const QRectF& beside) const
{
    const QFont font = m_theme.font(TextStyle::Small);
    const QFontMetricsF metrics(font);
    double wide = 0;
    for (const QString& line : m_tip) {
        wide = std::max(wide, metrics.horizontalAdvance(line));
    }
    const double pad = m_theme.grid(2);
    const double lineHeight = metrics.height() * 1.2;
    QRectF box(0, m_plot.plot.top() + pad, wide + 2 * pad,
               lineHeight * static_cast<double>(m_tip.size()) + 2 * pad);
    const bool right = beside.right() + pad + box.width() <= width();
    box.moveLeft(right ? beside.right() + pad : std::max(0.0, beside.left() - pad - box.width()));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_theme.color(Role::Line), 1));
    painter.setBrush(m_theme.color(Role::Panel));
    painter.drawRoundedRect(box, m_theme.grid(1), m_theme.grid(1));
    painter.setFont(font);
    double y = box.top() + pad;
    for (const QString& line : m_tip) {
        painter.setPen(m_theme.color(&line == &m_tip.front() ? Role::Secondary : Role::Text));
        painter.drawText(QRectF(box.left() + pad, y, wide + 1, lineHeight),
                         Qt::AlignLeft | Qt::AlignVCenter, line);
        y += lineHeight;
    }
}

void ChartOverlay::mouseMoveEvent(QMouseEvent* event)
{
    const double t = timeAt(event->position());
    if (m_pressed) {
        const double moved = std::abs(event->position().x() - m_pressed->x());
        if (moved >= QGuiApplication::styleHints()->startDragDistance() || m_hub.brush()) {
            m_hub.setBrush(TimeRange{timeAt(*m_pressed), t}.ordered());
        }
    }
    m_hub.setHovered(m_plot.plot.contains(event->position()));
    if (!m_hub.pinned()) {
        m_hub.setCursor(m_plot.plot.contains(event->position()) ? std::optional<double>(t)
                                                                : std::nullopt);
    }
}

void ChartOverlay::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton) {
        QWidget::mousePressEvent(event);
        return;
    }
    m_pressed = event->position();
    Q_EMIT pressed();
}

void ChartOverlay::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !m_pressed) {
        return;
    }
    const bool dragged = std::abs(event->position().x() - m_pressed->x()) >=
                         QGuiApplication::styleHints()->startDragDistance();
    m_pressed.reset();
    if (!dragged) {
        m_hub.setBrush({});
    }
}

void ChartOverlay::mouseDoubleClickEvent(QMouseEvent* event)
{
    Q_EMIT zoomWanted(timeAt(event->position()));
}

void ChartOverlay::leaveEvent(QEvent* event)
{
    QWidget::leaveEvent(event);
    m_hub.setHovered(false);
    if (!m_hub.pinned()) {
        m_hub.setCursor({});
    }
}

} // namespace sluice::ui
