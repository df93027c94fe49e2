// SPDX-License-Identifier: GPL-3.0-or-later
// An evaluation in words, for people. The rule is compiled and walked once more, with a trace.
#include "core/flags/compiler.h"
#include "core/flags/evaluation.h"
#include "core/flags/flagsetimpl.h"
#include "core/flags/trace.h"

#include <fmt/format.h>

namespace sluice::flags {

namespace {

/// What targeting came to, and the conditions and buckets on the way there.
std::vector<ExplainStep> explainTargeting(const Flag& flag, const Program& program,
                                          const Environment& environment)
{
    Trace trace;
    ExplainStep last = evaluateAtLarge(
        program, environment, &trace, [](const Value& value, Fault fault) -> ExplainStep {
            if (fault != Fault::None) {
                return {"targeting", fmt::format("cannot be evaluated ({})", faultName(fault)),
                        Json::object()};
            }
            const Json given = value.toJson();
            return {"targeting",
                    value.isNull() ? std::string("gives null: the default variant")
                                   : fmt::format("gives {}", given.dump()),
                    {{"value", given}}};
        });
    last.detail["rule"] = flag.rule;
    auto steps = trace.take();
    steps.push_back(std::move(last));
    return steps;
}

ExplainStep variantStep(const Evaluation& result)
{
    if (result.error != EvaluationError::None) {
        return {"variant", fmt::format("none: {}", result.details), Json::object()};
    }
    if (result.value == nullptr) {
        return {"variant", "none: the caller's own default applies", Json::object()};
    }
    return {"variant",
            fmt::format("{}\"{}\"", result.reason == Reason::TargetingMatch ? "" : "by default ",
                        result.variant),
            {{"variant", result.variant}, {"value", *result.value}}};
}

ExplainStep resultStep(const Evaluation& result)
{
    ExplainStep step{"result",
                     std::string(reasonName(result.reason)),
                     {{"reason", reasonName(result.reason)}, {"metadata", *result.metadata}}};
    if (result.error != EvaluationError::None) {
        step.outcome += fmt::format(", {}: {}", evaluationErrorName(result.error), result.details);
        step.detail["error_code"] = evaluationErrorName(result.error);
        step.detail["error_details"] = result.details;
    }
    return step;
}

} // namespace

std::vector<ExplainStep> FlagSet::explain(std::string_view key, const Context& context,
                                          SystemTime now) const
{
    const Evaluation result = evaluate(key, context, now);
    const Flag* flag = m_impl->find(key);
    if (flag == nullptr) {
        return {resultStep(result)};
    }
    std::vector<ExplainStep> steps{
        {"state",
         flag->enabled ? "enabled" : "disabled: the caller's own default applies",
         {{"state", flag->enabled ? "ENABLED" : "DISABLED"}}}};
    if (!flag->enabled) {
        steps.push_back(resultStep(result));
        return steps;
    }
    if (!flag->targeting) {
        steps.push_back({"targeting",
                         flag->parseError.empty() ? "none: the default variant" : flag->parseError,
                         Json::object()});
    } else if (const auto program =
                   Compiler(&m_impl->evaluators, m_impl->generation, true)
                       .compile(flag->rule, pointerTo(pointerTo("/flags", key), "targeting"))) {
        auto made = explainTargeting(*flag, *program, environmentOf(*flag, context, now));
        steps.insert(steps.end(), std::make_move_iterator(made.begin()),
                     std::make_move_iterator(made.end()));
    }
    steps.push_back(variantStep(result));
    steps.push_back(resultStep(result));
    return steps;
}

} // namespace sluice::flags
