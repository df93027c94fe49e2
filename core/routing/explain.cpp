// SPDX-License-Identifier: GPL-3.0-or-later
// An assignment in words, for people; what it says is what assign() did.
#include "core/flags/murmur3.h"
#include "core/routing/compiledroute.h"

#include <fmt/format.h>

namespace sluice::routing {

namespace {

std::string percentText(BasisPoints percent)
{
    return percent % 100 == 0 ? fmt::format("{} %", percent / 100)
                              : fmt::format("{:.2f} %", static_cast<double>(percent) / 100);
}

std::string bucketOutcome(std::uint32_t bucket, BasisPoints percent)
{
    switch (armOfBucket(bucket, percent)) {
    case Arm::Candidate:
        return fmt::format("bucket {} is below {}: candidate", bucket, percent);
    case Arm::Control:
        return fmt::format("bucket {} is among the last {}: control", bucket,
                           std::min(percent, 10000 - percent));
    case Arm::Stable:
    case Arm::Shadow:
        break;
    }
    return fmt::format("bucket {} is in neither share: stable", bucket);
}

/// The rules up to the one that matched; true if one did.
bool explainRules(const std::vector<flags::CompiledRule>& rules, const RouteDefinition& definition,
                  const flags::Environment& environment, std::vector<ExplainStep>& steps)
{
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const auto match = rules[i].match(environment);
        const bool candidate = definition.rules[i].arm == RuleArm::Candidate;
        std::string outcome = "does not match";
        if (match.fault != flags::Fault::None) {
            outcome = fmt::format("does not match: it cannot be evaluated ({})",
                                  flags::faultName(match.fault));
        } else if (match.matched) {
            outcome = fmt::format("matches: {}", candidate ? "candidate" : "stable");
        }
        steps.push_back({fmt::format("rule {}", i + 1),
                         std::move(outcome),
                         {{"when", definition.rules[i].when}}});
        if (match.matched) {
            return true;
        }
    }
    return false;
}

ExplainStep killStep(const Route& route)
{
    if (!route.killed) {
        return {"kill", "the red button is not pressed", Json::object()};
    }
    return {"kill",
            fmt::format("the red button was pressed by {}: whoever would have the killed unit gets "
                        "the known good one",
                        route.killed->actor),
            {{"unit", route.killed->unit.text()},
             {"reason", route.killed->reason},
             {"at", route.killed->atMicros}}};
}

} // namespace

std::vector<ExplainStep> CompiledRoute::explain(const flags::Context& context) const
{
    const Impl& impl = *m_impl;
    const RouteDefinition& definition = impl.route.definition;
    const Assignment result = assign(context);
    std::vector<ExplainStep> steps{killStep(impl.route)};
    if (result.hasKey) {
        steps.push_back({"key",
                         fmt::format("{} is \"{}\"", definition.bucketBy, result.key),
                         {{"bucket_by", definition.bucketBy}, {"key", std::string(result.key)}}});
    } else {
        steps.push_back({"key",
                         fmt::format("no {}: stable, outside all evidence", definition.bucketBy),
                         {{"bucket_by", definition.bucketBy}}});
    }
    if (result.hasKey && !impl.stableKilled && !definition.candidate) {
        steps.push_back({"candidate", "there is no candidate: stable", Json::object()});
    }
    if (result.hasKey && !impl.stableKilled && definition.candidate) {
        const bool allowed = impl.allow.find(result.key) != impl.allow.end();
        steps.push_back({"allow",
                         allowed ? "on the allow list: candidate" : "not on the allow list",
                         {{"entries", definition.allow.size()}}});
        if (!allowed && !explainRules(*impl.rules, definition, impl.environment(context), steps)) {
            const BasisPoints percent = impl.percent();
            steps.push_back({"bucket",
                             bucketOutcome(result.bucket, percent),
                             {{"hash", flags::murmur3(impl.route.name.text(), result.key)},
                              {"bucket", result.bucket},
                              {"percent", percentToJson(percent)},
                              {"hashed", impl.route.name.text() + std::string(result.key)}}});
        }
    }
    steps.push_back(
        {"result",
         fmt::format("{}, by {}{}", units::armName(result.arm), units::assignedByName(result.by),
                     definition.candidate
                         ? ", the candidate's share being " + percentText(definition.percent)
                         : std::string()),
         {{"unit", result.unit->text()}}});
    return steps;
}

} // namespace sluice::routing
