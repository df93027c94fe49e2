// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/providers/decoder.h"
#include "core/providers/jsonwalk.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::providers {

/// What an answer has told so far; gathered over its chunks.
struct AnswerFacts
{
    std::optional<Usage> usage;
    std::string finishReason;
    std::string model;
    bool refusal = false;
    std::uint64_t tokensSaid = 0; ///< Decoder::tokensSaid()
};

/// One chat.completion or chat.completion.chunk, as far as passing it on needs to know.
struct AnswerShape
{
    bool error = false;   ///< has a member "error" that is not null
    bool choices = false; ///< has at least one choice
    bool content = false; ///< a choice says something: text, refusal, tool call, a finish, or a
                          ///< member unknown to us
    bool usage = false;   ///< has a usage that is not null
    /// The member "usage" and the comma that goes with it: [begin, end) of the text, empty if it is
    /// not there.
    std::size_t usageBegin = 0;
    std::size_t usageEnd = 0;
};

/// Reads answers, reusing its memory. One thread.
class AnswerReader
{
public:
    /// False: not a JSON object, or members of types that no answer has.
    bool read(std::string_view text, AnswerShape& shape, AnswerFacts& facts);
    void shrink(std::size_t keepBytes) { m_walk.shrink(keepBytes); }

private:
    using Value = JsonWalk::Value;

    bool member(std::string_view key, Value& value);
    bool choices(Value& value, std::string_view& raw);
    bool choice(Value& value);
    bool says(Value& value);
    void countSaid(std::size_t bytes);
    bool usage(Value& value, std::string_view& raw);
    bool usageDetails(Value& value, std::string_view name, std::int64_t& out);
    bool text(Value& value, std::string& out, std::string_view& raw);

    JsonWalk m_walk;
    AnswerShape* m_shape = nullptr;
    AnswerFacts* m_facts = nullptr;
    const char* m_previousEnd = nullptr; ///< of the member before, in the walk's copy
    bool m_usageFirst = false;
};

} // namespace sluice::providers
