// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "ui/charts/chartdata.h"

#include <QStringList>

namespace sluice::ui {

/// What a chart of a route can show, each from telemetry.series.
enum class Metric
{
    P50,
    P95,
    P99,
    TtftP50,
    TtftP95,
    Cost,
    Tokens,
    Errors,
    Fallbacks,
    Refusals
};

/// One line an arm, candidate first, made from a telemetry.series reply. Buckets without requests
/// have no value; cost is of the requests that have a price, in thousandths of the currency;
/// errors, fallbacks and refusals are shares in per cent.
std::vector<ChartLine> seriesLines(const Json& series, Metric metric, const QStringList& arms);
ChartUnit unitOf(Metric metric, const QString& currency);
QString metricTitle(Metric metric);

/// Lengths of time that a page can show, and the bucket that fits each (telemetry keeps 1 s rows
/// for an hour).
struct TimeWindow
{
    int seconds = 3600;
    int step = 30;
    QString title;
    QString id;
};
std::vector<TimeWindow> timeWindows();

/// Seconds a bucket for a chart of `range`: about 120 buckets, and none finer than what is kept of
/// its beginning (1 s rows for an hour, 1 min for 30 days, then 1 h). `now` in Unix seconds.
int seriesStep(const TimeRange& range, double now);
/// Whether the reply has a request in any bucket.
bool hasRequests(const Json& series);

/// Lines of routing.history on the charts: each change of the route's percentage, units or a kill.
std::vector<ChartEvent> historyEvents(const Json& history, const QString& route);
/// A routing revision's changes in words: "5 % → 25 %", "candidate support-v1 → support-v2".
QStringList changeTexts(const Json& changes);

} // namespace sluice::ui
