// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/downsample.h"

#include <algorithm>
#include <cmath>

namespace sluice::ui {

namespace {

/// The samples of one pixel column, reduced to their least and greatest value.
struct Column
{
    long index = 0;
    QPointF least;
    QPointF greatest;

    void take(const QPointF& point)
    {
        if (point.y() < least.y()) {
            least = point;
        }
        if (point.y() > greatest.y()) {
            greatest = point;
        }
    }

    void appendTo(QList<QPointF>& run) const
    {
        if (least == greatest) {
            run.append(least);
            return;
        }
        run.append(least.x() < greatest.x() ? least : greatest);
        run.append(least.x() < greatest.x() ? greatest : least);
    }
};

/// First and one-past-last sample to draw: those in range and one more on each side.
std::pair<std::size_t, std::size_t> window(const ChartLine& line, const TimeRange& range)
{
    auto first = std::lower_bound(line.t.begin(), line.t.end(), range.from);
    auto last = std::upper_bound(first, line.t.end(), range.to);
    first -= first != line.t.begin() ? 1 : 0;
    last += last != line.t.end() ? 1 : 0;
    return {static_cast<std::size_t>(first - line.t.begin()),
            static_cast<std::size_t>(last - line.t.begin())};
}

} // namespace

DrawnLine downsample(const ChartLine& line, const TimeRange& range, int columns)
{
    DrawnLine drawn;
    if (range.empty() || columns < 1) {
        return drawn;
    }
    const double perColumn = range.width() / columns;
    const double gap = std::max(line.step * 1.5, perColumn * 1.5);
    QList<QPointF> run;
    std::optional<Column> column;
    double previous = 0;
    const auto endRun = [&] {
        if (column) {
            column->appendTo(run);
            column.reset();
        }
        if (run.size() == 1) {
            drawn.alone.append(run.front());
        } else if (!run.isEmpty()) {
            drawn.runs.push_back(run);
        }
        run.clear();
    };
    const auto [first, last] = window(line, range);
    for (std::size_t i = first; i < last; ++i) {
        if (!std::isfinite(line.v[i])) {
            continue;
        }
        const QPointF point(line.t[i], line.v[i]);
        if (column && point.x() - previous > gap) {
            endRun();
        }
        previous = point.x();
        const auto index = static_cast<long>(std::floor((point.x() - range.from) / perColumn));
        if (column && column->index == index) {
            column->take(point);
            continue;
        }
        if (column) {
            column->appendTo(run);
        }
        column = Column{index, point, point};
    }
    endRun();
    return drawn;
}

std::optional<std::pair<double, double>> extent(const ChartLine& line, const TimeRange& range)
{
    std::optional<std::pair<double, double>> found;
    for (std::size_t i = 0; i < line.t.size(); ++i) {
        if (!range.contains(line.t[i]) || !std::isfinite(line.v[i])) {
            continue;
        }
        if (!found) {
            found = {line.v[i], line.v[i]};
        }
        found->first = std::min(found->first, line.v[i]);
        found->second = std::max(found->second, line.v[i]);
    }
    return found;
}

} // namespace sluice::ui
