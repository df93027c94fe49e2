// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/chartdata.h"

#include <vector>

namespace sluice::ui {

/// Marks of a value axis on round numbers. The first and the last one are the axis's ends.
struct ValueTicks
{
    std::vector<double> values;
    double step = 1;
    int decimals = 0; ///< that tell neighbouring marks apart

    [[nodiscard]] double low() const { return values.front(); }
    [[nodiscard]] double high() const { return values.back(); }
};

/// About `wanted` marks (at least 2) on multiples of 1, 2, 2.5 or 5 times a power of ten that
/// enclose low..high. A range without height is widened around its value. Both bounds must be
/// finite. Heckbert, "Nice Numbers for Graph Labels", Graphics Gems (1990), with 2.5 added.
ValueTicks valueTicks(double low, double high, int wanted);

/// Marks of a time axis, at most `most`, on round local times. `utcOffset` is the zone's offset in
/// seconds.
struct TimeTicks
{
    std::vector<double> values;
    double step = 60; ///< seconds
};
TimeTicks timeTicks(const TimeRange& range, int most, int utcOffset);

} // namespace sluice::ui
