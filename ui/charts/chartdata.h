// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QString>

#include <optional>
#include <vector>

namespace sluice::ui {

/// A span of time in Unix seconds; empty when `to` is not after `from`.
struct TimeRange
{
    double from = 0;
    double to = 0;

    [[nodiscard]] double width() const noexcept { return to - from; }
    [[nodiscard]] bool empty() const noexcept { return !(to > from); }
    [[nodiscard]] bool contains(double t) const noexcept { return t >= from && t <= to; }
    /// The same span with its ends in order.
    [[nodiscard]] TimeRange ordered() const noexcept
    {
        return from <= to ? *this : TimeRange{to, from};
    }
    bool operator==(const TimeRange&) const = default;
};

/// How a line is drawn, so that lines differ by more than their colour.
enum class LineStyle
{
    Strong,
    Plain,
    Dashed
};

/// One arm's values over time. A value that is not finite means "no data in this bucket", never
/// zero.
struct ChartLine
{
    QString id;   ///< "candidate"; the same line keeps its id over updates
    QString name; ///< as shown to people
    Role color = Role::Control;
    LineStyle style = LineStyle::Plain;
    double step = 60; ///< seconds a bucket; samples further apart than 1.5 steps are not joined
    std::vector<double> t; ///< Unix seconds, ascending
    std::vector<double> v; ///< same length as t
};

/// Something that happened to the route: a line over all charts of a page.
struct ChartEvent
{
    double t = 0;   ///< Unix seconds
    QString label;  ///< a word or two: "5 %"
    QString detail; ///< one sentence for the hint line
};

/// What a chart's values are.
struct ChartUnit
{
    QString symbol;        ///< "ms", "%", "$"; stands beside the top label only
    int decimals = 0;      ///< of a value in hints and tables
    bool fromZero = false; ///< the axis begins at zero
};

/// Index of the finite sample nearest to `t`, at most one step away.
std::optional<std::size_t> nearestSample(const ChartLine& line, double t);
/// Value of nearestSample().
std::optional<double> valueAt(const ChartLine& line, double t);
/// First and last finite sample inside `range`, or nothing if there are fewer than two.
std::optional<std::pair<double, double>> edgeValues(const ChartLine& line, const TimeRange& range);

} // namespace sluice::ui
