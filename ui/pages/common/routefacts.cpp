// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/common/routefacts.h"

#include "ui/models/format.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace sluice::ui {

namespace {

UnitName unitName(const Json& ref)
{
    return {read::text(ref, "alias"), read::text(ref, "id")};
}

QString tr(const char* text)
{
    return QCoreApplication::translate("sluice::ui", text);
}

QString compact(const Json& value)
{
    return QString::fromStdString(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

/// A value or a variable of JsonLogic.
QString operand(const Json& value)
{
    if (value.is_object() && value.size() == 1 && value.contains("var")) {
        const Json& name = value["var"];
        return name.is_array() && !name.empty() ? operand(name[0]) : operand(name);
    }
    if (value.is_string()) {
        return QString::fromStdString(value.get<std::string>());
    }
    if (value.is_array()) {
        QStringList parts;
        for (const Json& part : value) {
            parts << operand(part);
        }
        return parts.join(QStringLiteral(", "));
    }
    return value.is_object() ? conditionText(value) : compact(value);
}

QString joined(const Json& parts, const QString& between)
{
    QStringList texts;
    for (const Json& part : parts) {
        texts << conditionText(part);
    }
    return texts.join(between);
}

/// The words between two operands, or nothing for an operator that has none.
QString relation(const std::string& op)
{
    if (op == "==" || op == "===") {
        return QStringLiteral("=");
    }
    if (op == "!=" || op == "!==") {
        return QStringLiteral("≠");
    }
    if (op == "<" || op == "<=" || op == ">" || op == ">=") {
        return QString::fromStdString(op);
    }
    if (op == "in") {
        return tr("is one of");
    }
    if (op == "starts_with") {
        return tr("starts with");
    }
    return op == "ends_with" ? tr("ends with") : QString();
}

} // namespace

QString UnitName::name() const
{
    return alias.isEmpty() ? shortId() : alias;
}

QString UnitName::shortId() const
{
    return id.isEmpty() ? QString() : format::shortId(id);
}

double RouteFacts::controlPercent() const noexcept
{
    return hasCandidate() ? std::min(percent, 100 - percent) : 0;
}

double RouteFacts::stablePercent() const noexcept
{
    return hasCandidate() ? 100 - percent - controlPercent() : 100;
}

QString conditionText(const Json& logic)
{
    if (!logic.is_object() || logic.size() != 1) {
        return compact(logic);
    }
    const std::string& op = logic.begin().key();
    const Json& arguments = logic.begin().value();
    if (arguments.is_array() && (op == "and" || op == "or")) {
        return joined(arguments, op == "and" ? tr(" and ") : tr(" or "));
    }
    if (op == "!") {
        return tr("not (%1)")
            .arg(conditionText(arguments.is_array() && !arguments.empty() ? arguments[0]
                                                                          : arguments));
    }
    const QString words = relation(op);
    if (words.isEmpty() || !arguments.is_array() || arguments.size() != 2) {
        return compact(logic);
    }
    return operand(arguments[0]) + QLatin1Char(' ') + words + QLatin1Char(' ') +
           operand(arguments[1]);
}

RouteFacts routeFacts(const Json& route)
{
    RouteFacts facts;
    facts.name = read::text(route, "name");
    facts.stable = unitName(read::child(route, "stable"));
    facts.candidate = unitName(read::child(route, "candidate"));
    const Json& good = read::child(route, "known_good");
    facts.knownGood = unitName(read::child(good, "unit"));
    facts.knownGoodRevision = read::integer(good, "revision").value_or(0);
    facts.percent = read::number(route, "percent").value_or(0);
    facts.bucketBy = read::text(route, "bucket_by");
    for (const Json& rule : read::child(route, "rules")) {
        facts.rules.push_back({conditionText(read::child(rule, "when")), read::text(rule, "arm")});
    }
    facts.allowed = static_cast<int>(read::child(route, "allow").size());
    if (route.is_object() && route.contains("killed") && route["killed"].is_object()) {
        const Json& killed = route["killed"];
        facts.killed =
            KillFacts{unitName(read::child(killed, "unit")), read::text(killed, "actor"),
                      read::text(killed, "reason"), read::integer(killed, "at").value_or(0)};
    }
    facts.shadowPercent = read::number(read::child(route, "shadow"), "percent").value_or(0);
    facts.changedAt = read::integer(route, "changed_at").value_or(0);
    facts.changedBy = read::text(route, "changed_by");
    facts.simulated = read::flag(route, "simulated");
    facts.guard = read::child(route, "guard");
    return facts;
}

} // namespace sluice::ui
