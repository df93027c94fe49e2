// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/condition.h"

#include "core/base/semver.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <array>
#include <cmath>

namespace sluice::ui {

namespace {

constexpr int kShareParts = 10000; ///< a share is written in parts of 0.01 %

struct Row
{
    Comparison comparison;
    ValueShape shape;
    const char* op;   ///< JsonLogic's operator; null where the shape is particular
    const char* sign; ///< sem_ver's operator, or null
    const char* words;
};

constexpr std::array<Row, 22> kRows{{
    {Comparison::Is, ValueShape::Scalar, "==", nullptr, QT_TR_NOOP("is")},
    {Comparison::IsNot, ValueShape::Scalar, "!=", nullptr, QT_TR_NOOP("is not")},
    {Comparison::In, ValueShape::List, "in", nullptr, QT_TR_NOOP("is one of")},
    {Comparison::NotIn, ValueShape::List, nullptr, nullptr, QT_TR_NOOP("is none of")},
    {Comparison::Contains, ValueShape::Text, nullptr, nullptr, QT_TR_NOOP("contains")},
    {Comparison::StartsWith, ValueShape::Text, "starts_with", nullptr, QT_TR_NOOP("starts with")},
    {Comparison::EndsWith, ValueShape::Text, "ends_with", nullptr, QT_TR_NOOP("ends with")},
    {Comparison::Greater, ValueShape::Number, ">", nullptr, QT_TR_NOOP("is greater than")},
    {Comparison::AtLeast, ValueShape::Number, ">=", nullptr, QT_TR_NOOP("is at least")},
    {Comparison::Less, ValueShape::Number, "<", nullptr, QT_TR_NOOP("is less than")},
    {Comparison::AtMost, ValueShape::Number, "<=", nullptr, QT_TR_NOOP("is at most")},
    {Comparison::VersionIs, ValueShape::Version, "sem_ver", "=", QT_TR_NOOP("version is")},
    {Comparison::VersionIsNot, ValueShape::Version, "sem_ver", "!=", QT_TR_NOOP("version is not")},
    {Comparison::VersionAbove, ValueShape::Version, "sem_ver", ">", QT_TR_NOOP("version is above")},
    {Comparison::VersionAtLeast, ValueShape::Version, "sem_ver",
     ">=", QT_TR_NOOP("version is at least")},
    {Comparison::VersionBelow, ValueShape::Version, "sem_ver", "<", QT_TR_NOOP("version is below")},
    {Comparison::VersionAtMost, ValueShape::Version, "sem_ver",
     "<=", QT_TR_NOOP("version is at most")},
    {Comparison::VersionSameMajor, ValueShape::Version, "sem_ver", "^",
     QT_TR_NOOP("version has the major number of")},
    {Comparison::VersionSameMinor, ValueShape::Version, "sem_ver", "~",
     QT_TR_NOOP("version has major and minor number of")},
    {Comparison::Share, ValueShape::Percent, nullptr, nullptr, QT_TR_NOOP("falls into a share of")},
    {Comparison::Exists, ValueShape::None, nullptr, nullptr, QT_TR_NOOP("is known")},
    {Comparison::Absent, ValueShape::None, nullptr, nullptr, QT_TR_NOOP("is not known")},
}};

const Row& rowOf(Comparison comparison)
{
    return *std::find_if(kRows.begin(), kRows.end(),
                         [&](const Row& row) { return row.comparison == comparison; });
}

QString tr(const char* text)
{
    return QCoreApplication::translate("sluice::ui", text);
}

bool isScalar(const Json& value)
{
    return value.is_string() || value.is_number() || value.is_boolean();
}

/// The operand of an object with exactly the member `op`; null if it is something else.
const Json* operandOf(const Json& logic, const char* op)
{
    return logic.is_object() && logic.size() == 1 && logic.begin().key() == op
               ? &logic.begin().value()
               : nullptr;
}

std::optional<std::string> variableOf(const Json& logic)
{
    const Json* name = operandOf(logic, "var");
    if (name != nullptr && name->is_array() && name->size() == 1) {
        name = &(*name)[0];
    }
    return name != nullptr && name->is_string() && !name->get_ref<const std::string&>().empty()
               ? std::optional(name->get<std::string>())
               : std::nullopt;
}

Json variable(const std::string& attribute)
{
    return {{"var", attribute}};
}

/// {op: [{"var": attribute}, …]} with two or three operands.
std::optional<Condition> readOperator(const std::string& op, const Json& operands)
{
    const auto attribute = variableOf(operands[0]);
    if (!attribute) {
        return std::nullopt;
    }
    const bool version = op == "sem_ver";
    if (operands.size() != (version ? 3U : 2U)) {
        return std::nullopt;
    }
    const Json& value = operands.back();
    if (value.is_null() && (op == "==" || op == "!=")) {
        return Condition{
            *attribute, op == "==" ? Comparison::Absent : Comparison::Exists, nullptr, {}, {}};
    }
    for (const Row& row : kRows) {
        if (row.op == nullptr || op != row.op || (version && operands[1] != row.sign)) {
            continue;
        }
        const bool fits =
            row.shape == ValueShape::List
                ? value.is_array() && std::all_of(value.begin(), value.end(), isScalar)
            : row.shape == ValueShape::Scalar ? isScalar(value)
            : row.shape == ValueShape::Number ? value.is_number()
                                              : value.is_string();
        return fits ? std::optional(Condition{*attribute, row.comparison, value, {}, {}})
                    : std::nullopt;
    }
    return std::nullopt;
}

/// {"fractional": [key, [true, a], [false, b]]}, the key an attribute, salted or not.
std::optional<Condition> readShare(const Json& operands)
{
    if (!operands.is_array() || operands.size() != 3) {
        return std::nullopt;
    }
    const auto weight = [&](std::size_t i, bool wanted) -> std::optional<double> {
        const Json& part = operands[i];
        return part.is_array() && part.size() == 2 && part[0] == Json(wanted) &&
                       part[1].is_number_integer() && part[1] >= 0
                   ? std::optional(part[1].get<double>())
                   : std::nullopt;
    };
    const auto in = weight(1, true);
    const auto out = weight(2, false);
    if (!in || !out || *in + *out <= 0) {
        return std::nullopt;
    }
    Condition condition{{}, Comparison::Share, *in * 100 / (*in + *out), {}, {}};
    if (const Json* salted = operandOf(operands[0], "cat")) {
        if (!salted->is_array() || salted->size() != 2 || !(*salted)[0].is_string()) {
            return std::nullopt;
        }
        const auto attribute = variableOf((*salted)[1]);
        condition.salt = (*salted)[0].get<std::string>();
        condition.attribute = attribute.value_or("");
    } else {
        condition.attribute = variableOf(operands[0]).value_or("");
    }
    return condition.attribute.empty() ? std::nullopt : std::optional(condition);
}

std::optional<Condition> readLeaf(const Json& logic)
{
    if (!logic.is_object() || logic.size() != 1) {
        return std::nullopt;
    }
    const std::string& op = logic.begin().key();
    const Json& operands = logic.begin().value();
    if (op == "fractional") {
        return readShare(operands);
    }
    if (op == "!") {
        const bool wrapped = operands.is_array() && operands.size() == 1;
        auto inner = readLeaf(wrapped ? operands[0] : operands);
        if (inner && inner->comparison == Comparison::In) {
            inner->comparison = Comparison::NotIn;
            return inner;
        }
        return std::nullopt;
    }
    if (!operands.is_array() || operands.size() < 2) {
        return std::nullopt;
    }
    if (op == "in" && operands.size() == 2 && operands[0].is_string()) {
        const auto attribute = variableOf(operands[1]);
        return attribute
                   ? std::optional(Condition{*attribute, Comparison::Contains, operands[0], {}, {}})
                   : std::nullopt;
    }
    return readOperator(op, operands);
}

Json writeNew(const Condition& condition)
{
    const Row& row = rowOf(condition.comparison);
    const Json attribute = variable(condition.attribute);
    switch (condition.comparison) {
    case Comparison::NotIn:
        return {{"!", Json::array({Json{{"in", Json::array({attribute, condition.value})}}})}};
    case Comparison::Contains:
        return {{"in", Json::array({condition.value, attribute})}};
    case Comparison::Exists:
        return {{"!=", Json::array({attribute, nullptr})}};
    case Comparison::Absent:
        return {{"==", Json::array({attribute, nullptr})}};
    case Comparison::Share: {
        const double percent = condition.value.is_number() ? condition.value.get<double>() : 0;
        const auto in = static_cast<int>(std::lround(std::clamp(percent, 0.0, 100.0) * 100));
        const Json key = condition.salt.empty()
                             ? attribute
                             : Json{{"cat", Json::array({condition.salt, attribute})}};
        return {{"fractional", Json::array({key, Json::array({true, in}),
                                            Json::array({false, kShareParts - in})})}};
    }
    default:
        return row.sign == nullptr
                   ? Json{{row.op, Json::array({attribute, condition.value})}}
                   : Json{{row.op, Json::array({attribute, row.sign, condition.value})}};
    }
}

Json writeLeaf(const Condition& condition)
{
    if (condition.source) {
        const auto was = readLeaf(*condition.source);
        if (was && was->attribute == condition.attribute &&
            was->comparison == condition.comparison && was->value == condition.value &&
            was->salt == condition.salt) {
            return *condition.source;
        }
    }
    return writeNew(condition);
}

Json writeNode(const ConditionNode& node);

Json writeGroup(const ConditionGroup& group)
{
    if (group.implied && group.parts.size() == 1 && group.join == ConditionGroup::Join::All) {
        return writeNode(group.parts.front());
    }
    Json parts = Json::array();
    for (const ConditionNode& part : group.parts) {
        parts.push_back(writeNode(part));
    }
    if (group.join == ConditionGroup::Join::None) {
        Json any{{"or", std::move(parts)}};
        return {{"!", group.bare ? std::move(any) : Json::array({std::move(any)})}};
    }
    return {{group.join == ConditionGroup::Join::All ? "and" : "or", std::move(parts)}};
}

Json writeNode(const ConditionNode& node)
{
    if (const auto* condition = std::get_if<Condition>(&node.content)) {
        return writeLeaf(*condition);
    }
    const auto* group = std::get_if<ConditionGroup>(&node.content);
    return group != nullptr ? writeGroup(*group) : std::get<Json>(node.content);
}

ConditionNode readNode(const Json& logic);

std::optional<ConditionGroup> readGroup(const Json& logic)
{
    ConditionGroup group;
    const Json* parts = operandOf(logic, "and");
    if (parts == nullptr) {
        parts = operandOf(logic, "or");
        group.join = ConditionGroup::Join::Any;
    }
    if (parts == nullptr) {
        const Json* negated = operandOf(logic, "!");
        group.join = ConditionGroup::Join::None;
        group.bare = negated != nullptr && negated->is_object();
        if (negated != nullptr && negated->is_array() && negated->size() == 1) {
            negated = &(*negated)[0];
        }
        parts = negated == nullptr ? nullptr : operandOf(*negated, "or");
    }
    if (parts == nullptr || !parts->is_array() || parts->empty()) {
        return std::nullopt;
    }
    for (const Json& part : *parts) {
        group.parts.push_back(readNode(part));
    }
    return group;
}

ConditionNode readNode(const Json& logic)
{
    if (auto leaf = readLeaf(logic)) {
        leaf->source = logic;
        return {std::move(*leaf)};
    }
    auto group = readGroup(logic);
    if (group && writeGroup(*group).dump() == logic.dump()) {
        return {std::move(*group)};
    }
    return {logic};
}

/// The words of conditionText() between attribute and value; people read signs faster.
QString relation(Comparison comparison)
{
    switch (comparison) {
    case Comparison::Is:
        return QStringLiteral("=");
    case Comparison::IsNot:
        return QStringLiteral("≠");
    case Comparison::Greater:
        return QStringLiteral(">");
    case Comparison::AtLeast:
        return QStringLiteral("≥");
    case Comparison::Less:
        return QStringLiteral("<");
    case Comparison::AtMost:
        return QStringLiteral("≤");
    default:
        return comparisonText(comparison);
    }
}

QString plainValue(const Json& value)
{
    if (value.is_string()) {
        return QString::fromStdString(value.get<std::string>());
    }
    if (value.is_array()) {
        QStringList parts;
        for (const Json& part : value) {
            parts << plainValue(part);
        }
        return parts.join(QStringLiteral(", "));
    }
    return QString::fromStdString(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

QString leafText(const Condition& condition)
{
    QString text = QString::fromStdString(condition.attribute) + QLatin1Char(' ') +
                   relation(condition.comparison);
    if (condition.comparison == Comparison::Share) {
        return text + QLatin1Char(' ') + plainValue(condition.value) + QStringLiteral(" %");
    }
    return shapeOf(condition.comparison) == ValueShape::None
               ? text
               : text + QLatin1Char(' ') + plainValue(condition.value);
}

QString groupText(const ConditionGroup& group, bool outermost);

QString nodeText(const ConditionNode& node)
{
    if (const auto* leaf = std::get_if<Condition>(&node.content)) {
        return leafText(*leaf);
    }
    const auto* group = std::get_if<ConditionGroup>(&node.content);
    return group != nullptr ? groupText(*group, false) : plainValue(std::get<Json>(node.content));
}

QString groupText(const ConditionGroup& group, bool outermost)
{
    if (group.parts.empty()) {
        return tr("always");
    }
    QStringList texts;
    for (const ConditionNode& part : group.parts) {
        texts << nodeText(part);
    }
    const bool all = group.join == ConditionGroup::Join::All;
    const QString joined = texts.join(all ? tr(" and ") : tr(" or "));
    if (group.join == ConditionGroup::Join::None) {
        return tr("not (%1)").arg(joined);
    }
    return outermost || texts.size() < 2 ? joined : QStringLiteral("(%1)").arg(joined);
}

QString leafProblem(const Condition& condition)
{
    if (condition.attribute.empty()) {
        return tr("say which attribute is compared");
    }
    const QString name = QString::fromStdString(condition.attribute);
    switch (shapeOf(condition.comparison)) {
    case ValueShape::List:
        return condition.value.empty() ? tr("%1: give at least one value").arg(name) : QString();
    case ValueShape::Number:
        return condition.value.is_number() ? QString() : tr("%1: give a number").arg(name);
    case ValueShape::Version:
        return condition.value.is_string() &&
                       SemanticVersion::parseLoosely(condition.value.get<std::string>())
                   ? QString()
                   : tr("%1: give a version such as 1.4.0").arg(name);
    case ValueShape::Scalar:
        return condition.value.is_null() ? tr("%1: give a value").arg(name) : QString();
    default:
        return {};
    }
}

} // namespace

const std::vector<Comparison>& comparisons()
{
    static const std::vector<Comparison> kAll = [] {
        std::vector<Comparison> all;
        for (const Row& row : kRows) {
            all.push_back(row.comparison);
        }
        return all;
    }();
    return kAll;
}

QString comparisonText(Comparison comparison)
{
    return tr(rowOf(comparison).words);
}

ValueShape shapeOf(Comparison comparison)
{
    return rowOf(comparison).shape;
}

Json valueForShape(const Json& value, ValueShape shape)
{
    const Json first = value.is_array() ? (value.empty() ? Json("") : value[0]) : value;
    const auto text = [&] {
        return first.is_string() ? first : Json(first.is_null() ? std::string() : first.dump());
    };
    switch (shape) {
    case ValueShape::Scalar:
        return first.is_null() ? Json("") : first;
    case ValueShape::List:
        return value.is_array()                       ? value
               : value.is_null() || value == Json("") ? Json::array()
                                                      : Json::array({value});
    case ValueShape::Text:
    case ValueShape::Version:
        return text();
    case ValueShape::Number:
        return first.is_number() ? first : Json(nullptr);
    case ValueShape::Percent:
        return first.is_number() && first >= 0 && first <= 100 ? first : Json(10.0);
    case ValueShape::None:
        return nullptr;
    }
    return nullptr;
}

ConditionGroup readCondition(const Json& logic)
{
    ConditionGroup always;
    always.implied = true;
    if (logic == Json(true)) {
        return always;
    }
    ConditionNode node = readNode(logic);
    if (auto* group = std::get_if<ConditionGroup>(&node.content)) {
        return std::move(*group);
    }
    always.parts.push_back(std::move(node));
    return always;
}

Json writeCondition(const ConditionGroup& group)
{
    return group.parts.empty() ? Json(true) : writeGroup(group);
}

QString conditionText(const Json& logic)
{
    return groupText(readCondition(logic), true);
}

QStringList conditionProblems(const ConditionGroup& group)
{
    QStringList problems;
    for (const ConditionNode& part : group.parts) {
        if (const auto* leaf = std::get_if<Condition>(&part.content)) {
            if (const QString problem = leafProblem(*leaf); !problem.isEmpty()) {
                problems << problem;
            }
        } else if (const auto* inner = std::get_if<ConditionGroup>(&part.content)) {
            problems << (inner->parts.empty() ? QStringList{tr("a group is empty")}
                                              : conditionProblems(*inner));
        }
    }
    return problems;
}

} // namespace sluice::ui
