// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/flags/rule.h"

#include "core/flags/compiler.h"
#include "core/flags/evaluation.h"

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
                                           const Evaluators* evaluators, Generation generation)
{
    auto program = Compiler(evaluators, generation).compile(rule, std::string(where));
    if (!program) {
        return std::move(program).error();
    }
    return CompiledRule(std::make_unique<const Program>(std::move(*program)));
}

CompiledRule::Match CompiledRule::match(const Environment& environment) const noexcept
{
    return flags::evaluate(*m_program, environment, [](const Value& value, Fault fault) {
        return Match{fault == Fault::None && value.truthy(), fault};
    });
}

CompiledRule::Outcome CompiledRule::evaluate(const Environment& environment) const
{
    return flags::evaluate(*m_program, environment, [](const Value& value, Fault fault) {
        return Outcome{fault == Fault::None ? value.toJson() : Json(), fault};
    });
}

std::size_t CompiledRule::size() const noexcept
{
    return m_program->nodes.size();
}

std::span<const std::string> CompiledRule::attributesRead() const noexcept
{
    return m_program->attributes;
}

} // namespace sluice::flags
