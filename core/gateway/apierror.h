// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace sluice::gateway {

/// An error as the OpenAI surface shows it. `type` and `code` are literals.
struct ApiError
{
    int status = 500;
    std::string_view code;
    std::string
        message; ///< names the member and the remedy; never a secret, a prompt or a completion
    std::string param; ///< the member or JSON pointer it speaks of; empty: null
};

/// OpenAI's error type for a status: "invalid_request_error" below 500 (429: "rate_limit_error"),
/// else "server_error".
std::string_view errorType(int status) noexcept;

/// {"error":{"message","type","param","code"}}
std::string errorBody(const ApiError& error);

/// The same as an event of a stream that breaks after its commit point.
std::string errorEvent(const ApiError& error);

/// Body and content type for an error that the listener itself has found
/// (HttpServerOptions::errorBody).
std::pair<std::string, std::string> listenerError(int status, std::string_view message);

} // namespace sluice::gateway
