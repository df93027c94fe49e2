// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/providers/chatreader.h"
#include "core/providers/decoder.h"
#include "core/providers/provider.h"
#include "core/units/inferenceunit.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sluice::providers {

/// What to send upstream for one attempt.
struct UpstreamRequest
{
    std::string target; ///< "/chat/completions"
    std::vector<std::pair<std::string, std::string>>
        headers; ///< content-type, accept, authorization, …
    std::string body;
    std::vector<std::string>
        ignored; ///< client members that the unit's parameters overrode (x-sluice-ignored)
};

/// A message that the unit's prompt put before (or around) the client's own.
struct PromptMessage
{
    std::string role;
    std::string text;
};

/// What is the same for every request of one unit, in one codec's own form. Immutable; any thread.
class PreparedUnit
{
public:
    virtual ~PreparedUnit() = default;
};

/// How the client's body becomes the provider's.
struct EncodeInput
{
    const ChatRequest* request = nullptr;
    const units::InferenceUnit* unit = nullptr; ///< read only where `prepared` is null
    const PreparedUnit* prepared =
        nullptr; ///< from the same codec's prepare(); null: prepared for this call
    const std::vector<PromptMessage>* prompt = nullptr; ///< may be null
    std::size_t historyIndex = 0; ///< where in `prompt` the client's messages go
    enum class Params : std::uint8_t
    {
        Unit,
        Reject,
        Allow
    } params = Params::Unit;
};

/// One provider's wire format for the chat surface. Immutable after construction, any thread.
class Codec
{
public:
    virtual ~Codec() = default;
    /// Serializes what of a unit can be (the gateway's UnitRuntime keeps it). InvalidArgument names
    /// a parameter that cannot be one (model, messages, stream, …).
    [[nodiscard]] virtual Result<std::shared_ptr<const PreparedUnit>>
    prepare(const units::InferenceUnit& unit) const = 0;
    /// Builds the upstream request: model replaced by the unit's, prompt put in, parameters by
    /// policy, usage always asked for, our own members (prompt, …) taken out, everything else byte
    /// for byte. Refused names the member that the `reject` policy forbids.
    [[nodiscard]] virtual Result<UpstreamRequest> encode(const EncodeInput& input) const = 0;
    [[nodiscard]] virtual std::unique_ptr<Decoder> decoder(bool stream,
                                                           bool includeUsage) const = 0;
};

/// The codec for a provider's kind; InvalidArgument names the kinds that exist. `secret` goes into
/// the authorization header and nowhere else.
Result<std::shared_ptr<const Codec>> makeCodec(const ProviderConfig& config, Secret secret);

} // namespace sluice::providers
