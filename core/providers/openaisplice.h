// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/providers/codec.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::providers {

/// A unit as the OpenAI wire has it: members ready to be put into bodies.
class OpenAiUnit final : public PreparedUnit
{
public:
    struct Param
    {
        std::string name;
        std::string json;
        std::optional<std::int64_t> whole; ///< its value, if it is a whole number
    };

    static Result<std::shared_ptr<const OpenAiUnit>> make(const units::InferenceUnit& unit);

    [[nodiscard]] const std::string& model() const noexcept { return m_model; } ///< with its quotes
    /// Parameters, tools and response_format alike.
    [[nodiscard]] const std::vector<Param>& params() const noexcept { return m_params; }
    /// Index of `name`, where max_tokens and max_completion_tokens stand for each other;
    /// params().size() if none.
    [[nodiscard]] std::size_t indexOf(std::string_view name) const noexcept;
    /// Bytes that its members add to a body, at the most.
    [[nodiscard]] std::size_t bytes() const noexcept { return m_bytes; }

private:
    Status add(std::string name, const Json& value);

    std::string m_model;
    std::vector<Param> m_params;
    std::size_t m_bytes = 0;
};

/// Whether a member limits the length of the answer: the two names of one thing.
bool limitsTokens(std::string_view name) noexcept;

/// Builds the upstream's body out of the client's bytes and the unit's; see Codec::encode. Names
/// what was overridden in `ignored`.
Result<std::string> spliceBody(const EncodeInput& input, const OpenAiUnit& unit,
                               std::vector<std::string>& ignored);

} // namespace sluice::providers
