// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/format.h"

#include <QLocale>

#include <cmath>

namespace sluice::ui {

namespace format {

QString dash()
{
    return QStringLiteral("\u2013");
}

QString count(double value, int decimals)
{
    return QLocale().toString(value, 'f', decimals);
}

QString percent(double value)
{
    const double hundredths = std::round(value * 100.0);
    const int decimals =
        std::fmod(hundredths, 100.0) == 0.0 ? 0 : (std::fmod(hundredths, 10.0) == 0.0 ? 1 : 2);
    return QLocale().toString(hundredths / 100.0, 'f', decimals) + QStringLiteral("\u00a0%");
}

QString milliseconds(std::optional<double> value)
{
    if (!value || !std::isfinite(*value)) {
        return dash();
    }
    if (*value >= 10'000.0) {
        return QLocale().toString(*value / 1000.0, 'f', 1) + QStringLiteral("\u00a0s");
    }
    return QLocale().toString(*value, 'f', *value < 10.0 ? 1 : 0) + QStringLiteral("\u00a0ms");
}

QString micros(std::optional<double> value)
{
    if (!value || !std::isfinite(*value)) {
        return dash();
    }
    if (*value < 1000.0) {
        return QLocale().toString(*value, 'f', 0) + QStringLiteral("\u00a0µs");
    }
    if (*value < 1'000'000.0) {
        return QLocale().toString(*value / 1000.0, 'f', *value < 100'000.0 ? 1 : 0) +
               QStringLiteral("\u00a0ms");
    }
    return QLocale().toString(*value / 1'000'000.0, 'f', 2) + QStringLiteral("\u00a0s");
}

QString currencySymbol(const QString& currency)
{
    return currency == QLatin1String("USD")   ? QStringLiteral("$")
           : currency == QLatin1String("EUR") ? QStringLiteral("€")
                                              : currency;
}

QString money(std::optional<double> micros, const QString& currency)
{
    if (!micros || !std::isfinite(*micros)) {
        return dash();
    }
    const QString sign = currencySymbol(currency);
    const QString symbol = sign.size() > 1 ? QString(sign + QLatin1Char(' ')) : sign;
    if (std::abs(*micros) < 10'000.0 && *micros != 0.0) {
        return symbol + QLocale().toString(*micros / 1000.0, 'f', 2) + QStringLiteral("\u00a0m");
    }
    return symbol + QLocale().toString(*micros / 1'000'000.0, 'f', 2);
}

QString perMinute(double value)
{
    return QLocale().toString(value, 'f', value > 0.0 && value < 10.0 ? 1 : 0) +
           QStringLiteral("\u00a0req/min");
}

QString duration(std::chrono::microseconds length)
{
    const double seconds = std::max(0.0, std::chrono::duration<double>(length).count());
    const QLocale locale;
    if (seconds < 10.0) {
        return locale.toString(seconds, 'f', 1) + QStringLiteral("\u00a0s");
    }
    if (seconds < 90.0) {
        return locale.toString(seconds, 'f', 0) + QStringLiteral("\u00a0s");
    }
    if (seconds < 90.0 * 60.0) {
        return locale.toString(seconds / 60.0, 'f', 0) + QStringLiteral("\u00a0min");
    }
    if (seconds < 48.0 * 3600.0) {
        return locale.toString(seconds / 3600.0, 'f', 0) + QStringLiteral("\u00a0h");
    }
    return locale.toString(seconds / 86400.0, 'f', 0) + QStringLiteral("\u00a0d");
}

QString age(std::chrono::microseconds age)
{
    //: an age: %1 is a duration such as "3 min"
    return QObject::tr("%1 ago").arg(duration(age));
}

namespace {
Zone shownZone = Zone::Local;
}

void setZone(Zone zone)
{
    shownZone = zone;
}

Zone zone()
{
    return shownZone;
}

QDateTime at(std::int64_t micros)
{
    return QDateTime::fromMSecsSinceEpoch(micros / 1000,
                                          shownZone == Zone::Utc ? Qt::UTC : Qt::LocalTime);
}

QString zoneName()
{
    return shownZone == Zone::Utc ? QStringLiteral("UTC") : QObject::tr("local time");
}

QString zoneShort()
{
    //: beside a column's title: the times are local ones
    return shownZone == Zone::Utc ? QStringLiteral("UTC") : QObject::tr("local");
}

QString timeOfDay(std::int64_t micros)
{
    return at(micros).toString(QStringLiteral("HH:mm:ss"));
}

QString dateTime(std::int64_t micros)
{
    return QLocale().toString(at(micros), QStringLiteral("d MMM HH:mm:ss"));
}

QString moment(std::int64_t micros)
{
    return dateTime(micros) + QLatin1Char(' ') + at(micros).timeZoneAbbreviation();
}

QString shortId(const QString& unitId)
{
    return unitId.startsWith(QLatin1String("u_")) ? unitId.mid(2, 8) : unitId.left(8);
}

} // namespace format

namespace read {

namespace {
const Json* find(const Json& object, const char* member)
{
    if (!object.is_object()) {
        return nullptr;
    }
    const auto found = object.find(member);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}
} // namespace

QString text(const Json& object, const char* member)
{
    const Json* found = find(object, member);
    return found != nullptr && found->is_string()
               ? QString::fromStdString(found->get_ref<const std::string&>())
               : QString();
}

std::optional<double> number(const Json& object, const char* member)
{
    const Json* found = find(object, member);
    return found != nullptr && found->is_number() ? std::optional(found->get<double>())
                                                  : std::nullopt;
}

std::optional<std::int64_t> integer(const Json& object, const char* member)
{
    const Json* found = find(object, member);
    return found != nullptr && found->is_number() ? std::optional(found->get<std::int64_t>())
                                                  : std::nullopt;
}

bool flag(const Json& object, const char* member)
{
    const Json* found = find(object, member);
    return found != nullptr && found->is_boolean() && found->get<bool>();
}

const Json& child(const Json& object, const char* member)
{
    static const Json kEmpty = Json::object();
    const Json* found = find(object, member);
    return found != nullptr && found->is_structured() ? *found : kEmpty;
}

QString unitName(const Json& unitRef)
{
    const QString alias = text(unitRef, "alias");
    return alias.isEmpty() ? format::shortId(text(unitRef, "id")) : alias;
}

} // namespace read

} // namespace sluice::ui
