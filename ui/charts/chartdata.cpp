// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/chartdata.h"

#include <algorithm>
#include <cmath>

namespace sluice::ui {

std::optional<std::size_t> nearestSample(const ChartLine& line, double t)
{
    const auto begin = std::lower_bound(line.t.begin(), line.t.end(), t - line.step);
    std::optional<std::size_t> best;
    for (auto it = begin; it != line.t.end() && *it <= t + line.step; ++it) {
        const auto index = static_cast<std::size_t>(it - line.t.begin());
        const bool closer = !best || std::abs(*it - t) < std::abs(line.t[*best] - t);
        if (closer && std::isfinite(line.v[index])) {
            best = index;
        }
    }
    return best;
}

std::optional<double> valueAt(const ChartLine& line, double t)
{
    const auto index = nearestSample(line, t);
    return index ? std::optional<double>(line.v[*index]) : std::nullopt;
}

std::optional<std::pair<double, double>> edgeValues(const ChartLine& line, const TimeRange& range)
{
    std::optional<std::size_t> first;
    std::optional<std::size_t> last;
    for (std::size_t i = 0; i < line.t.size(); ++i) {
        if (range.contains(line.t[i]) && std::isfinite(line.v[i])) {
            first = first ? first : i;
            last = i;
        }
    }
    if (!first || first == last) {
        return std::nullopt;
    }
    return std::pair{line.v[*first], line.v[*last]};
}

} // namespace sluice::ui
