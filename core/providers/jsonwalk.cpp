// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/jsonwalk.h"

#include "core/providers/jsontext.h"

#include <cstring>

namespace sluice::providers {

bool JsonWalk::open(std::string_view text, simdjson::ondemand::document& out)
{
    m_source = text;
    m_tooDeep = false;
    m_depth = 0;
    const std::size_t needed = text.size() + simdjson::SIMDJSON_PADDING;
    if (m_copy.size() < needed) {
        m_copy.resize(needed);
    }
    if (text.empty()) {
        return false;
    }
    std::memcpy(m_copy.data(), text.data(), text.size());
    // Stale bytes behind the text are harmless to the parser; zeros keep results independent of the
    // past.
    std::memset(m_copy.data() + text.size(), 0, simdjson::SIMDJSON_PADDING);
    return m_parser.iterate(m_copy.data(), text.size(), m_copy.size()).get(out) ==
           simdjson::SUCCESS;
}

bool JsonWalk::enter()
{
    if (++m_depth > m_depthLimit) {
        m_tooDeep = true;
        return false;
    }
    return true;
}

std::optional<std::string_view> JsonWalk::keyText(const char* begin, const char* end) noexcept
{
    const char* at = begin;
    bool escaped = false;
    while (at < end && *at != '"') {
        if (*at == '\\') {
            escaped = true;
            ++at;
        }
        ++at;
    }
    if (at >= end) {
        return std::nullopt;
    }
    const std::string_view key(begin, static_cast<std::size_t>(at - begin));
    return escaped && !validEscapes(key) ? std::nullopt : std::optional(key);
}

bool JsonWalk::skip(Value& value)
{
    std::string_view raw;
    return skip(value, raw);
}

bool JsonWalk::skip(Value& value, std::string_view& raw)
{
    const std::string_view text = token(value);
    switch (text.empty() ? '\0' : text.front()) {
    case '{':
        if (!object(value, [this](std::string_view, Value& inner) { return skip(inner); })) {
            return false;
        }
        raw = rawFrom(text.data(), value);
        return true;
    case '[':
        if (!array(value, [this](Value& inner) { return skip(inner); })) {
            return false;
        }
        raw = rawFrom(text.data(), value);
        return true;
    case '"': {
        // Taken off the iterator here: left to it, a string before a colon passes as a member's
        // name, in arrays too.
        simdjson::ondemand::raw_json_string taken;
        raw = trimmed(text);
        return raw.size() >= 2 && raw.back() == '"' &&
               validEscapes(raw.substr(1, raw.size() - 2)) &&
               value.get_raw_json_string().get(taken) == simdjson::SUCCESS;
    }
    case 't':
        raw = trimmed(text);
        return raw == "true";
    case 'f':
        raw = trimmed(text);
        return raw == "false";
    case 'n':
        raw = trimmed(text);
        return raw == "null";
    default:
        raw = trimmed(text);
        return validNumber(raw);
    }
}

std::string_view JsonWalk::rawFrom(const char* begin, Value& value)
{
    const char* end = m_copy.data() + m_source.size();
    const char* next = nullptr;
    if (value.current_location().get(next) == simdjson::SUCCESS) {
        end = next;
    }
    return trimmed(std::string_view(begin, static_cast<std::size_t>(end - begin)));
}

void JsonWalk::shrink(std::size_t keepBytes)
{
    if (m_copy.size() > keepBytes) {
        m_copy = {};
        m_parser = simdjson::ondemand::parser();
    }
}

} // namespace sluice::providers
