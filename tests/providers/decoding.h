// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/providers/codec.h"

#include <string>
#include <string_view>
#include <vector>

namespace sluice::tests {

/// What came out of a decoder.
struct Decoded
{
    std::string text;  ///< the client's bytes, all kinds together
    std::string kinds; ///< a letter a piece, neighbours of one kind as one: P C U D E
    std::string error; ///< the code of the first Error that feed() or end() gave, or empty
    providers::Usage usage;
    bool usageKnown = false;
    std::string finish;
    std::string model;
    bool refusal = false;
};

inline char letterOf(providers::Piece::Kind kind)
{
    return "PCUDE"[static_cast<std::size_t>(kind)];
}

/// Feeds an answer in the given pieces to a decoder of its own, and ends it.
inline Decoded decode(const providers::Codec& codec, const std::vector<std::string_view>& parts,
                      bool stream, bool includeUsage,
                      std::string_view contentType = "text/event-stream; charset=utf-8")
{
    Decoded decoded;
    const auto onPiece = [&](const providers::Piece& piece) {
        decoded.text += piece.bytes;
        if (const char letter = letterOf(piece.kind);
            decoded.kinds.empty() || decoded.kinds.back() != letter) {
            decoded.kinds.push_back(letter);
        }
    };
    const auto decoder = codec.decoder(stream, includeUsage);
    decoder->head(200, stream ? contentType : "application/json");
    for (const std::string_view part : parts) {
        if (const Status status = decoder->feed(part, onPiece); !status && decoded.error.empty()) {
            decoded.error = status.error().where;
        }
    }
    if (const Status status = decoder->end(onPiece); !status && decoded.error.empty()) {
        decoded.error = status.error().where;
    }
    decoded.usageKnown = decoder->usage().has_value();
    decoded.usage = decoder->usage().value_or(providers::Usage{});
    decoded.finish = decoder->finishReason();
    decoded.model = decoder->model();
    decoded.refusal = decoder->refusal();
    return decoded;
}

} // namespace sluice::tests
