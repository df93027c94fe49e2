// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/promptbinding.h"

#include "core/gateway/versionrange.h"

#include <fmt/format.h>

namespace sluice::gateway {

namespace {

/// Of a unit without a prompt: what was meant for one must not vanish.
std::optional<ApiError> checkNothingIsLost(const providers::ChatRequest& chat)
{
    const char* member = chat.promptVariables && !chat.promptVariables->empty() ? "variables"
                         : !chat.promptVersion.empty()                          ? "version"
                                                                                : nullptr;
    if (member == nullptr) {
        return std::nullopt;
    }
    return ApiError{400, "prompt_not_used",
                    fmt::format("The route's unit has no prompt, so prompt.{} would be lost: leave "
                                "out \"prompt\", or release a unit with one.",
                                member),
                    fmt::format("/prompt/{}", member)};
}

std::optional<ApiError> checkReference(const UnitRuntime& unit, const providers::ChatRequest& chat)
{
    const std::optional<units::PromptRef>& released = unit.parts().unit.prompt;
    if (!chat.promptId.empty() && (!released || released->name != chat.promptId)) {
        return ApiError{
            404, "prompt_unknown",
            released
                ? fmt::format("The route's unit has the prompt \"{}\", not \"{}\": send that as "
                              "prompt.id, or leave it out.",
                              released->name, chat.promptId)
                : fmt::format(
                      "The route's unit has no prompt, so \"{}\" cannot be filled: leave out "
                      "\"prompt\", or release a unit with it.",
                      chat.promptId),
            "/prompt/id"};
    }
    if (!released) {
        return checkNothingIsLost(chat);
    }
    if (chat.promptVersion.empty()) {
        return std::nullopt;
    }
    switch (matchVersion(released->version, chat.promptVersion)) {
    case VersionMatch::Yes:
        return std::nullopt;
    case VersionMatch::No:
        return ApiError{
            409, "prompt_version_incompatible",
            fmt::format(
                "The route serves {}@{}, which is not within \"{}\": widen prompt.version, or ask "
                "for a compatible release.",
                released->name, released->version, chat.promptVersion),
            "/prompt/version"};
    case VersionMatch::BadRange:
        break;
    }
    return ApiError{
        400, "prompt_version_invalid",
        fmt::format(
            "\"{}\" is not a version range; write \"1.2.3\", \"1.x\", \"^1.2\" or \">=1.0 <2\".",
            chat.promptVersion),
        "/prompt/version"};
}

} // namespace

std::optional<ApiError> bindPrompt(const UnitRuntime& unit, const providers::ChatRequest& chat,
                                   BoundPrompt& bound)
{
    if (std::optional<ApiError> wrong = checkReference(unit, chat)) {
        return wrong;
    }
    if (!unit.parts().prompt) {
        return std::nullopt;
    }
    if (unit.ready().fixedPrompt && (!chat.promptVariables || chat.promptVariables->empty())) {
        bound.prompt = &*unit.ready().fixedPrompt;
        return std::nullopt;
    }
    static const Json kNoVariables = Json::object();
    Result<templates::PromptTemplate::Rendered> rendered =
        unit.parts().prompt->render(chat.promptVariables ? *chat.promptVariables : kNoVariables);
    if (!rendered) {
        const Error& error = rendered.error();
        return ApiError{400, "prompt_variable_invalid", error.message,
                        error.where.empty() ? "/prompt/variables" : error.where};
    }
    bound.own = UnitRuntime::promptOf(std::move(*rendered));
    bound.prompt = &bound.own;
    return std::nullopt;
}

} // namespace sluice::gateway
