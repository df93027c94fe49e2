// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/condition.h"

#include <cstdint>

namespace sluice::ui {

/// flagd's `fractional` as a form shows it: variants with whole weights, listed in the order in
/// which people enter as a weight grows.
struct Split
{
    /// What is hashed: flag and targetingKey, one attribute, or flag and attribute.
    enum class Key
    {
        Targeting,
        Attribute,
        FlagAndAttribute
    };
    struct Part
    {
        std::string variant;
        std::int64_t weight = 1;
        bool bare = false; ///< written without its weight of 1
        bool operator==(const Part&) const = default;
    };

    Key key = Key::Targeting;
    std::string attribute;
    std::vector<Part> parts;

    [[nodiscard]] std::int64_t total() const;
    bool operator==(const Split&) const = default;
};

/// What a rule gives to whom it matches.
struct Outcome
{
    struct Default ///< null: the flag's default variant
    {
        bool operator==(const Default&) const = default;
    };
    /// A variant or an arm, a split, the default, or JsonLogic that no form expresses.
    std::variant<std::string, Split, Default, Json> content;
};

struct TargetingRule
{
    bool enabled = true; ///< a disabled one is written as {"and": [false, …]}: it never matches
    ConditionGroup when{ConditionGroup::Join::All, {}, true, false};
    Outcome then;
};

/// Rules in their order, and what everybody else gets.
struct Targeting
{
    std::vector<TargetingRule> rules;
    /// Of flags: for who matches no rule; nothing = the flag's default variant.
    std::optional<Outcome> otherwise;
    /// A flag's targeting that is not a list of rules: kept as it is.
    std::optional<Json> foreign;
};

/// A flag's "targeting" member; null or {} has no rules. Anything is read: what a list of rules
/// cannot express is `foreign`. Pure.
Targeting readTargeting(const Json& targeting);
/// readTargeting()'s inverse; an empty object without rules.
Json writeTargeting(const Targeting& targeting);

/// A route's "rules": [{"when", "arm"}]. Pure.
Targeting readRouteRules(const Json& rules);
Json writeRouteRules(const Targeting& targeting);

/// Why it cannot be saved yet, one sentence a problem, each with its rule's number.
QStringList targetingProblems(const Targeting& targeting);

} // namespace sluice::ui
