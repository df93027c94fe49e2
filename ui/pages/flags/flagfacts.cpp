// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/flags/flagfacts.h"

#include "ui/models/format.h"
#include "ui/models/targeting.h"

#include <QCoreApplication>

namespace sluice::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("sluice::ui", text);
}

QString typeOf(const Json& value)
{
    if (value.is_boolean()) {
        return QStringLiteral("boolean");
    }
    if (value.is_number()) {
        return QStringLiteral("number");
    }
    if (value.is_string()) {
        return QStringLiteral("string");
    }
    return value.is_object() ? QStringLiteral("object") : QString();
}

} // namespace

FlagFacts flagFacts(const std::string& key, const Json& definition)
{
    FlagFacts facts;
    facts.key = QString::fromStdString(key);
    facts.enabled = read::text(definition, "state") == QLatin1String("ENABLED");
    facts.defaultVariant = read::text(definition, "defaultVariant");
    for (const auto& [name, value] : read::child(definition, "variants").items()) {
        const QString type = typeOf(value);
        facts.type = facts.variants.isEmpty() || facts.type == type ? type : QString();
        facts.variants << QString::fromStdString(name);
    }
    const Targeting targeting =
        readTargeting(definition.is_object() ? definition.value("targeting", Json()) : Json());
    facts.rules = targeting.foreign
                      ? -1
                      : static_cast<int>(targeting.rules.size()) + (targeting.otherwise ? 1 : 0);
    return facts;
}

Json flagRows(const Json& list)
{
    Json rows = Json::array();
    const auto add = [&](const Json& flags, const char* owner, const Json& name) {
        for (const auto& [key, definition] : flags.items()) {
            Json row{{"key", key}, {"route", nullptr}, {"source", nullptr}};
            row["definition"] = definition;
            row[owner] = name.is_null() ? Json(key) : name;
            rows.push_back(std::move(row));
        }
    };
    for (const auto& [key, definition] : read::child(list, "flags").items()) {
        rows.push_back(
            {{"key", key}, {"route", nullptr}, {"source", nullptr}, {"definition", definition}});
    }
    for (const auto& [source, flags] : read::child(list, "imported").items()) {
        add(flags, "source", source);
    }
    add(read::child(list, "routes"), "route", nullptr);
    return rows;
}

Json newFlag()
{
    return {{"state", "ENABLED"},
            {"variants", {{"on", true}, {"off", false}}},
            {"defaultVariant", "off"},
            {"targeting", Json::object()}};
}

QString flagKeyProblem(const QString& key, const Json& rows)
{
    if (key.trimmed().isEmpty()) {
        return tr("Give the flag a key: it is what applications ask for.");
    }
    for (const Json& row : rows) {
        if (read::text(row, "key") == key.trimmed()) {
            return read::text(row, "route").isEmpty()
                       ? tr("There is a flag %1 already.").arg(key.trimmed())
                       : tr("%1 is a route, and a route is a flag of its own.").arg(key.trimmed());
        }
    }
    return {};
}

} // namespace sluice::ui
