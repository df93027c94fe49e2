// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/flags/rule.h"

#include "core/flags/compiler.h"
#include "core/flags/evaluator.h"

namespace sluice::flags {

std::string_view faultName(Fault fault) noexcept
{
    switch (fault) {
    case Fault::None:
        return "no fault";
    case Fault::NotANumber:
        return "not a number";
    case Fault::InvalidArguments:
        return "invalid arguments";
    case Fault::TooComplex:
        return "too complex";
    }
    return "";
}

CompiledRule::CompiledRule(std::unique_ptr<const Program> program)
    : m_program(std::move(program))
{
}
CompiledRule::CompiledRule(CompiledRule&&) noexcept = default;
CompiledRule& CompiledRule::operator=(CompiledRule&&) noexcept = default;
CompiledRule::~CompiledRule() = default;

Result<CompiledRule> CompiledRule::compile(const Json& rule, std::string_view where,
                                           const Evaluators* evaluators)
{
    auto program = Compiler(evaluators).compile(rule, std::string(where));
    if (!program) {
        return std::move(program).error();
    }
    return CompiledRule(std::make_unique<const Program>(std::move(*program)));
}

CompiledRule::Match CompiledRule::match(const Environment& environment) const noexcept
{
    Evaluator evaluator(*m_program, environment);
    const bool truthy = evaluator.run().truthy();
    return {truthy && evaluator.fault() == Fault::None, evaluator.fault()};
}

CompiledRule::Outcome CompiledRule::evaluate(const Environment& environment) const
{
    Evaluator evaluator(*m_program, environment);
    const Value value = evaluator.run();
    if (evaluator.fault() != Fault::None) {
        return {nullptr, evaluator.fault()};
    }
    return {value.toJson(), Fault::None};
}

std::span<const std::string> CompiledRule::attributesRead() const noexcept
{
    return m_program->attributes;
}

} // namespace sluice::flags
