// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace sluice::providers {

/// The body of an upstream's error in OpenAI's shape, {"error":{"message","type","param","code"}}:
/// its own if it has that shape, else made from what it says ({"error":"…"}, {"message":"…"},
/// {"detail":"…"}) or, for other text, from the status alone. Not scrubbed. Pure, any thread.
std::string openAiErrorBody(int status, std::string_view body);

/// An error object of our own making.
std::string openAiError(std::string_view message, std::string_view type);

/// OpenAI's error type for a status.
std::string_view openAiErrorType(int status) noexcept;

} // namespace sluice::providers
