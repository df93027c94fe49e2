// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <QString>
#include <QStringList>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sluice::ui {

/// How a condition compares an attribute; in the order in which people choose.
enum class Comparison
{
    Is,
    IsNot,
    In,
    NotIn,
    Contains,
    StartsWith,
    EndsWith,
    Greater,
    AtLeast,
    Less,
    AtMost,
    VersionIs,
    VersionIsNot,
    VersionAbove,
    VersionAtLeast,
    VersionBelow,
    VersionAtMost,
    VersionSameMajor, ///< flagd's "^": the same major number, nothing about order
    VersionSameMinor, ///< flagd's "~": the same major and minor number
    Share,
    Exists,
    Absent
};

/// What kind of value a comparison takes.
enum class ValueShape
{
    Scalar,
    List,
    Text,
    Number,
    Version,
    Percent,
    None
};

/// All comparisons, in order.
const std::vector<Comparison>& comparisons();
/// In people's words: "is one of".
QString comparisonText(Comparison comparison);
ValueShape shapeOf(Comparison comparison);
/// `value` made fit for another shape without losing what fits: a scalar becomes a list of one.
Json valueForShape(const Json& value, ValueShape shape);

/// One comparison of one attribute, as a form shows it.
struct Condition
{
    std::string attribute;
    Comparison comparison = Comparison::Is;
    /// A scalar; an array of scalars for lists; a percentage 0..100 for Share; null for None.
    Json value = "";
    /// Of Share: text hashed before the attribute, so that two shares choose different people.
    std::string salt;
    /// As it was read; written again byte for byte while nothing above has changed.
    std::optional<Json> source;
};

struct ConditionNode;

/// Conditions that hold together: all of them, any of them, or none.
struct ConditionGroup
{
    enum class Join
    {
        All,
        Any,
        None
    };

    Join join = Join::All;
    std::vector<ConditionNode> parts;
    /// A rule's outermost group that is not written while it holds a single part.
    bool implied = false;
    /// None, negated without brackets: {"!": {"or": …}}.
    bool bare = false;
};

/// A part of a group: a condition, a group, or JsonLogic that no form expresses, kept as it is.
struct ConditionNode
{
    std::variant<Condition, ConditionGroup, Json> content;
};

/// A JsonLogic condition as the form's outermost group. Every document can be read: what the form
/// cannot express, and what it would not write back byte for byte, stays JSON in its place. Pure.
ConditionGroup readCondition(const Json& logic);
/// The JsonLogic of a form; readCondition()'s inverse. A group without parts is `true`.
Json writeCondition(const ConditionGroup& group);

/// A JsonLogic condition in words: "org_id = org-internal", "plan is one of trial, free"; what has
/// no words of its own is shown as compact JSON.
QString conditionText(const Json& logic);

/// Why the form cannot be written yet, one sentence a problem; empty if it can.
QStringList conditionProblems(const ConditionGroup& group);

} // namespace sluice::ui
