// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/apierror.h"

#include "core/providers/jsontext.h"

namespace sluice::gateway {

namespace {

std::string_view listenerCode(int status) noexcept
{
    switch (status) {
    case 403:
        return "origin_not_allowed";
    case 408:
        return "request_timeout";
    case 413:
        return "request_too_large";
    case 431:
        return "headers_too_large";
    default:
        return "bad_request";
    }
}

} // namespace

std::string_view errorType(int status) noexcept
{
    if (status == 429) {
        return "rate_limit_error";
    }
    return status < 500 ? "invalid_request_error" : "server_error";
}

std::string errorBody(const ApiError& error)
{
    std::string body;
    body.reserve(error.message.size() + error.param.size() + 128);
    body += R"({"error":{"message":)";
    providers::appendJsonString(body, error.message);
    body += R"(,"type":)";
    providers::appendJsonString(body, errorType(error.status));
    body += R"(,"param":)";
    if (error.param.empty()) {
        body += "null";
    } else {
        providers::appendJsonString(body, error.param);
    }
    body += R"(,"code":)";
    providers::appendJsonString(body, error.code);
    body += "}}";
    return body;
}

std::string errorEvent(const ApiError& error)
{
    return "data: " + errorBody(error) + "\n\n";
}

std::pair<std::string, std::string> listenerError(int status, std::string_view message)
{
    return {errorBody({status, listenerCode(status), std::string(message), {}}),
            "application/json"};
}

} // namespace sluice::gateway
