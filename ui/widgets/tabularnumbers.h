// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFontMetricsF>
#include <QRectF>
#include <QString>

class QPainter;

namespace sluice::ui {

/// Text with its digits on the widest digit's advance, so that numbers in a column line up and do
/// not jitter when they change (Qt 6.4 cannot switch Inter to tabular digits). Used by tables,
/// chips, axes and labels alike.
namespace tabular {

/// Width of `text` so painted, in logical pixels.
double width(const QFontMetricsF& metrics, const QString& text);
/// Paints in the painter's font and pen; elides at the right if it does not fit.
void draw(QPainter& painter, const QRectF& rect, Qt::Alignment alignment, const QString& text);

} // namespace tabular

} // namespace sluice::ui
