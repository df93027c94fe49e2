// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/tabularnumbers.h"

#include <QPainter>

#include <algorithm>

namespace sluice::ui::tabular {

namespace {

bool isDigit(QChar c)
{
    return c >= QLatin1Char('0') && c <= QLatin1Char('9');
}

double digitAdvance(const QFontMetricsF& metrics)
{
    double widest = 0.0;
    for (char digit = '0'; digit <= '9'; ++digit) {
        widest = std::max(widest, metrics.horizontalAdvance(QLatin1Char(digit)));
    }
    return widest;
}

/// Calls back for each digit and each run of other characters, with its left edge and the width it
/// takes.
template <typename Visit>
double walk(const QFontMetricsF& metrics, const QString& text, Visit visit)
{
    const double digit = digitAdvance(metrics);
    double x = 0.0;
    qsizetype at = 0;
    while (at < text.size()) {
        qsizetype end = at + 1;
        double taken = digit;
        if (!isDigit(text.at(at))) {
            while (end < text.size() && !isDigit(text.at(end))) {
                ++end;
            }
            taken = metrics.horizontalAdvance(text.mid(at, end - at));
        }
        visit(x, taken, text.mid(at, end - at));
        x += taken;
        at = end;
    }
    return x;
}

} // namespace

double width(const QFontMetricsF& metrics, const QString& text)
{
    return walk(metrics, text, [](double, double, const QString&) {});
}

void draw(QPainter& painter, const QRectF& rect, Qt::Alignment alignment, const QString& text)
{
    const QFontMetricsF metrics(painter.font(), painter.device());
    QString shown = text;
    double total = width(metrics, shown);
    for (qsizetype keep = text.size() - 1; total > rect.width() + 0.5 && keep > 0; --keep) {
        shown = text.left(keep) + QChar(0x2026);
        total = width(metrics, shown);
    }
    double left = rect.left();
    if (alignment.testFlag(Qt::AlignRight)) {
        left = rect.right() - total;
    } else if (alignment.testFlag(Qt::AlignHCenter)) {
        left = rect.center().x() - total / 2.0;
    }
    double baseline = rect.center().y() + (metrics.ascent() - metrics.descent()) / 2.0;
    if (alignment.testFlag(Qt::AlignTop)) {
        baseline = rect.top() + metrics.ascent();
    } else if (alignment.testFlag(Qt::AlignBottom)) {
        baseline = rect.bottom() - metrics.descent();
    }
    walk(metrics, shown, [&](double x, double taken, const QString& part) {
        const double inset =
            isDigit(part.at(0)) ? (taken - metrics.horizontalAdvance(part)) / 2.0 : 0.0;
        painter.drawText(QPointF(left + x + inset, baseline), part);
    });
}

} // namespace sluice::ui::tabular
