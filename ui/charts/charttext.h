// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/chartdata.h"
#include "ui/charts/ticks.h"

#include <QLocale>
#include <QStringList>

namespace sluice::ui {

/// The words and numbers of a chart, in the locale's digits; times by the console's clock
/// (format::zone()).
namespace charttext {

/// "861 ms", "$2.41", "0.4 %".
QString value(const ChartUnit& unit, double v, const QLocale& locale = {});
/// The same with a sign, a real minus for less than zero: "+49 ms".
QString difference(const ChartUnit& unit, double v, const QLocale& locale = {});
/// Labels of a value axis, lowest first; only the top one names the unit.
QStringList axisLabels(const ChartUnit& unit, const ValueTicks& ticks, const QLocale& locale = {});
/// "14:05", with seconds or the day if the step between marks needs them.
QString timeLabel(double t, double step, const QLocale& locale = {});
/// "23 Nov 14:05:30".
QString moment(double t, const QLocale& locale = {});
/// The same and by which clock: "23 Nov 14:05:30 CET".
QString momentWithZone(double t, const QLocale& locale = {});
/// "27 min", "1 h 5 min", "40 s".
QString duration(double seconds, const QLocale& locale = {});
/// Under the cursor: time, value of each line, difference of the first to the second.
QString cursorHint(const ChartUnit& unit, const std::vector<ChartLine>& lines, double t);
/// Of a brushed range: its ends and, for each line, first value, last value and difference.
QStringList brushLines(const ChartUnit& unit, const std::vector<ChartLine>& lines,
                       const TimeRange& range);
/// The offset of that clock from UTC at `t`, seconds.
int utcOffset(double t);

} // namespace charttext

} // namespace sluice::ui
