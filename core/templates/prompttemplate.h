// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::templates {

enum class MessageRole : std::uint8_t
{
    System,
    User,
    Assistant,
    Tool
};

/// A rendered message. Roles come from template nodes only: no variable's value can start a new
/// message.
struct Message
{
    MessageRole role = MessageRole::User;
    std::string text;
};

/// What a rendering may cost.
struct RenderLimits
{
    std::size_t outputBytes = std::size_t{1} << 20U;
    std::size_t messages = 256;
};

/// A `.prompt` file (dotprompt, strict profile), parsed once: YAML front matter and a body of text,
/// {{variable}},
/// {{role "system"}} and {{history}}. Values are appended to messages as they are and never looked
/// at again. Immutable; share as shared_ptr<const PromptTemplate>. Any thread.
class PromptTemplate
{
public:
    /// Parses and checks, up to 1 MiB. Variables that an input schema does not declare, helpers and
    /// blocks are errors. Errors name line and column, or the JSON pointer below "/input" of the
    /// front matter.
    static Result<std::shared_ptr<const PromptTemplate>> parse(std::string_view source);
    ~PromptTemplate();

    /// The front matter as JSON (model, config, input, output, …); {} without one.
    [[nodiscard]] const Json& frontMatter() const noexcept;
    /// Names of the variables that the body reads, sorted.
    [[nodiscard]] const std::vector<std::string>& variables() const noexcept;

    /// Renders to messages. Missing, unknown or mistyped variables are InvalidArgument with the
    /// JSON pointer below "/prompt/variables". Position of the history (the client's own messages)
    /// is `historyIndex` in the result: it goes before that message.
    struct Rendered
    {
        std::vector<Message> messages;
        std::size_t historyIndex = 0;
    };
    [[nodiscard]] Result<Rendered> render(const Json& variables,
                                          const RenderLimits& limits = {}) const;

private:
    struct Impl;
    explicit PromptTemplate(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace sluice::templates
