// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/targeting.h"

#include <QCoreApplication>
#include <QStringList>

#include <numeric>

namespace sluice::ui {

namespace {

constexpr std::int64_t kMaxWeight = 2'147'483'647; ///< flagd: the sum of a split's weights

QString tr(const char* text)
{
    return QCoreApplication::translate("sluice::ui", text);
}

const Json& flagKeyVariable()
{
    static const Json kVariable{{"var", "$flagd.flagKey"}};
    return kVariable;
}

std::optional<std::string> attributeOf(const Json& logic)
{
    return logic.is_object() && logic.size() == 1 && logic.contains("var") &&
                   logic["var"].is_string()
               ? std::optional(logic["var"].get<std::string>())
               : std::nullopt;
}

/// Reads what is hashed from a fractional's first operand; false if it is something else.
bool readKey(const Json& operand, Split& split)
{
    if (const auto attribute = attributeOf(operand)) {
        split.key = Split::Key::Attribute;
        split.attribute = *attribute;
        return true;
    }
    if (operand.is_object() && operand.size() == 1 && operand.contains("cat") &&
        operand["cat"].is_array() && operand["cat"].size() == 2 &&
        operand["cat"][0] == flagKeyVariable()) {
        const auto attribute = attributeOf(operand["cat"][1]);
        split.key = Split::Key::FlagAndAttribute;
        split.attribute = attribute.value_or("");
        return attribute.has_value();
    }
    return false;
}

std::optional<Split> readSplit(const Json& logic)
{
    if (!logic.is_object() || logic.size() != 1 || !logic.contains("fractional") ||
        !logic["fractional"].is_array() || logic["fractional"].empty()) {
        return std::nullopt;
    }
    const Json& operands = logic["fractional"];
    Split split;
    std::size_t begin = 0;
    if (!operands[0].is_array()) {
        if (!readKey(operands[0], split)) {
            return std::nullopt;
        }
        begin = 1;
    }
    for (std::size_t i = begin; i < operands.size(); ++i) {
        const Json& part = operands[i];
        if (!part.is_array() || part.empty() || part.size() > 2 || !part[0].is_string() ||
            (part.size() == 2 && (!part[1].is_number_integer() || part[1] < 0))) {
            return std::nullopt;
        }
        split.parts.push_back({part[0].get<std::string>(),
                               part.size() == 2 ? part[1].get<std::int64_t>() : 1,
                               part.size() == 1});
    }
    return split.parts.empty() ? std::nullopt : std::optional(split);
}

Json writeSplit(const Split& split)
{
    Json operands = Json::array();
    const Json attribute{{"var", split.attribute}};
    if (split.key == Split::Key::Attribute) {
        operands.push_back(attribute);
    } else if (split.key == Split::Key::FlagAndAttribute) {
        operands.push_back({{"cat", Json::array({flagKeyVariable(), attribute})}});
    }
    for (const Split::Part& part : split.parts) {
        operands.push_back(part.bare && part.weight == 1
                               ? Json::array({part.variant})
                               : Json::array({part.variant, part.weight}));
    }
    return {{"fractional", std::move(operands)}};
}

Outcome readOutcome(const Json& logic)
{
    if (logic.is_string()) {
        return {logic.get<std::string>()};
    }
    if (logic.is_null()) {
        return {Outcome::Default{}};
    }
    if (auto split = readSplit(logic)) {
        return {std::move(*split)};
    }
    return {logic};
}

Json writeOutcome(const Outcome& outcome)
{
    if (const auto* name = std::get_if<std::string>(&outcome.content)) {
        return *name;
    }
    if (const auto* split = std::get_if<Split>(&outcome.content)) {
        return writeSplit(*split);
    }
    const auto* foreign = std::get_if<Json>(&outcome.content);
    return foreign != nullptr ? *foreign : Json(nullptr);
}

TargetingRule readRule(const Json& when, Outcome then)
{
    TargetingRule rule;
    rule.then = std::move(then);
    const bool off = when.is_object() && when.size() == 1 && when.contains("and") &&
                     when["and"].is_array() && when["and"].size() == 2 &&
                     when["and"][0] == Json(false);
    rule.enabled = !off;
    rule.when = readCondition(off ? when["and"][1] : when);
    return rule;
}

Json writeWhen(const TargetingRule& rule)
{
    Json when = writeCondition(rule.when);
    return rule.enabled ? when : Json{{"and", Json::array({false, std::move(when)})}};
}

QString splitProblem(const Split& split)
{
    if (split.parts.empty()) {
        return tr("the split has no variants");
    }
    if (split.key != Split::Key::Targeting && split.attribute.empty()) {
        return tr("say which attribute the split hashes");
    }
    if (split.total() <= 0) {
        return tr("the split's weights are all 0");
    }
    return split.total() > kMaxWeight ? tr("the split's weights add up to more than 2,147,483,647")
                                      : QString();
}

QString outcomeProblem(const Outcome& outcome)
{
    if (const auto* name = std::get_if<std::string>(&outcome.content)) {
        return name->empty() ? tr("choose what it gives") : QString();
    }
    const auto* split = std::get_if<Split>(&outcome.content);
    return split == nullptr ? QString() : splitProblem(*split);
}

} // namespace

std::int64_t Split::total() const
{
    return std::accumulate(parts.begin(), parts.end(), std::int64_t{0},
                           [](std::int64_t sum, const Part& part) { return sum + part.weight; });
}

Targeting readTargeting(const Json& targeting)
{
    Targeting read;
    if (targeting.is_null() || (targeting.is_object() && targeting.empty())) {
        return read;
    }
    const bool branches = targeting.is_object() && targeting.size() == 1 &&
                          targeting.contains("if") && targeting["if"].is_array() &&
                          targeting["if"].size() >= 2;
    if (branches) {
        const Json& operands = targeting["if"];
        for (std::size_t i = 0; i + 1 < operands.size(); i += 2) {
            read.rules.push_back(readRule(operands[i], readOutcome(operands[i + 1])));
        }
        if (operands.size() % 2 == 1) {
            read.otherwise = readOutcome(operands.back());
        }
    } else if (auto split = readSplit(targeting)) {
        read.otherwise = Outcome{std::move(*split)};
    }
    if (writeTargeting(read).dump() != targeting.dump()) {
        read = {};
        read.foreign = targeting;
    }
    return read;
}

Json writeTargeting(const Targeting& targeting)
{
    if (targeting.foreign) {
        return *targeting.foreign;
    }
    if (targeting.rules.empty()) {
        // Targeting must be an object: a plain variant for everybody is a rule that always holds.
        if (!targeting.otherwise ||
            std::holds_alternative<Outcome::Default>(targeting.otherwise->content)) {
            return Json::object();
        }
        Json all = writeOutcome(*targeting.otherwise);
        return all.is_object() ? all : Json{{"if", Json::array({true, std::move(all)})}};
    }
    Json operands = Json::array();
    for (const TargetingRule& rule : targeting.rules) {
        operands.push_back(writeWhen(rule));
        operands.push_back(writeOutcome(rule.then));
    }
    if (targeting.otherwise) {
        operands.push_back(writeOutcome(*targeting.otherwise));
    }
    return {{"if", std::move(operands)}};
}

Targeting readRouteRules(const Json& rules)
{
    Targeting read;
    if (!rules.is_array()) {
        return read;
    }
    for (const Json& rule : rules) {
        const Json arm = rule.is_object() ? rule.value("arm", Json("")) : Json("");
        read.rules.push_back(
            readRule(rule.is_object() ? rule.value("when", Json()) : Json(), readOutcome(arm)));
    }
    return read;
}

Json writeRouteRules(const Targeting& targeting)
{
    Json rules = Json::array();
    for (const TargetingRule& rule : targeting.rules) {
        rules.push_back({{"when", writeWhen(rule)}, {"arm", writeOutcome(rule.then)}});
    }
    return rules;
}

QStringList targetingProblems(const Targeting& targeting)
{
    QStringList problems;
    for (std::size_t i = 0; i < targeting.rules.size(); ++i) {
        QStringList own = conditionProblems(targeting.rules[i].when);
        if (const QString outcome = outcomeProblem(targeting.rules[i].then); !outcome.isEmpty()) {
            own << outcome;
        }
        for (const QString& problem : own) {
            problems << tr("Rule %1: %2.").arg(i + 1).arg(problem);
        }
    }
    if (targeting.otherwise) {
        if (const QString problem = outcomeProblem(*targeting.otherwise); !problem.isEmpty()) {
            problems << tr("Everybody else: %1.").arg(problem);
        }
    }
    return problems;
}

} // namespace sluice::ui
