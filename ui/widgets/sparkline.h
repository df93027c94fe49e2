// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QList>
#include <QRectF>

#include <optional>

class QPainter;

namespace sluice::ui {

/// One line of a sparkline; gaps where there is no value.
struct SparkSeries
{
    Role role = Role::Candidate;
    QList<std::optional<double>> values;
};

namespace sparkline {
/// Paints series over each other on one scale. The first is painted last, on top; widths differ so
/// that the candidate is told from its control without colour.
void paint(QPainter& painter, const QRectF& rect, const Theme& theme,
           const QList<SparkSeries>& series);
} // namespace sparkline

} // namespace sluice::ui
