// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/chartdata.h"

#include <QRectF>

namespace sluice::ui {

/// Where time and value lie in a plot's rectangle. Pure; y grows downwards on screen.
struct PlotGeometry
{
    QRectF plot;
    TimeRange time;
    double low = 0;
    double high = 1;

    [[nodiscard]] double xOf(double t) const noexcept;
    [[nodiscard]] double timeOf(double x) const noexcept;
    [[nodiscard]] double yOf(double value) const noexcept;
    [[nodiscard]] double valueOf(double y) const noexcept;
    /// Seconds that one pixel covers.
    [[nodiscard]] double secondsPerPixel() const noexcept;
    bool operator==(const PlotGeometry&) const = default;
};

} // namespace sluice::ui
