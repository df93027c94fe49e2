// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/providers/provider.h"
#include "core/units/inferenceunit.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::providers {

/// Usage as reported by the provider, raw numbers. OpenAI's prompt count includes cached tokens.
struct Usage
{
    std::int64_t prompt = 0;
    std::int64_t completion = 0;
    std::int64_t cached = 0;
    std::int64_t reasoning = 0;
};

/// A chat request of the OpenAI surface, read with simdjson: the members routing needs as values,
/// the rest as spans of the client's own bytes, so that unknown members survive untouched.
struct ChatRequest
{
    std::string model; ///< the route's name
    bool stream = false;
    bool includeUsage = false; ///< stream_options.include_usage
    std::string user;          ///< safety_identifier, user or metadata.user_id, in that order
    std::optional<Json> promptVariables; ///< prompt.variables
    std::string promptId;
    std::string promptVersion;
    bool hasSystemMessage = false; ///< a message of role system or developer
    std::string_view
        includeUsageRaw; ///< the value of stream_options.include_usage inside its member, or empty
    /// Top-level members in order: key as it is between its quotes and raw JSON text, views into
    /// the body.
    struct Member
    {
        std::string_view key;
        std::string_view raw;
    };
    std::vector<Member> members;
    [[nodiscard]] const Member* find(std::string_view key) const noexcept;
};

/// Reads a body of the OpenAI Chat Completions surface, checking all of it: what is accepted is
/// JSON to its last byte, so that a raw member put into another body cannot reach beyond itself.
/// Not an object, no model, depth over 64, a member of those named above twice or of a wrong type:
/// InvalidArgument with the member in `where`
/// ("messages[2].role", "stream_options"), as OpenAI's `param` has it. null counts as absent.
/// The body must outlive the result. Called on I/O threads: use one ChatReader a thread.
class ChatReader
{
public:
    ChatReader();
    ~ChatReader();
    Result<ChatRequest> read(std::string_view body);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

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

/// What one piece of an upstream answer means.
struct Piece
{
    enum class Kind : std::uint8_t
    {
        Preamble, ///< belongs to the answer, holds no content yet (role chunk): keep it back until
                  ///< content comes
        Content,  ///< first of these commits
        Usage,    ///< a usage-only chunk; comes only if the client asked for it
        Done,     ///< the end marker
        Error,    ///< the provider reported an error in the stream
    };
    Kind kind = Kind::Content;
    std::string_view
        bytes; ///< what to write to the client, framed for its surface; valid during the call
};

/// Decodes one upstream answer. One object an attempt, on one I/O thread. Errors of feed() and
/// end() carry the short code for records in `where`: "malformed", "cut", "empty",
/// "provider_error", "too_large".
class Decoder
{
public:
    using OnPiece = std::function<void(const Piece&)>;

    virtual ~Decoder() = default;
    /// The upstream's head. Not 2xx: the body is collected (capped) for errorBody().
    virtual void head(int status, std::string_view contentType) = 0;
    /// Feeds body bytes; calls onPiece for what became complete. An Error ends the answer: it is
    /// malformed, or the provider reported an error (then an Error piece came first). What follows
    /// is ignored.
    virtual Status feed(std::string_view bytes, const OnPiece& onPiece) = 0;
    /// The body is complete. An Error if it ended too early ("cut": no [DONE], no finish), is
    /// empty, or failed before. A stream that finished without [DONE] gets its Done piece here.
    virtual Status end(const OnPiece& onPiece) = 0;

    [[nodiscard]] virtual std::optional<Usage> usage() const = 0;
    [[nodiscard]] virtual std::string_view finishReason() const = 0;
    [[nodiscard]] virtual bool
    refusal() const = 0; ///< the provider said so (refusal member, content_filter)
    [[nodiscard]] virtual std::string_view model() const = 0; ///< as the upstream named it
    /// The upstream's error as the client's surface shows it (status and body), for answers that
    /// are not 2xx.
    [[nodiscard]] virtual std::string errorBody() const = 0;
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
