// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/servingtable.h"

namespace sluice::gateway {

namespace {

std::string roleName(templates::MessageRole role)
{
    switch (role) {
    case templates::MessageRole::System:
        return "system";
    case templates::MessageRole::User:
        return "user";
    case templates::MessageRole::Assistant:
        return "assistant";
    case templates::MessageRole::Tool:
        return "tool";
    }
    return "user";
}

Status checkParts(const UnitRuntime::Parts& parts)
{
    if (parts.id.empty()) {
        return fail(ErrorCode::InvalidArgument, "a unit without an id cannot serve");
    }
    if (!parts.codec) {
        return fail(ErrorCode::InvalidArgument,
                    "unit " + parts.id.text() + " has no codec for its provider");
    }
    if ((parts.provider.kind == "simulator") != (parts.simulator != nullptr)) {
        return fail(ErrorCode::InvalidArgument, "provider " + parts.provider.name.text() +
                                                    ": kind simulator and a simulator go together");
    }
    if (parts.unit.prompt.has_value() != (parts.prompt != nullptr)) {
        return fail(ErrorCode::InvalidArgument,
                    parts.unit.prompt
                        ? "unit " + parts.id.text() + " names the prompt " +
                              parts.unit.prompt->name + "@" + parts.unit.prompt->version +
                              ", which is not loaded"
                        : "unit " + parts.id.text() + " names no prompt but has one loaded");
    }
    return {};
}

} // namespace

UnitRuntime::UnitRuntime(Parts parts, Ready ready)
    : m_parts(std::move(parts))
    , m_ready(std::move(ready))
{
}

UnitRuntime::~UnitRuntime() = default;

UnitRuntime::Ready::Prompt UnitRuntime::promptOf(templates::PromptTemplate::Rendered rendered)
{
    Ready::Prompt prompt;
    prompt.historyIndex = rendered.historyIndex;
    prompt.messages.reserve(rendered.messages.size());
    for (templates::Message& message : rendered.messages) {
        prompt.messages.push_back({roleName(message.role), std::move(message.text)});
    }
    return prompt;
}

Result<std::shared_ptr<UnitRuntime>> UnitRuntime::make(Parts parts)
{
    if (Status checked = checkParts(parts); !checked) {
        return std::move(checked).error();
    }
    Ready ready;
    if (!parts.simulator) {
        Result<net::Endpoint> endpoint =
            net::endpointFromUrl(parts.provider.baseUrl, parts.provider.local);
        if (!endpoint) {
            return std::move(endpoint).error();
        }
        ready.endpoint = std::move(*endpoint);
        ready.pool = (parts.provider.local ? "local " : "public ") + parts.provider.baseUrl;
    }
    Result<std::shared_ptr<const providers::PreparedUnit>> prepared =
        parts.codec->prepare(parts.unit);
    if (!prepared) {
        return std::move(prepared).error();
    }
    ready.prepared = std::move(*prepared);
    if (parts.prompt) {
        ready.promptLabel = parts.unit.prompt->name + "@" + parts.unit.prompt->version;
        if (parts.prompt->variables().empty()) {
            Result<templates::PromptTemplate::Rendered> rendered =
                parts.prompt->render(Json::object());
            if (rendered) { // one that fails without variables fails for each request, with its
                            // reason
                ready.fixedPrompt = promptOf(std::move(*rendered));
            }
        }
    }
    return std::shared_ptr<UnitRuntime>(new UnitRuntime(std::move(parts), std::move(ready)));
}

} // namespace sluice::gateway
