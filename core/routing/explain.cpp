// SPDX-License-Identifier: GPL-3.0-or-later
// An assignment in words, for people; what it says is what assign() did. Steps come in the order of
// precedence; one decides, and those after it say what would have happened without it.
#include "core/routing/compiledroute.h"

#include <fmt/format.h>

namespace sluice::routing {

namespace {

std::string percentText(BasisPoints percent)
{
    return percent % 100 == 0 ? fmt::format("{} %", percent / 100)
                              : fmt::format("{:.2f} %", static_cast<double>(percent) / 100);
}

std::string_view ruleArmName(RuleArm arm) noexcept
{
    return arm == RuleArm::Candidate ? "candidate" : "stable";
}

/// Puts steps one after the other; what comes after the deciding one is told as a possibility.
class Story
{
public:
    /// `outcome`: what came of a step that leaves the decision to those after it.
    void pass(std::string step, std::string outcome, Json detail = Json::object())
    {
        m_steps.push_back({std::move(step), std::move(outcome), std::move(detail), false});
    }
    /// A step that settles it: it decides if none before it did.
    void settle(std::string step, std::string_view finding, std::string_view arm,
                Json detail = Json::object())
    {
        m_steps.push_back({std::move(step),
                           m_decided ? fmt::format("{}: would have been {}", finding, arm)
                                     : fmt::format("{}: {}", finding, arm),
                           std::move(detail), !m_decided});
        m_decided = true;
    }
    void end(std::string outcome, Json detail)
    {
        m_steps.push_back({"result", std::move(outcome), std::move(detail), false});
    }
    [[nodiscard]] std::vector<ExplainStep> take() { return std::move(m_steps); }

private:
    std::vector<ExplainStep> m_steps;
    bool m_decided = false;
};

void tellKill(const Route& route, bool decides, Story& story)
{
    if (!route.killed) {
        story.pass("kill", "the red button is not pressed");
        return;
    }
    const std::string pressed =
        fmt::format("the red button was pressed by {}", route.killed->actor);
    Json detail{{"unit", route.killed->unit.text()},
                {"reason", route.killed->reason},
                {"at", route.killed->atMicros}};
    if (decides) {
        story.settle("kill", pressed, "the known good unit in place of the killed one",
                     std::move(detail));
    } else {
        story.pass("kill",
                   pressed + ": whoever would have the killed unit gets the known good one",
                   std::move(detail));
    }
}

void tellPin(const Pin* pin, bool honoured, Story& story)
{
    if (pin == nullptr) {
        story.pass("pin", "no session holds a unit");
        return;
    }
    Json detail{{"unit", pin->unit.text()}, {"arm", units::armName(pin->arm)}};
    if (honoured) {
        story.settle("pin", "the session holds its unit", units::armName(pin->arm),
                     std::move(detail));
    } else {
        story.pass("pin", "the session holds the killed unit, and has to let go",
                   std::move(detail));
    }
}

void tellRules(const Rules& rules, const Route& route,
               const flags::Environment& environment, Story& story)
{
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const Rule& rule = route.definition.rules[i];
        const auto match = rules[i].compiled.match(environment);
        std::string step = fmt::format("rule {}", i + 1);
        Json detail{{"when", rule.when}, {"arm", ruleArmName(rule.arm)}};
        if (match.matched) {
            story.settle(std::move(step), "matches", ruleArmName(rule.arm), std::move(detail));
        } else if (match.fault != flags::Fault::None) {
            story.pass(std::move(step),
                       fmt::format("does not match: it cannot be evaluated ({})",
                                   flags::faultName(match.fault)),
                       std::move(detail));
        } else {
            story.pass(std::move(step), "does not match", std::move(detail));
        }
    }
}

std::string bucketFinding(std::uint32_t bucket, BasisPoints percent)
{
    switch (armOfBucket(bucket, percent)) {
    case Arm::Candidate:
        return fmt::format("bucket {} is below {}", bucket, percent);
    case Arm::Control:
        return fmt::format("bucket {} is among the last {}", bucket,
                           std::min(percent, 10000 - percent));
    case Arm::Stable:
    case Arm::Shadow:
        break;
    }
    return fmt::format("bucket {} is in neither share", bucket);
}

} // namespace

std::vector<ExplainStep> CompiledRoute::explain(const flags::Context& context,
                                                const Pin* pin) const
{
    const Impl& impl = *m_impl;
    const RouteDefinition& definition = impl.route.definition;
    const std::string& name = impl.route.name.text();
    const Assignment result = assign(context, pin);
    const std::string key(result.key.text());
    Story story;
    tellKill(impl.route, result.by == AssignedBy::Kill, story);
    tellPin(pin, pin != nullptr && impl.honours(*pin), story);
    if (!result.hasKey) {
        story.settle("key", fmt::format("no {}, outside all evidence", definition.bucketBy),
                     "stable", {{"bucket_by", definition.bucketBy}});
    } else {
        story.pass("key", fmt::format("{} is \"{}\"", definition.bucketBy, key),
                   {{"bucket_by", definition.bucketBy}, {"key", key}});
    }
    if (result.hasKey && !definition.candidate) {
        story.settle("candidate", "there is no candidate", "stable");
    } else if (result.hasKey) {
        const Json entries{{"entries", definition.allow.size()}};
        if (impl.allows(key)) {
            story.settle("allow", "on the allow list", "candidate", entries);
        } else {
            story.pass("allow", "not on the allow list", entries);
        }
        tellRules(*impl.rules, impl.route, impl.environment(context), story);
        const BasisPoints percent = impl.percent();
        const Arm arm = armOfBucket(result.bucket, percent);
        const bool control = arm == Arm::Control && !impl.candidateKilled; // none during a kill
        story.settle("bucket", bucketFinding(result.bucket, percent),
                     units::armName(arm == Arm::Control && !control ? Arm::Stable : arm),
                     {{"hash", hashOf(name, key, impl.generation)},
                      {"bucket", result.bucket},
                      {"percent", percentToJson(percent)},
                      {"hashed", name + key},
                      {"generation", static_cast<int>(impl.generation)}});
    }
    story.end(fmt::format("{}, by {}{}", units::armName(result.arm),
                          units::assignedByName(result.by),
                          definition.candidate ? ", the candidate's share being " +
                                                     percentText(definition.percent)
                                               : std::string()),
              {{"unit", result.unit->text()}});
    return story.take();
}

} // namespace sluice::routing
