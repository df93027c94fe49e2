// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::providers {

/// A chat request of the OpenAI surface, read with simdjson: the members routing needs as values,
/// the rest as spans of the client's own bytes, so that unknown members survive untouched.
struct ChatRequest
{
    std::string model; ///< the route's name
    bool stream = false;
    bool includeUsage = false; ///< stream_options.include_usage
    std::string user;          ///< safety_identifier, user or metadata.user_id, in that order
    std::optional<Json> promptVariables; ///< prompt.variables
    std::string promptId;
    std::string promptVersion;
    bool hasSystemMessage = false; ///< a message of role system or developer
    std::string_view
        includeUsageRaw; ///< the value of stream_options.include_usage inside its member, or empty
    /// Top-level members in order: key as it is between its quotes and raw JSON text, views into
    /// the body.
    struct Member
    {
        std::string_view key;
        std::string_view raw;
    };
    std::vector<Member> members;
    [[nodiscard]] const Member* find(std::string_view key) const noexcept;
};

/// Reads a body of the OpenAI Chat Completions surface, checking all of it: what is accepted is
/// JSON to its last byte, so that a raw member put into another body cannot reach beyond itself.
/// Not an object, no model, depth over 64, a member of those named above twice or of a wrong type:
/// InvalidArgument with the member in `where`
/// ("messages[2].role", "stream_options"), as OpenAI's `param` has it. null counts as absent.
/// The body must outlive the result. Called on I/O threads: use one ChatReader a thread.
class ChatReader
{
public:
    ChatReader();
    ~ChatReader();
    Result<ChatRequest> read(std::string_view body);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace sluice::providers
