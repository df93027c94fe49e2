// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/sse.h"
#include "core/providers/decoder.h"
#include "core/providers/openaianswer.h"
#include "core/providers/scrub.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace sluice::providers {

/// What decoding a stream and a whole body have in common.
class OpenAiDecoder : public Decoder
{
public:
    void head(int status, std::string_view contentType) override;
    [[nodiscard]] std::optional<Usage> usage() const override { return m_facts.usage; }
    [[nodiscard]] std::string_view finishReason() const override { return m_facts.finishReason; }
    [[nodiscard]] std::uint64_t tokensSaid() const override { return m_facts.tokensSaid; }
    [[nodiscard]] bool refusal() const override { return m_facts.refusal; }
    [[nodiscard]] std::string_view model() const override { return m_facts.model; }
    [[nodiscard]] std::string errorBody() const override;

protected:
    explicit OpenAiDecoder(std::shared_ptr<const Scrubber> scrubber)
        : m_scrubber(std::move(scrubber))
    {
    }

    [[nodiscard]] bool success() const noexcept { return m_status >= 200 && m_status < 300; }
    [[nodiscard]] bool json() const noexcept { return m_json; }
    /// Keeps bytes, up to `limit`.
    void collect(std::string_view bytes, std::size_t limit);
    /// An error that came inside an answer of status 200, as the client may see it.
    [[nodiscard]] std::string reportedError(std::string_view text) const;

    std::string m_body;
    AnswerFacts m_facts;

private:
    std::shared_ptr<const Scrubber> m_scrubber;
    int m_status = 200;
    bool m_json = false;
    bool m_truncated = false;
};

/// A body that comes whole: kept until its end, checked, and passed on unchanged.
class OpenAiBodyDecoder final : public OpenAiDecoder
{
public:
    explicit OpenAiBodyDecoder(std::shared_ptr<const Scrubber> scrubber)
        : OpenAiDecoder(std::move(scrubber))
    {
    }

    Status feed(std::string_view bytes, const OnPiece& onPiece) override;
    Status end(const OnPiece& onPiece) override;
};

/// A stream of chunks, each passed on with its own bytes. Neighbours of one kind that come in one
/// feed() leave as one piece. No allocation a chunk once its buffers have grown.
class OpenAiStreamDecoder final : public OpenAiDecoder
{
public:
    OpenAiStreamDecoder(std::shared_ptr<const Scrubber> scrubber, bool includeUsage)
        : OpenAiDecoder(std::move(scrubber))
        , m_includeUsage(includeUsage)
    {
    }

    Status feed(std::string_view bytes, const OnPiece& onPiece) override;
    Status end(const OnPiece& onPiece) override;

private:
    void event(std::string_view name, std::string_view data, const OnPiece& onPiece);
    void doneEvent(const OnPiece& onPiece);
    void pass(Piece::Kind kind, std::string_view name, std::string_view data,
              const AnswerShape& shape, const OnPiece& onPiece);
    void open(Piece::Kind kind, const OnPiece& onPiece);
    void appendData(std::string_view data);
    void flush(const OnPiece& onPiece);
    void report(std::string_view text, const OnPiece& onPiece);
    void failWith(std::string message, std::string code);
    Status endOfJson(const OnPiece& onPiece);

    net::SseParser m_parser;
    std::string m_out; ///< pieces of m_kind, framed, not yet handed on
    std::string m_scratch;
    Piece::Kind m_kind = Piece::Kind::Preamble;
    bool m_includeUsage;
    bool m_any = false;     ///< a chunk was seen
    bool m_content = false; ///< content was seen
    bool m_done = false;
    std::optional<Error> m_failure;
};

} // namespace sluice::providers
