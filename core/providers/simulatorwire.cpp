// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/simulatorwire.h"

#include "core/providers/jsontext.h"
#include "core/providers/upstreamerror.h"

#include <fmt/format.h>

#include <iterator>

namespace sluice::providers {

namespace {

using Ending = SimulatedAnswer::Ending;

/// A line that no JSON parser takes, as a provider's bug would write it.
constexpr std::string_view kMalformed =
    "data: {\"id\":\"chatcmpl-broken\",\"choices\":[{\"index\":0,\"delta\":{\n\n";

std::string_view finishOf(Ending ending) noexcept
{
    switch (ending) {
    case Ending::Length:
        return "length";
    case Ending::ToolCall:
        return "tool_calls";
    default:
        return "stop";
    }
}

std::string_view errorMessage(int status) noexcept
{
    switch (status) {
    case 400:
        return "The simulated provider could not read the request.";
    case 401:
        return "The simulated provider does not know this key.";
    case 429:
        return "The simulated provider's rate limit is reached. Please try again later.";
    default:
        return "The simulated provider had an error while processing the request.";
    }
}

std::string joined(const std::vector<std::string>& chunks)
{
    std::string text;
    for (const std::string& chunk : chunks) {
        text += chunk;
    }
    return text;
}

void appendCounts(std::string& out, const SimulatedAnswer& answer)
{
    fmt::format_to(
        std::back_inserter(out),
        R"("usage":{{"prompt_tokens":{},"completion_tokens":{},"total_tokens":{},)"
        R"("prompt_tokens_details":{{"cached_tokens":0}},"completion_tokens_details":{{"reasoning_tokens":0}}}})",
        answer.promptTokens, answer.completionTokens,
        answer.promptTokens + answer.completionTokens);
}

void appendMessage(std::string& out, const SimulatedAnswer& answer, const SimulatedMeta& meta)
{
    const std::string text = joined(answer.chunks);
    out += R"({"role":"assistant","content":)";
    if (answer.ending == Ending::ToolCall) {
        out += R"(null,"refusal":null,"tool_calls":[{"id":)";
        appendJsonString(out, "call_" + meta.id);
        out += R"(,"type":"function","function":{"name":)";
        appendJsonString(out, answer.toolName);
        out += R"(,"arguments":)";
        appendJsonString(out, text);
        out += "}}]}";
    } else if (answer.ending == Ending::Refusal) {
        out += R"(null,"refusal":)";
        appendJsonString(out, text);
        out.push_back('}');
    } else {
        appendJsonString(out, text);
        out += R"(,"refusal":null})";
    }
}

void appendPreface(std::string& out, const SimulatedMeta& meta, std::string_view object)
{
    out += R"({"id":)";
    appendJsonString(out, meta.id);
    fmt::format_to(std::back_inserter(out), R"(,"object":"{}","created":{},"model":)", object,
                   meta.created);
    appendJsonString(out, meta.model);
    out += R"(,"choices":[)";
}

} // namespace

std::string completionBody(const SimulatedAnswer& answer, const SimulatedMeta& meta)
{
    if (answer.status != 200) {
        return openAiError(errorMessage(answer.status), openAiErrorType(answer.status));
    }
    std::string out;
    out.reserve(640 + answer.chunks.size() * 6);
    appendPreface(out, meta, "chat.completion");
    out += R"({"index":0,"message":)";
    appendMessage(out, answer, meta);
    fmt::format_to(std::back_inserter(out), R"(,"logprobs":null,"finish_reason":"{}"}}],)",
                   finishOf(answer.ending));
    appendCounts(out, answer);
    out.push_back('}');
    if (answer.ending == Ending::Malformed) {
        out.resize(out.size() / 2);
    }
    return out;
}

std::chrono::microseconds completionDelay(const SimulatedAnswer& answer)
{
    const auto gaps =
        static_cast<std::int64_t>(answer.chunks.empty() ? 0 : answer.chunks.size() - 1);
    return answer.ttft + answer.betweenChunks * gaps;
}

SimulatedStream::SimulatedStream(SimulatedAnswer answer, const SimulatedMeta& meta)
    : m_answer(std::move(answer))
    , m_includeUsage(meta.includeUsage)
{
    m_head = "data: ";
    appendPreface(m_head, meta, "chat.completion.chunk");
    m_usage = m_includeUsage ? R"(,"usage":null})" : "}";
    m_broken = m_answer.ending == Ending::Stall || m_answer.ending == Ending::Cut ||
               m_answer.ending == Ending::Malformed;
    m_contents = m_broken ? m_answer.breakAfter : m_answer.chunks.size();
    m_callId = "call_" + meta.id;
    const std::size_t role = 1;
    if (m_answer.ending == Ending::Malformed) {
        m_size = role + m_contents + 1;
    } else if (m_broken) {
        m_size = m_contents == 0 ? 0 : role + m_contents;
    } else {
        m_size = role + m_contents + 1 + (m_includeUsage ? 1 : 0) + 1;
    }
}

std::string_view SimulatedStream::event(std::size_t index)
{
    m_buffer.clear();
    append(index, m_buffer);
    return m_buffer;
}

void SimulatedStream::append(std::size_t index, std::string& out) const
{
    if (index == 0) {
        appendRole(out);
    } else if (index <= m_contents) {
        appendContent(m_answer.chunks[index - 1], out);
    } else if (m_broken) {
        out += kMalformed;
    } else if (index == m_contents + 1) {
        out += m_head;
        fmt::format_to(std::back_inserter(out),
                       R"({{"index":0,"delta":{{}},"logprobs":null,"finish_reason":"{}"}}])",
                       finishOf(m_answer.ending));
        out += m_usage;
        out += "\n\n";
    } else if (m_includeUsage && index == m_contents + 2) {
        out += m_head;
        out += "],";
        appendCounts(out, m_answer);
        out += "}\n\n";
    } else {
        out += "data: [DONE]\n\n";
    }
}

void SimulatedStream::appendRole(std::string& out) const
{
    out += m_head;
    out += R"({"index":0,"delta":{"role":"assistant","content":)";
    if (m_answer.ending == Ending::ToolCall) {
        // The call opens with its id and name; its arguments follow in pieces.
        out += R"(null,"tool_calls":[{"index":0,"id":)";
        appendJsonString(out, m_callId);
        out += R"(,"type":"function","function":{"name":)";
        appendJsonString(out, m_answer.toolName);
        out += R"(,"arguments":""}}])";
    } else {
        out += m_answer.ending == Ending::Refusal ? "null" : R"("","refusal":null)";
    }
    appendTail(out);
}

void SimulatedStream::appendContent(std::string_view chunk, std::string& out) const
{
    out += m_head;
    out += R"({"index":0,"delta":{)";
    if (m_answer.ending == Ending::ToolCall) {
        out += R"("tool_calls":[{"index":0,"function":{"arguments":)";
        appendJsonString(out, chunk);
        out += "}}]";
    } else {
        out += m_answer.ending == Ending::Refusal ? R"("refusal":)" : R"("content":)";
        appendJsonString(out, chunk);
    }
    appendTail(out);
}

void SimulatedStream::appendTail(std::string& out) const
{
    out += R"(},"logprobs":null,"finish_reason":null}])";
    out += m_usage;
    out += "\n\n";
}

std::chrono::microseconds SimulatedStream::at(std::size_t index) const noexcept
{
    const auto gaps = static_cast<std::int64_t>(
        index < 2 ? 0 : std::min(index, std::max<std::size_t>(m_contents, 1)) - 1);
    return m_answer.ttft + m_answer.betweenChunks * gaps;
}

SimulatedStream::After SimulatedStream::after() const noexcept
{
    switch (m_answer.ending) {
    case Ending::Stall:
        return After::Stall;
    case Ending::Cut:
    case Ending::Malformed:
        return After::Cut;
    default:
        return After::Stop;
    }
}

} // namespace sluice::providers
