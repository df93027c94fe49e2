// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/flags/explainstep.h"
#include "core/flags/program.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace sluice::flags {

/// Writes down what an evaluation came by. Private to core/flags; one evaluation, one thread.
class Trace
{
public:
    /// A `fractional` with what it hashed and what came of it.
    struct Fraction
    {
        std::string_view place; ///< its JSON pointer
        Generation generation;
        std::string_view flagKey;
        Value by; ///< the bucketing value, or the targetingKey
        bool shortForm;
        std::optional<std::uint32_t> hash;
        std::span<const Share> shares; ///< none if the buckets cannot be used
        Value chosen;
    };

    /// A condition of an "if", at the JSON pointer `place`.
    void condition(std::string_view place, const Value& value);
    void fraction(const Fraction& fraction);
    [[nodiscard]] std::vector<ExplainStep> take() { return std::move(m_steps); }

private:
    void add(ExplainStep step);

    std::vector<ExplainStep> m_steps;
};

} // namespace sluice::flags
