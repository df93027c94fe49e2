// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::providers {

/// Usage as reported by the provider, raw numbers. OpenAI's prompt count includes cached tokens.
struct Usage
{
    std::int64_t prompt = 0;
    std::int64_t completion = 0;
    std::int64_t cached = 0;
    std::int64_t reasoning = 0;
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
    /// Tokens said so far, for watching a stream's speed: providers report none before the end, so
    /// each chunk that says something counts as one, or as one for four bytes if that is more.
    [[nodiscard]] virtual std::uint64_t tokensSaid() const = 0;
    [[nodiscard]] virtual bool
    refusal() const = 0; ///< the provider said so (refusal member, content_filter)
    [[nodiscard]] virtual std::string_view model() const = 0; ///< as the upstream named it
    /// The upstream's error as the client's surface shows it (status and body), for answers that
    /// are not 2xx.
    [[nodiscard]] virtual std::string errorBody() const = 0;
};

} // namespace sluice::providers
