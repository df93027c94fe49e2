// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/flags/context.h"
#include "core/flags/fractional.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sluice::flags {

struct Program;

/// Why an evaluation has no value.
enum class Fault : std::uint8_t
{
    None,
    NotANumber,       ///< arithmetic or an ordering on something that is not a number
    InvalidArguments, ///< an operator was given what it cannot take
    TooComplex,       ///< the step or memory budget of one evaluation was exceeded
};

/// "not a number", …, for people.
std::string_view faultName(Fault fault) noexcept;

/// What a rule may read.
struct Environment
{
    const Context* context = nullptr; ///< attributes of the request; or else
    const Json* data = nullptr;       ///< any JSON document
    std::string_view flagKey;         ///< $flagd.flagKey, and the salt of `fractional`'s short form
    std::int64_t unixSeconds = 0;     ///< $flagd.timestamp
};

/// The shared rules of a flag set, by name; a rule names one as {"$ref": "name"}.
using Evaluators = Json;

/// A JsonLogic rule with flagd's operators (fractional, sem_ver, starts_with, ends_with), compiled.
/// Immutable. Any thread. Evaluation takes no lock and allocates nothing.
class CompiledRule
{
public:
    /// Everything that can be known before a request comes is checked here: unknown operators,
    /// numbers of arguments, depth (32 operations) and size. InvalidArgument or TooLarge with the
    /// JSON pointer below `where`; NotFound for a "$ref" that names none of `evaluators`.
    static Result<CompiledRule> compile(const Json& rule, std::string_view where = {},
                                        const Evaluators* evaluators = nullptr,
                                        Generation generation = Generation::V2);
    CompiledRule(CompiledRule&&) noexcept;
    CompiledRule& operator=(CompiledRule&&) noexcept;
    ~CompiledRule();

    struct Match
    {
        bool matched = false;
        Fault fault = Fault::None; ///< a rule that cannot be evaluated does not match
    };
    /// Whether the rule's value is truthy.
    [[nodiscard]] Match match(const Environment& environment) const noexcept;

    struct Outcome
    {
        Json value;
        Fault fault = Fault::None;
    };
    /// The rule's value, copied out. Allocates.
    [[nodiscard]] Outcome evaluate(const Environment& environment) const;

    /// First names of the attributes that the rule reads by a fixed path, sorted.
    [[nodiscard]] std::span<const std::string> attributesRead() const noexcept;
    /// Number of steps that it was compiled to.
    [[nodiscard]] std::size_t size() const noexcept;
    [[nodiscard]] const Program& program() const noexcept { return *m_program; }

private:
    explicit CompiledRule(std::unique_ptr<const Program> program);
    std::unique_ptr<const Program> m_program;
};

} // namespace sluice::flags
