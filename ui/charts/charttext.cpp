// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/charttext.h"

#include "ui/models/format.h"

#include <QCoreApplication>
#include <QDateTime>

#include <cmath>

namespace sluice::ui::charttext {

namespace {

const QChar kMinus(0x2212);
const QChar kNoBreak(0x00a0);

QString tr(const char* text, int n = -1)
{
    return QCoreApplication::translate("sluice::ui::charttext", text, nullptr, n);
}

QDateTime shown(double t)
{
    return format::at(std::llround(t * 1e6));
}

QString withUnit(const ChartUnit& unit, const QString& number)
{
    if (unit.symbol.isEmpty()) {
        return number;
    }
    if (unit.symbol == QLatin1String("$")) {
        return unit.symbol + number;
    }
    return number + kNoBreak + unit.symbol;
}

QString magnitude(const ChartUnit& unit, double v, const QLocale& locale)
{
    return withUnit(unit, locale.toString(std::abs(v), 'f', unit.decimals));
}

bool roundsToZero(const ChartUnit& unit, double v)
{
    return std::abs(v) < 0.5 * std::pow(10.0, -unit.decimals);
}

} // namespace

QString value(const ChartUnit& unit, double v, const QLocale& locale)
{
    const bool negative = v < 0 && !roundsToZero(unit, v);
    return (negative ? QString(kMinus) : QString()) + magnitude(unit, v, locale);
}

QString difference(const ChartUnit& unit, double v, const QLocale& locale)
{
    if (roundsToZero(unit, v)) {
        return QStringLiteral("±") + magnitude(unit, 0, locale);
    }
    return (v < 0 ? QString(kMinus) : QStringLiteral("+")) + magnitude(unit, v, locale);
}

QStringList axisLabels(const ChartUnit& unit, const ValueTicks& ticks, const QLocale& locale)
{
    QStringList labels;
    for (const double tick : ticks.values) {
        const QString number = locale.toString(std::abs(tick), 'f', ticks.decimals);
        labels.append(tick < 0 ? kMinus + number : number);
    }
    if (!labels.isEmpty()) {
        labels.last() = withUnit(unit, labels.last());
    }
    return labels;
}

QString timeLabel(double t, double step, const QLocale& locale)
{
    const QDateTime at = shown(t);
    if (step >= 86400) {
        return locale.toString(at, QStringLiteral("d MMM"));
    }
    if (step < 60) {
        return locale.toString(at, QStringLiteral("HH:mm:ss"));
    }
    return locale.toString(at, QStringLiteral("HH:mm"));
}

QString moment(double t, const QLocale& locale)
{
    return locale.toString(shown(t), QStringLiteral("d MMM HH:mm:ss"));
}

QString momentWithZone(double t, const QLocale& locale)
{
    return moment(t, locale) + QLatin1Char(' ') + shown(t).timeZoneAbbreviation();
}

QString duration(double seconds, const QLocale& locale)
{
    const auto whole = std::llround(seconds);
    if (whole < 120) {
        return tr("%1 s").arg(locale.toString(whole));
    }
    if (whole < 3600) {
        return tr("%1 min").arg(locale.toString((whole + 30) / 60));
    }
    const auto minutes = (whole + 30) / 60;
    if (minutes % 60 == 0) {
        return tr("%1 h").arg(locale.toString(minutes / 60));
    }
    return tr("%1 h %2 min").arg(locale.toString(minutes / 60), locale.toString(minutes % 60));
}

QString cursorHint(const ChartUnit& unit, const std::vector<ChartLine>& lines, double t)
{
    QStringList parts{momentWithZone(t)};
    for (const ChartLine& line : lines) {
        const auto at = valueAt(line, t);
        parts << tr("%1 %2").arg(line.name, at ? value(unit, *at) : tr("no data"));
    }
    if (lines.size() >= 2) {
        const auto first = valueAt(lines[0], t);
        const auto second = valueAt(lines[1], t);
        if (first && second) {
            parts << tr("difference %1").arg(difference(unit, *first - *second));
        }
    }
    return parts.join(QStringLiteral("   "));
}

QStringList brushLines(const ChartUnit& unit, const std::vector<ChartLine>& lines,
                       const TimeRange& range)
{
    QStringList out{
        tr("%1 to %2, %3").arg(moment(range.from), momentWithZone(range.to), duration(range.width()))};
    for (const ChartLine& line : lines) {
        const auto edges = edgeValues(line, range);
        out << (edges ? tr("%1  %2 → %3,  %4")
                            .arg(line.name, value(unit, edges->first), value(unit, edges->second),
                                 difference(unit, edges->second - edges->first))
                      : tr("%1  too few values").arg(line.name));
    }
    return out;
}

int utcOffset(double t)
{
    return shown(t).offsetFromUtc();
}

} // namespace sluice::ui::charttext
