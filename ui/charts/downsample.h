// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/chartdata.h"

#include <QList>
#include <QPointF>

#include <vector>

namespace sluice::ui {

/// A line made ready for drawing: runs of joined points and the samples that stand alone between
/// gaps.
struct DrawnLine
{
    std::vector<QList<QPointF>> runs; ///< time and value, each of two points or more
    QList<QPointF> alone;
};

/// Keeps what can be seen of `line` in `range` on `columns` pixels: the least and the greatest
/// value of every column in their order, so at most two points a pixel. One sample beyond each edge
/// is kept, so that the line runs out of the plot instead of ending inside it. Buckets without data
/// break the line.
DrawnLine downsample(const ChartLine& line, const TimeRange& range, int columns);

/// Least and greatest finite value of `line` inside `range`.
std::optional<std::pair<double, double>> extent(const ChartLine& line, const TimeRange& range);

} // namespace sluice::ui
