// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/upstreamerror.h"

#include "core/base/json.h"
#include "core/providers/jsontext.h"

#include <fmt/format.h>

namespace sluice::providers {

namespace {

/// What servers that are nearly compatible say instead: FastAPI's detail, older vLLM's message.
std::string plainMessage(const Json& document)
{
    for (const char* key : {"error", "message", "detail"}) {
        if (const auto found = document.find(key); found != document.end() && found->is_string()) {
            return found->get<std::string>();
        }
    }
    return {};
}

} // namespace

std::string_view openAiErrorType(int status) noexcept
{
    switch (status) {
    case 401:
        return "authentication_error";
    case 403:
        return "permission_error";
    case 429:
        return "rate_limit_error";
    default:
        return status >= 400 && status < 500 ? "invalid_request_error" : "server_error";
    }
}

std::string openAiError(std::string_view message, std::string_view type)
{
    std::string out = R"({"error":{"message":)";
    appendJsonString(out, message);
    out += R"(,"type":)";
    appendJsonString(out, type);
    out += R"(,"param":null,"code":null}})";
    return out;
}

std::string openAiErrorBody(int status, std::string_view body)
{
    const Result<Json> parsed = parseJson(body);
    if (parsed && parsed->is_object()) {
        const auto error = parsed->find("error");
        if (error != parsed->end() && error->is_object() && error->contains("message") &&
            error->at("message").is_string()) {
            return std::string(body);
        }
        if (const std::string message = plainMessage(*parsed); !message.empty()) {
            return openAiError(message, openAiErrorType(status));
        }
    }
    return openAiError(status >= 400 ? fmt::format("the provider answered with status {}", status)
                                     : std::string("the provider reported an error"),
                       openAiErrorType(status));
}

} // namespace sluice::providers
