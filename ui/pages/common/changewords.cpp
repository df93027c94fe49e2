// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/common/changewords.h"

#include "ui/models/condition.h"
#include "ui/models/format.h"
#include "ui/models/targeting.h"
#include "ui/widgets/jsontext.h"

#include <QCoreApplication>
#include <QStringList>

#include <array>

namespace sluice::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("sluice::ui", text);
}

constexpr std::array<std::pair<const char*, const char*>, 33> kMembers{{
    {"/percent", QT_TR_NOOP("Candidate's share")},
    {"/stable", QT_TR_NOOP("Stable unit")},
    {"/candidate", QT_TR_NOOP("Candidate unit")},
    {"/bucket_by", QT_TR_NOOP("Bucketed by")},
    {"/allow", QT_TR_NOOP("Allow list")},
    {"/rules", QT_TR_NOOP("Targeting rules")},
    {"/guard", QT_TR_NOOP("Guard")},
    {"/guard/ttft_ms", QT_TR_NOOP("Guard: first token")},
    {"/guard/total_ms", QT_TR_NOOP("Guard: total")},
    {"/guard/idle_ms", QT_TR_NOOP("Guard: idle")},
    {"/guard/hedge_after_ms", QT_TR_NOOP("Guard: hedge after")},
    {"/guard/deadline_ms", QT_TR_NOOP("Guard: deadline")},
    {"/guard/min_tokens_per_s", QT_TR_NOOP("Guard: tokens a second, at least")},
    {"/shadow", QT_TR_NOOP("Shadow")},
    {"/shadow/unit", QT_TR_NOOP("Shadow: unit")},
    {"/shadow/percent", QT_TR_NOOP("Shadow: share")},
    {"/session", QT_TR_NOOP("Sessions")},
    {"/session/on_rollback", QT_TR_NOOP("Sessions on a rollback")},
    {"/session/on_kill", QT_TR_NOOP("Sessions on the red button")},
    {"/system_messages", QT_TR_NOOP("System messages")},
    {"/request_params", QT_TR_NOOP("Request parameters")},
    {"/capture", QT_TR_NOOP("Capture")},
    {"/capture/mode", QT_TR_NOOP("Capture: mode")},
    {"/capture/percent", QT_TR_NOOP("Capture: share")},
    {"/capture/days", QT_TR_NOOP("Capture: days kept")},
    {"/killed", QT_TR_NOOP("Rolled back")},
    {"/fractional_version", QT_TR_NOOP("Generation of fractional")},
    {"/state", QT_TR_NOOP("State")},
    {"/variants", QT_TR_NOOP("Variants")},
    {"/defaultVariant", QT_TR_NOOP("Default variant")},
    {"/targeting", QT_TR_NOOP("Targeting")},
    {"/metadata", QT_TR_NOOP("Metadata")},
    {"", QT_TR_NOOP("As a whole")},
}};

QString rulesText(const Json& rules)
{
    QStringList lines;
    for (const Json& rule : rules) {
        lines << tr("%1. %2 → %3")
                     .arg(QString::number(lines.size() + 1),
                          conditionText(rule.is_object() ? rule.value("when", Json()) : Json()),
                          read::text(rule, "arm"));
    }
    return lines.isEmpty() ? tr("none") : lines.join(QLatin1Char('\n'));
}

QString listText(const Json& values)
{
    constexpr std::size_t shown = 8;
    QStringList texts;
    for (std::size_t i = 0; i < values.size() && i < shown; ++i) {
        texts << (values[i].is_string() ? QString::fromStdString(values[i].get<std::string>())
                                        : QString::fromStdString(values[i].dump()));
    }
    if (values.empty()) {
        return tr("empty");
    }
    const QString text = texts.join(QStringLiteral(", "));
    return values.size() > shown
               ? tr("%1 and %2 more")
                     .arg(text, format::count(static_cast<double>(values.size() - shown)))
               : text;
}

} // namespace

QString changedMember(const QString& pointer)
{
    for (const auto& [known, words] : kMembers) {
        if (pointer == QLatin1String(known)) {
            return tr(words);
        }
    }
    for (const auto& [known, words] : kMembers) {
        const QString below = QLatin1String(known) + QLatin1Char('/');
        if (*known != '\0' && pointer.startsWith(below)) {
            return tr("%1: %2").arg(tr(words), pointer.mid(below.size()));
        }
    }
    return pointer;
}

QString changedValue(const QString& pointer, const Json& value)
{
    if (value.is_null()) {
        return format::dash();
    }
    if (value.is_object() && (value.contains("id") || value.contains("alias"))) {
        return read::unitName(value);
    }
    if (value.is_object() && pointer == QLatin1String("/killed")) {
        return tr("%1 by %2: %3")
            .arg(read::unitName(read::child(value, "unit")), read::text(value, "actor"),
                 read::text(value, "reason"));
    }
    if (value.is_number() && pointer.endsWith(QLatin1String("percent"))) {
        return format::percent(value.get<double>());
    }
    if (value.is_number() && pointer.endsWith(QLatin1String("_ms"))) {
        return format::milliseconds(value.get<double>());
    }
    if (value.is_array() && pointer == QLatin1String("/rules")) {
        return rulesText(value);
    }
    if (value.is_array() && pointer == QLatin1String("/allow")) {
        return listText(value);
    }
    if (value.is_string()) {
        return QString::fromStdString(value.get<std::string>());
    }
    constexpr int width = 48;
    return jsontext::pretty(value, width);
}

} // namespace sluice::ui
