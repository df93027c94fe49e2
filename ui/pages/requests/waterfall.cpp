// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/requests/waterfall.h"

#include "ui/models/format.h"
#include "ui/widgets/tabularnumbers.h"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>

namespace sluice::ui {

std::vector<StageBar> stageBars(const Json& stages)
{
    const auto micros = [&](const char* member) {
        return std::max(0.0, read::number(stages, member).value_or(0));
    };
    std::vector<StageBar> bars;
    double at = 0;
    const auto add = [&](const QString& name, double length, Role color) {
        if (length > 0) {
            bars.push_back({name, at, length, color});
            at += length;
        }
    };
    add(Waterfall::tr("admit"), micros("admit"), Role::Control);
    add(Waterfall::tr("route"), micros("route"), Role::Control);
    add(Waterfall::tr("render"), micros("render"), Role::Control);
    add(Waterfall::tr("retrieve"), micros("retrieve"), Role::Control);
    add(Waterfall::tr("connect"), micros("connect"), Role::Warning);
    const double total = micros("total");
    const double first = micros("ttft") > 0 ? micros("ttft") : total;
    add(micros("ttft") > 0 ? Waterfall::tr("first token") : Waterfall::tr("waiting"), first - at,
        Role::Stable);
    add(Waterfall::tr("stream"), std::min(micros("stream"), std::max(0.0, total - at)), Role::Good);
    return bars;
}

Waterfall::Waterfall(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void Waterfall::show(const Json& stages)
{
    m_bars = stageBars(stages);
    m_total = read::number(stages, "total").value_or(0);
    QStringList words;
    for (const StageBar& bar : m_bars) {
        m_total = std::max(m_total, bar.start + bar.length);
        words << tr("%1 %2").arg(bar.name, format::micros(bar.length));
    }
    setAccessibleName(tr("Stages: %1").arg(words.join(QStringLiteral(", "))));
    updateGeometry();
    update();
}

int Waterfall::rowHeight() const
{
    return static_cast<int>(QFontMetricsF(m_theme.font(TextStyle::Secondary)).height() * 1.5);
}

QSize Waterfall::sizeHint() const
{
    return {m_theme.grid(80), rowHeight() * static_cast<int>(m_bars.size())};
}

QSize Waterfall::minimumSizeHint() const
{
    return {m_theme.grid(40), sizeHint().height()};
}

void Waterfall::paintEvent(QPaintEvent* event)
{
    Q_UNUSED(event);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(m_theme.font(TextStyle::Secondary));
    const QFontMetricsF metrics(painter.font());
    double names = 0;
    for (const StageBar& bar : m_bars) {
        names = std::max(names, metrics.horizontalAdvance(bar.name));
    }
    const double left = names + m_theme.grid(3);
    const double times = tabular::width(metrics, QStringLiteral("000.0 ms"));
    const double room = std::max(1.0, width() - left - times - m_theme.grid(2));
    double y = 0;
    for (const StageBar& bar : m_bars) {
        const QRectF row(0, y, width(), rowHeight());
        painter.setPen(m_theme.color(Role::Secondary));
        painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, bar.name);
        const double thick = m_theme.grid(2);
        const double x = left + (m_total > 0 ? bar.start / m_total * room : 0);
        const double length = std::max(2.0, m_total > 0 ? bar.length / m_total * room : 0);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_theme.color(Role::Line));
        painter.drawRect(QRectF(left, row.center().y() - 0.5, room, 1));
        painter.setBrush(m_theme.color(bar.color));
        painter.drawRoundedRect(
            QRectF(std::min(x, left + room - 2), row.center().y() - thick / 2, length, thick), 2,
            2);
        painter.setPen(m_theme.color(Role::Text));
        tabular::draw(painter, QRectF(width() - times, y, times, rowHeight()),
                      Qt::AlignRight | Qt::AlignVCenter, format::micros(bar.length));
        y += rowHeight();
    }
}

} // namespace sluice::ui
