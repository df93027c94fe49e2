// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::providers {

/// What a simulated provider reads of a chat request.
struct SimulatedRequest
{
    /// `metadata.sim`: what a test wants to happen.
    struct Wish
    {
        std::optional<int> status;
        std::string ending; ///< "stop", "length", "refusal", "stall", "cut", "malformed", or empty
        std::optional<double> ttftMs;
        std::optional<double> betweenMs;
        std::optional<std::int64_t> tokens;
        std::optional<std::int64_t> breakAfter;
        bool tool = false;
    };

    std::string model;
    bool stream = false;
    bool includeUsage = false;
    std::string question; ///< text of the last user message
    std::int64_t promptTokens = 0;
    std::optional<std::int64_t> maxTokens;
    std::string toolName;       ///< of the first tool, if there are any
    std::string toolParameters; ///< its JSON Schema as text, or empty
    Wish wish;
};

/// Reads a request leniently: only what is no JSON object at all gives nothing. Any thread.
std::optional<SimulatedRequest> readSimulatedRequest(std::string_view body);

} // namespace sluice::providers
