// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/sparkline.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <limits>

namespace sluice::ui {

namespace {

QPainterPath pathOf(const QList<std::optional<double>>& values, const QRectF& rect, double low,
                    double high)
{
    QPainterPath path;
    bool joined = false;
    const double step =
        values.size() > 1 ? rect.width() / static_cast<double>(values.size() - 1) : 0.0;
    for (qsizetype i = 0; i < values.size(); ++i) {
        if (!values.at(i)) {
            joined = false;
            continue;
        }
        const double height = (*values.at(i) - low) / (high - low);
        const QPointF point(rect.left() + step * static_cast<double>(i),
                            rect.bottom() - height * rect.height());
        if (joined) {
            path.lineTo(point);
        } else {
            path.moveTo(point);
        }
        joined = true;
    }
    return path;
}

} // namespace

void sparkline::paint(QPainter& painter, const QRectF& rect, const Theme& theme,
                      const QList<SparkSeries>& series)
{
    double low = std::numeric_limits<double>::max();
    double high = std::numeric_limits<double>::lowest();
    for (const SparkSeries& one : series) {
        for (const std::optional<double>& value : one.values) {
            if (value) {
                low = std::min(low, *value);
                high = std::max(high, *value);
            }
        }
    }
    if (low > high) {
        return;
    }
    // Noise must not look like a mountain: at least a tenth of the level fills the height.
    const double least = std::max(std::abs(high) * 0.1, 1e-9);
    if (high - low < least) {
        const double middle = (low + high) / 2.0;
        low = middle - least / 2.0;
        high = middle + least / 2.0;
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    const QRectF inside = rect.adjusted(1, 2, -1, -2);
    for (auto one = series.rbegin(); one != series.rend(); ++one) {
        const double width = &*one == &series.first() ? 1.5 : 1.1;
        painter.setPen(
            QPen(theme.color(one->role), width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPath(pathOf(one->values, inside, low, high));
    }
    painter.restore();
}

} // namespace sluice::ui
