// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/openaianswer.h"

#include "core/providers/jsontext.h"

#include <algorithm>

namespace sluice::providers {

namespace {

/// Whether a delta's member says something: "", [], {}, null, numbers and booleans do not.
bool saysSomething(std::string_view raw) noexcept
{
    switch (raw.front()) {
    case '"':
        return raw.size() > 2;
    case '[':
    case '{':
        return !trimmed(raw.substr(1, raw.size() - 2)).empty();
    default:
        return false;
    }
}

} // namespace

bool AnswerReader::read(std::string_view text, AnswerShape& shape, AnswerFacts& facts)
{
    shape = {};
    m_shape = &shape;
    m_facts = &facts;
    m_previousEnd = nullptr;
    m_usageFirst = false;
    return m_walk.document(
        text, [this](std::string_view key, Value& value) { return member(key, value); });
}

bool AnswerReader::member(std::string_view key, Value& value)
{
    const auto offset = [this](const char* at) {
        return static_cast<std::size_t>(m_walk.inSource(std::string_view(at, 0)).data() -
                                        m_walk.source().data());
    };
    if (m_usageFirst) { // it goes together with the comma behind it
        m_shape->usageEnd = offset(key.data() - 1);
        m_usageFirst = false;
    }
    std::string_view raw;
    bool done = false;
    if (key == "choices") {
        done = choices(value, raw);
    } else if (key == "usage") {
        done = usage(value, raw);
    } else if (key == "model" && m_facts->model.empty()) {
        done = text(value, m_facts->model, raw);
    } else {
        done = m_walk.skip(value, raw);
        m_shape->error |= done && key == "error" && raw != "null";
    }
    if (!done) {
        return false;
    }
    const char* end = raw.data() + raw.size();
    if (key == "usage") {
        m_usageFirst = m_previousEnd == nullptr;
        m_shape->usageBegin = offset(m_usageFirst ? key.data() - 1 : m_previousEnd);
        m_shape->usageEnd = offset(end);
    }
    m_previousEnd = end;
    return true;
}

bool AnswerReader::choices(Value& value, std::string_view& raw)
{
    const std::string_view token = JsonWalk::token(value);
    if (token.empty() || token.front() != '[') {
        return m_walk.skip(value, raw) && raw == "null";
    }
    if (!m_walk.array(value, [this](Value& element) { return choice(element); })) {
        return false;
    }
    raw = m_walk.rawFrom(token.data(), value);
    return true;
}

bool AnswerReader::choice(Value& value)
{
    m_shape->choices = true;
    return m_walk.object(value, [this](std::string_view key, Value& inner) {
        std::string_view raw;
        if (key == "delta" || key == "message") {
            return says(inner);
        }
        if (key != "finish_reason") {
            return m_walk.skip(inner);
        }
        std::string reason;
        if (!text(inner, reason, raw)) {
            return false;
        }
        if (!reason.empty()) {
            m_shape->content = true;
            m_facts->refusal |= reason == "content_filter";
            m_facts->finishReason = std::move(reason);
        }
        return true;
    });
}

bool AnswerReader::says(Value& value)
{
    if (const std::string_view token = JsonWalk::token(value);
        token.empty() || token.front() != '{') {
        std::string_view raw;
        return m_walk.skip(value, raw) && raw == "null";
    }
    std::size_t said = 0;
    const bool walked = m_walk.object(value, [&](std::string_view key, Value& inner) {
        std::string_view raw;
        if (!m_walk.skip(inner, raw)) {
            return false;
        }
        if (key != "role" && saysSomething(raw)) {
            said += raw.size() - 2; // less its quotes or brackets
            m_shape->content = true;
            m_facts->refusal |= key == "refusal";
        }
        return true;
    });
    countSaid(said);
    return walked;
}

void AnswerReader::countSaid(std::size_t bytes)
{
    constexpr std::size_t kBytesPerToken = 4; // English prose; others have more, which is lenient
    if (bytes > 0) {
        m_facts->tokensSaid += std::max<std::size_t>(1, bytes / kBytesPerToken);
    }
}

bool AnswerReader::usage(Value& value, std::string_view& raw)
{
    const std::string_view token = JsonWalk::token(value);
    if (token.empty() || token.front() != '{') {
        return m_walk.skip(value, raw) && raw == "null";
    }
    Usage found;
    bool counted = false;
    const auto count = [&](Value& inner, std::int64_t& out) {
        std::string_view number;
        if (!m_walk.skip(inner, number)) {
            return false;
        }
        const auto whole = wholeNumber(number);
        counted |= whole.has_value();
        out = whole.value_or(0);
        return true;
    };
    const bool walked = m_walk.object(value, [&](std::string_view key, Value& inner) {
        if (key == "prompt_tokens") {
            return count(inner, found.prompt);
        }
        if (key == "completion_tokens") {
            return count(inner, found.completion);
        }
        if (key == "prompt_tokens_details") {
            return usageDetails(inner, "cached_tokens", found.cached);
        }
        if (key == "completion_tokens_details") {
            return usageDetails(inner, "reasoning_tokens", found.reasoning);
        }
        return m_walk.skip(inner);
    });
    if (!walked) {
        return false;
    }
    raw = m_walk.rawFrom(token.data(), value);
    m_shape->usage = true;
    if (counted) {
        m_facts->usage = found;
    }
    return true;
}

bool AnswerReader::usageDetails(Value& value, std::string_view name, std::int64_t& out)
{
    if (const std::string_view token = JsonWalk::token(value);
        token.empty() || token.front() != '{') {
        return m_walk.skip(value);
    }
    return m_walk.object(value, [&](std::string_view key, Value& inner) {
        std::string_view raw;
        if (!m_walk.skip(inner, raw)) {
            return false;
        }
        if (key == name) {
            out = wholeNumber(raw).value_or(0);
        }
        return true;
    });
}

bool AnswerReader::text(Value& value, std::string& out, std::string_view& raw)
{
    std::string_view read;
    if (!m_walk.skip(value, raw)) {
        return false;
    }
    if (raw == "null") {
        return true;
    }
    if (raw.front() != '"' || value.get_string().get(read) != simdjson::SUCCESS) {
        return false;
    }
    out.assign(read);
    return true;
}

} // namespace sluice::providers
