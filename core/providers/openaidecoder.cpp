// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/openaidecoder.h"

#include "core/providers/jsontext.h"
#include "core/providers/upstreamerror.h"

namespace sluice::providers {

namespace {

constexpr std::size_t kErrorBytes = std::size_t{64} << 10U;
constexpr std::size_t kKeepBytes = std::size_t{256} << 10U;

/// One reader a thread: decoders come and go with requests, the parser's memory stays.
AnswerReader& reader()
{
    thread_local AnswerReader instance;
    return instance;
}

Error failure(std::string message, std::string code)
{
    return fail(ErrorCode::Unavailable, std::move(message), std::move(code));
}

} // namespace

void OpenAiDecoder::head(int status, std::string_view contentType)
{
    m_status = status;
    m_json = contentType.starts_with("application/json");
}

void OpenAiDecoder::collect(std::string_view bytes, std::size_t limit)
{
    const std::size_t room = limit - std::min(limit, m_body.size());
    m_truncated |= bytes.size() > room;
    m_body.append(bytes.substr(0, room));
}

std::string OpenAiDecoder::errorBody() const
{
    return m_scrubber->scrub(openAiErrorBody(m_status, m_truncated ? std::string_view() : m_body));
}

std::string OpenAiDecoder::reportedError(std::string_view text) const
{
    return m_scrubber->scrub(
        openAiErrorBody(0, text.size() > kErrorBytes ? std::string_view() : text));
}

Status OpenAiBodyDecoder::feed(std::string_view bytes, const OnPiece&)
{
    if (success()) {
        m_body.append(bytes);
    } else {
        collect(bytes, kErrorBytes);
    }
    return {};
}

Status OpenAiBodyDecoder::end(const OnPiece& onPiece)
{
    if (!success()) {
        return {};
    }
    if (trimmed(m_body).empty()) {
        return failure("the provider's answer is empty", "empty");
    }
    AnswerShape shape;
    const bool read = reader().read(m_body, shape, m_facts);
    reader().shrink(kKeepBytes);
    if (read && shape.error) {
        onPiece({Piece::Kind::Error, reportedError(m_body)});
        return failure("the provider reported an error in an answer of status 200",
                       "provider_error");
    }
    if (!read || !shape.choices) {
        return failure("the provider's answer is no chat completion", "malformed");
    }
    onPiece({Piece::Kind::Content, m_body});
    return {};
}

Status OpenAiStreamDecoder::feed(std::string_view bytes, const OnPiece& onPiece)
{
    if (!success() || json()) {
        collect(bytes, kErrorBytes);
        return {};
    }
    if (m_done) {
        return {};
    }
    if (!m_failure) {
        const bool fits =
            m_parser.feed(bytes, [this, &onPiece](std::string_view name, std::string_view data) {
                event(name, data, onPiece);
            });
        flush(onPiece);
        if (!fits && !m_failure && !m_done) {
            failWith("the provider sent an event over the limit", "too_large");
        }
    }
    return m_failure ? Status(*m_failure) : Status();
}

void OpenAiStreamDecoder::event(std::string_view name, std::string_view data,
                                const OnPiece& onPiece)
{
    if (m_done || m_failure || data.empty()) {
        return;
    }
    if (data == "[DONE]") {
        doneEvent(onPiece);
        return;
    }
    AnswerShape shape;
    if (!reader().read(data, shape, m_facts)) {
        failWith("the provider sent a chunk that is not a JSON object of the format", "malformed");
        return;
    }
    m_any = true;
    if (shape.error) {
        report(data, onPiece);
        return;
    }
    m_content |= shape.content;
    if (shape.usage && !shape.choices) {
        pass(Piece::Kind::Usage, name, data, shape, onPiece);
    } else {
        pass(m_content ? Piece::Kind::Content : Piece::Kind::Preamble, name, data, shape, onPiece);
    }
}

void OpenAiStreamDecoder::doneEvent(const OnPiece& onPiece)
{
    if (!m_content) {
        failWith("the provider ended its stream without an answer", "empty");
        return;
    }
    m_done = true;
    open(Piece::Kind::Done, onPiece);
    appendData("[DONE]");
}

void OpenAiStreamDecoder::pass(Piece::Kind kind, std::string_view name, std::string_view data,
                               const AnswerShape& shape, const OnPiece& onPiece)
{
    if (kind == Piece::Kind::Usage && !m_includeUsage) {
        return;
    }
    open(kind, onPiece);
    if (!name.empty()) {
        m_out += "event: ";
        m_out += name;
        m_out.push_back('\n');
    }
    if (m_includeUsage || shape.usageBegin == shape.usageEnd) {
        appendData(data);
        return;
    }
    // We asked for usage, the client did not: the chunk it gets is the one it would have got
    // without us.
    m_scratch.assign(data, 0, shape.usageBegin);
    m_scratch += data.substr(shape.usageEnd);
    appendData(m_scratch);
}

void OpenAiStreamDecoder::open(Piece::Kind kind, const OnPiece& onPiece)
{
    if (kind != m_kind) {
        flush(onPiece);
        m_kind = kind;
    }
}

void OpenAiStreamDecoder::appendData(std::string_view data)
{
    for (;;) {
        const std::size_t line = data.find('\n');
        m_out += "data: ";
        m_out += data.substr(0, line);
        m_out.push_back('\n');
        if (line == std::string_view::npos) {
            break;
        }
        data.remove_prefix(line + 1);
    }
    m_out.push_back('\n');
}

void OpenAiStreamDecoder::flush(const OnPiece& onPiece)
{
    if (!m_out.empty()) {
        onPiece({m_kind, m_out});
        m_out.clear();
    }
}

void OpenAiStreamDecoder::report(std::string_view text, const OnPiece& onPiece)
{
    open(Piece::Kind::Error, onPiece);
    appendData(reportedError(text));
    failWith("the provider reported an error in its stream", "provider_error");
}

void OpenAiStreamDecoder::failWith(std::string message, std::string code)
{
    m_failure = failure(std::move(message), std::move(code));
}

Status OpenAiStreamDecoder::end(const OnPiece& onPiece)
{
    if (!success()) {
        return {};
    }
    if (json()) {
        return endOfJson(onPiece);
    }
    if (m_failure) {
        return *m_failure;
    }
    if (m_done) {
        return {};
    }
    if (m_parser.partial() || m_facts.finishReason.empty()) {
        failWith(m_any ? "the provider's stream broke off" : "the provider's stream is empty",
                 m_any || m_parser.partial() ? "cut" : "empty");
        return *m_failure;
    }
    doneEvent(onPiece);
    flush(onPiece);
    return {};
}

/// A stream was asked for and one JSON document came: an error without an error's status, or
/// nonsense.
Status OpenAiStreamDecoder::endOfJson(const OnPiece& onPiece)
{
    AnswerShape shape;
    if (trimmed(m_body).empty()) {
        failWith("the provider's answer is empty", "empty");
    } else if (reader().read(m_body, shape, m_facts) && shape.error) {
        report(m_body, onPiece);
        flush(onPiece);
    } else {
        failWith("the provider answered a request for a stream with something else", "malformed");
    }
    return *m_failure;
}

} // namespace sluice::providers
