// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/plotgeometry.h"

namespace sluice::ui {

namespace {
/// `part` of `whole`, 0 for an empty whole: an empty plot maps everything to its edge instead of to
/// infinity.
double share(double part, double whole) noexcept
{
    return whole > 0 ? part / whole : 0;
}
} // namespace

double PlotGeometry::xOf(double t) const noexcept
{
    return plot.left() + share(t - time.from, time.width()) * plot.width();
}

double PlotGeometry::timeOf(double x) const noexcept
{
    return time.from + share(x - plot.left(), plot.width()) * time.width();
}

double PlotGeometry::yOf(double value) const noexcept
{
    return plot.bottom() - share(value - low, high - low) * plot.height();
}

double PlotGeometry::valueOf(double y) const noexcept
{
    return low + share(plot.bottom() - y, plot.height()) * (high - low);
}

double PlotGeometry::secondsPerPixel() const noexcept
{
    return share(time.width(), plot.width());
}

} // namespace sluice::ui
