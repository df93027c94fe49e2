// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ticks.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace sluice::ui {

namespace {

/// The round step next above `raw`, and the decimals that its multiples need.
std::pair<double, int> roundStep(double raw)
{
    const double exponent = std::floor(std::log10(raw));
    const double power = std::pow(10.0, exponent);
    struct Factor
    {
        double value;
        int decimals;
    };
    for (const auto& [value, extra] : {Factor{1, 0}, Factor{2, 0}, Factor{2.5, 1}, Factor{5, 0}}) {
        if (raw <= value * power * (1 + 1e-9)) {
            return {value * power, std::max(0, extra - static_cast<int>(exponent))};
        }
    }
    return {10 * power, std::max(0, -static_cast<int>(exponent) - 1)};
}

constexpr std::array<double, 23> kTimeSteps{
    1,    2,    5,     10,    15,    30,    60,     120,    300,     600,     900,    1800,
    3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2592000, 7776000};

} // namespace

ValueTicks valueTicks(double low, double high, int wanted)
{
    if (!(high > low)) {
        const double margin = low != 0 ? std::abs(low) * 0.1 : 1;
        high = low + margin;
        low = low < 0 || low >= margin ? low - margin : 0;
    }
    ValueTicks ticks;
    std::tie(ticks.step, ticks.decimals) = roundStep((high - low) / std::max(1, wanted - 1));
    const double first = std::floor(low / ticks.step + 1e-9);
    const double last = std::max(std::ceil(high / ticks.step - 1e-9), first + 1);
    for (double n = first; n <= last; ++n) {
        ticks.values.push_back(n * ticks.step);
    }
    return ticks;
}

TimeTicks timeTicks(const TimeRange& range, int most, int utcOffset)
{
    TimeTicks ticks;
    if (range.empty() || most < 1) {
        return ticks;
    }
    const double raw = range.width() / most;
    const auto* found = std::lower_bound(kTimeSteps.begin(), kTimeSteps.end(), raw);
    ticks.step =
        found != kTimeSteps.end() ? *found : std::ceil(raw / kTimeSteps.back()) * kTimeSteps.back();
    const double first = std::ceil((range.from + utcOffset) / ticks.step) * ticks.step - utcOffset;
    for (double t = first; t <= range.to; t += ticks.step) {
        ticks.values.push_back(t);
    }
    return ticks;
}

} // namespace sluice::ui
