// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/json.h"

#include <QDateTime>
#include <QString>

#include <chrono>
#include <optional>

namespace sluice::ui {

/// Numbers, money, times and names as people read them, through the default QLocale. Pure functions
/// of their arguments and the locale. A null or missing value is "–": it is never shown as zero.
namespace format {

QString count(double value, int decimals = 0);     ///< "1,240"
QString percent(double value);                     ///< 5 -> "5 %", 12.34 -> "12.34 %"
QString milliseconds(std::optional<double> value); ///< "861 ms", "12.4 s" from 10 s up
QString micros(std::optional<double> value);       ///< a stage's time: "42 µs", "1.3 ms", "2.1 s"
/// "$", "€", or the code itself; empty for none.
QString currencySymbol(const QString& currency);
/// Money in millionths of the currency: "$2.41 m" (thousandths) below a cent, else "$0.38".
QString money(std::optional<double> micros, const QString& currency);
QString perMinute(double value);                    ///< "1,240 req/min"
QString age(std::chrono::microseconds age);         ///< "0.4 s ago", "3 min ago"
QString duration(std::chrono::microseconds length); ///< "0.4 s", "12 min", "3 h"
QString timeOfDay(std::int64_t micros);             ///< "09:12:44"
QString dateTime(std::int64_t micros);              ///< "23 Nov 09:12:44"
QString moment(std::int64_t micros);                ///< "23 Nov 09:12:44 UTC", for sentences
QString shortId(const QString& unitId);             ///< "u_3f9c02d1…" -> "3f9c02d1"
QString dash();                                     ///< "–"

/// Which clock on the wall times are shown by. One for the whole console, like QLocale's default:
/// GUI thread only; whoever sets it makes shown texts anew (MainWindow does, by
/// JsonTableModel::refreshTexts() and QEvent::LocaleChange to every widget).
enum class Zone
{
    Local,
    Utc
};
void setZone(Zone zone);
Zone zone();
QDateTime at(std::int64_t micros); ///< Unix microseconds on that clock
QString zoneName();                ///< "local time" or "UTC"
QString zoneShort();               ///< "local" or "UTC", beside headers and axes

} // namespace format

/// Reading the control plane's JSON where absence is not an error: the views show "–" for it.
namespace read {

QString text(const Json& object, const char* member);
std::optional<double> number(const Json& object, const char* member);
std::optional<std::int64_t> integer(const Json& object, const char* member);
bool flag(const Json& object, const char* member);
/// The member if it is an object or array, else an empty object.
const Json& child(const Json& object, const char* member);
/// A UnitRef's alias, or its short id without one; empty for null.
QString unitName(const Json& unitRef);

} // namespace read

} // namespace sluice::ui
