// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/common/serieslines.h"

#include "ui/models/format.h"
#include "ui/pages/common/changewords.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace sluice::ui {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

QString tr(const char* text)
{
    return QCoreApplication::translate("sluice::ui", text);
}

double at(const Json& series, const char* member, std::size_t index)
{
    const Json& values = read::child(series, member);
    return values.is_array() && index < values.size() && values[index].is_number()
               ? values[index].get<double>()
               : kNone;
}

double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : kNone;
}

/// Cost a request in thousandths, of the requests that have a price; in one of the arm's
/// currencies, or in its only one.
double cost(const Json& series, const QString& currency, std::size_t i)
{
    const Json& of = currency.isEmpty() ? series : read::child(series, "costs");
    const std::string member = currency.isEmpty() ? "cost_micros" : currency.toStdString();
    const double unpriced = at(series, "unpriced", i);
    return ratio(at(of, member.c_str(), i) / 1000,
                 at(series, "requests", i) - (std::isfinite(unpriced) ? unpriced : 0));
}

/// The metric in one bucket; NaN without data.
double value(const Json& series, Metric metric, const QString& currency, std::size_t i)
{
    const double requests = at(series, "requests", i);
    if (!(requests > 0)) {
        return kNone;
    }
    switch (metric) {
    case Metric::P50:
        return at(series, "p50_ms", i);
    case Metric::P95:
        return at(series, "p95_ms", i);
    case Metric::P99:
        return at(series, "p99_ms", i);
    case Metric::TtftP50:
        return at(series, "ttft_p50_ms", i);
    case Metric::TtftP95:
        return at(series, "ttft_p95_ms", i);
    case Metric::Cost:
        return cost(series, currency, i);
    case Metric::Tokens:
        return ratio(at(series, "input_tokens", i) + at(series, "output_tokens", i), requests);
    case Metric::Errors:
        return 100 * ratio(at(series, "errors", i), requests);
    case Metric::Fallbacks:
        return 100 * ratio(at(series, "fallbacks", i), requests);
    case Metric::Refusals:
        return 100 * ratio(at(series, "refusals", i), requests);
    }
    return kNone;
}

ChartLine lineOf(const Json& series, Metric metric, const QString& currency, double step)
{
    ChartLine line;
    const QString arm = read::text(series, "arm");
    line.id = arm;
    line.step = step;
    if (arm == QLatin1String("candidate")) {
        line.name = tr("candidate");
        line.color = Role::Candidate;
        line.style = LineStyle::Strong;
    } else if (arm == QLatin1String("stable")) {
        line.name = tr("stable");
        line.color = Role::Stable;
    } else {
        line.name = arm == QLatin1String("control") ? tr("control") : arm;
        line.color = Role::Control;
    }
    const Json& times = read::child(series, "t");
    for (std::size_t i = 0; times.is_array() && i < times.size(); ++i) {
        line.t.push_back(times[i].is_number() ? times[i].get<double>() : 0);
        line.v.push_back(value(series, metric, currency, i));
    }
    if (!currency.isEmpty()) {
        line.id += QLatin1Char('/') + currency;
        line.name += QLatin1Char(' ') + currency;
    }
    return line;
}

/// Names lines of one arm by their unit too: a candidate that was exchanged leaves two.
void tellApart(ChartLine& line, const std::vector<ChartLine>& before, const Json& series)
{
    const bool again = std::any_of(before.begin(), before.end(),
                                   [&](const ChartLine& l) { return l.id == line.id; });
    if (again) {
        const QString unit = read::unitName(read::child(series, "unit"));
        line.id += QLatin1Char('/') + unit;
        line.name += QLatin1Char(' ') + unit;
        line.style = LineStyle::Dashed;
    }
}

QStringList currenciesOf(const Json& series)
{
    QStringList currencies;
    for (const auto& [currency, column] : read::child(series, "costs").items()) {
        currencies << QString::fromStdString(currency);
    }
    return currencies;
}

/// Whether costs are in several currencies: then each has a line of its own.
bool mixedCurrencies(const Json& all, const QStringList& arms)
{
    QStringList currencies;
    for (const Json& one : all) {
        if (arms.contains(read::text(one, "arm"))) {
            currencies << currenciesOf(one);
        }
    }
    currencies.removeDuplicates();
    return currencies.size() > 1;
}

/// A change's member in words: "/percent" -> "%".
QString changeText(const Json& change)
{
    const QString pointer = read::text(change, "pointer");
    const auto side = [&](const char* member) {
        const Json value = change.is_object() ? change.value(member, Json()) : Json();
        return changedValue(pointer, value).replace(QLatin1Char('\n'), QLatin1String("; "));
    };
    const QString what = pointer.section(QLatin1Char('/'), -1);
    const QString arrow = side("from") + QStringLiteral(" → ") + side("to");
    return what == QLatin1String("percent") ? arrow : what + QLatin1Char(' ') + arrow;
}

} // namespace

