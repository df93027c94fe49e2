// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::providers {

/// How a simulated provider behaves. All rates 0..1. Read from a provider's "simulator" object.
struct SimulatorSettings
{
    std::uint64_t seed = 1;
    double ttftMedianMs = 300; ///< log-normal
    double ttftSigma = 0.35;
    double tokensPerSecond = 80; ///< 0: all at once
    double tokensMedian =
        90; ///< length of composed answers, log-normal; a corpus's answers have their own
    double tokensSigma = 0.4;
    double errorRate = 0;     ///< HTTP 500 before anything
    double rateLimitRate = 0; ///< HTTP 429 with Retry-After
    double refusalRate = 0;
    double stallRate = 0;     ///< stops in the middle and never goes on
    double cutRate = 0;       ///< closes in the middle
    double malformedRate = 0; ///< one broken line
    double toolRate = 0; ///< answers with a call of the first tool, where the request has tools
    std::string style;   ///< which of a corpus entry's answers: "v1", "v2", …
    std::string corpus;  ///< path of the corpus file; empty: the built-in few lines
};

/// From {"seed", "ttft_median_ms", "ttft_sigma", "tokens_per_second", "tokens_median",
/// "tokens_sigma", "error_rate", "rate_limit_rate", "refusal_rate", "stall_rate", "cut_rate",
/// "malformed_rate", "tool_rate", "style", "corpus"}, all optional; null gives the defaults.
/// Others, and values out of range, are InvalidArgument with the pointer.
Result<SimulatorSettings> simulatorFromJson(const Json& json, std::string_view where = {});
Json toJson(const SimulatorSettings& settings);

/// What happens on one simulated request, planned in full from seed and request, before time
/// passes: a pure function, so that tests and screenshots repeat.
struct SimulatedAnswer
{
    int status = 200;
    std::chrono::microseconds ttft{};
    std::chrono::microseconds betweenChunks{};
    std::vector<std::string> chunks; ///< content pieces
    enum class Ending : std::uint8_t
    {
        Stop,
        Length,
        Refusal,
        Stall,
        Cut,
        Malformed,
        ToolCall
    };
    Ending ending = Ending::Stop;
    std::size_t breakAfter = 0; ///< Stall, Cut, Malformed: so many of the chunks are sent before it
    int retryAfterSeconds = 0;  ///< status 429
    std::string toolName;       ///< ToolCall: the function; `chunks` are pieces of its arguments
    std::string model;          ///< as the request names it
    bool stream = false;        ///< the request asked for a stream
    bool includeUsage = false;  ///< and for usage in it (stream_options.include_usage)
    std::int64_t promptTokens = 0;     ///< a quarter of the messages' bytes, and 4 a message
    std::int64_t completionTokens = 0; ///< one a chunk
};

class Simulator
{
public:
    /// Loads the corpus; a relative path is below `resources`. NotFound/InvalidArgument for a bad
    /// one.
    static Result<std::shared_ptr<const Simulator>> make(SimulatorSettings settings,
                                                         const std::string& resources = {});
    ~Simulator();
    /// body: an OpenAI chat request. sequence: which call of this text it is, so that repeats
    /// differ. Any thread. `metadata.sim` in the body overrides the draws: {"status", "ending",
    /// "ttft_ms", "between_ms", "tokens", "break_after", "tool": true}. A body that is not JSON is
    /// answered with status 400.
    [[nodiscard]] SimulatedAnswer plan(std::string_view body, std::uint64_t sequence) const;
    [[nodiscard]] const SimulatorSettings& settings() const noexcept;

private:
    struct Impl;
    explicit Simulator(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace sluice::providers