std::vector<ChartLine> seriesLines(const Json& series, Metric metric, const QStringList& arms)
{
    std::vector<ChartLine> lines;
    const double step = read::number(series, "step").value_or(60);
    const bool mixed =
        metric == Metric::Cost && mixedCurrencies(read::child(series, "series"), arms);
    for (const QString& arm : arms) {
        for (const Json& one : read::child(series, "series")) {
            if (read::text(one, "arm") == arm) {
                for (const QString& currency : mixed ? currenciesOf(one) : QStringList{QString()}) {
                    ChartLine line = lineOf(one, metric, currency, step);
                    tellApart(line, lines, one);
                    lines.push_back(std::move(line));
                }
            }
        }
    }
    return lines;
}

ChartUnit unitOf(Metric metric, const QString& currency)
{
    switch (metric) {
    case Metric::Cost:
        return {format::currencySymbol(currency), 2, false};
    case Metric::Tokens:
        return {QString(), 0, false};
    case Metric::Errors:
    case Metric::Fallbacks:
    case Metric::Refusals:
        return {QStringLiteral("%"), 1, true};
    default:
        return {QStringLiteral("ms"), 0, false};
    }
}

QString metricTitle(Metric metric)
{
    switch (metric) {
    case Metric::P50:
        return tr("Latency p50");
    case Metric::P95:
        return tr("Latency p95");
    case Metric::P99:
        return tr("Latency p99");
    case Metric::TtftP50:
        return tr("First token p50");
    case Metric::TtftP95:
        return tr("First token p95");
    case Metric::Cost:
        return tr("Cost a query");
    case Metric::Tokens:
        return tr("Tokens a query");
    case Metric::Errors:
        return tr("Errors");
    case Metric::Fallbacks:
        return tr("Fallbacks");
    case Metric::Refusals:
        return tr("Refusals");
    }
    return {};
}

std::vector<TimeWindow> timeWindows()
{
    return {{900, 10, tr("Last 15 min"), QStringLiteral("15m")},
            {3600, 30, tr("Last hour"), QStringLiteral("1h")},
            {6 * 3600, 180, tr("Last 6 hours"), QStringLiteral("6h")},
            {24 * 3600, 720, tr("Last 24 hours"), QStringLiteral("24h")}};
}

int seriesStep(const TimeRange& range, double now)
{
    constexpr double kBuckets = 120;
    constexpr double kSecondsKept = 3600 - 60; // the hour's first minute may be gone by the answer
    constexpr double kMinutesKept = 30.0 * 86400;
    constexpr std::array kSteps{1,   2,   5,    10,   15,   30,    60,    120,   300,
                                600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400};
    const double age = now - range.from;
    const double grain = age <= kSecondsKept ? 1 : age <= kMinutesKept ? 60 : 3600;
    const double wanted = std::max(grain, range.width() / kBuckets);
    const auto* found = std::lower_bound(kSteps.begin(), kSteps.end(), wanted);
    return found != kSteps.end() ? *found : kSteps.back();
}

bool hasRequests(const Json& series)
{
    const Json& lines = read::child(series, "series");
    return std::any_of(lines.begin(), lines.end(), [](const Json& line) {
        const Json& requests = read::child(line, "requests");
        return std::any_of(requests.begin(), requests.end(), [](const Json& count) {
            return count.is_number() && count.get<double>() > 0;
        });
    });
}

QStringList changeTexts(const Json& changes)
{
    QStringList texts;
    for (const Json& change : changes) {
        texts << changeText(change);
    }
    return texts;
}

std::vector<ChartEvent> historyEvents(const Json& history, const QString& route)
{
    std::vector<ChartEvent> events;
    for (const Json& revision : read::child(history, "revisions")) {
        for (const Json& change : read::child(revision, "changes")) {
            const QString pointer = read::text(change, "pointer");
            const bool percent = pointer.endsWith(QLatin1String("/percent"));
            const bool unit = pointer.endsWith(QLatin1String("/stable")) ||
                              pointer.endsWith(QLatin1String("/candidate"));
            if ((!percent && !unit) || read::text(change, "route") != route) {
                continue;
            }
            ChartEvent event;
            event.t = static_cast<double>(read::integer(revision, "at").value_or(0)) / 1e6;
            const auto to = read::number(change, "to");
            event.label =
                percent && to ? format::percent(*to) : pointer.section(QLatin1Char('/'), -1);
            event.detail = tr("revision %1 by %2: %3")
                               .arg(format::count(read::number(revision, "revision").value_or(0)),
                                    read::text(revision, "actor"), changeText(change));
            events.push_back(std::move(event));
        }
    }
    std::sort(events.begin(), events.end(),
              [](const ChartEvent& a, const ChartEvent& b) { return a.t < b.t; });
    return events;
}

} // namespace sluice::ui
