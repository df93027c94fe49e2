// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/simulatedrequest.h"

#include "core/providers/jsontext.h"
#include "core/providers/jsonwalk.h"

namespace sluice::providers {

namespace {

using Value = JsonWalk::Value;

constexpr std::size_t kKeepBytes = std::size_t{512} << 10U;
constexpr std::int64_t kBytesPerToken = 4;
constexpr std::int64_t kTokensPerMessage = 4;

char firstOf(Value& value)
{
    const std::string_view token = JsonWalk::token(value);
    return token.empty() ? '\0' : token.front();
}

class Reading
{
public:
    explicit Reading(JsonWalk& walk, SimulatedRequest& request)
        : m_walk(walk)
        , m_request(request)
    {
    }

    bool member(std::string_view key, Value& value)
    {
        if (key == "messages" && firstOf(value) == '[') {
            return m_walk.array(value, [this](Value& element) { return message(element); });
        }
        if (key == "tools" && firstOf(value) == '[') {
            return m_walk.array(value, [this](Value& element) { return tool(element); });
        }
        if (key == "metadata" && firstOf(value) == '{') {
            return m_walk.object(value, [this](std::string_view name, Value& inner) {
                return name == "sim" && firstOf(inner) == '{' ? wishes(inner) : m_walk.skip(inner);
            });
        }
        if (key == "stream_options" && firstOf(value) == '{') {
            return m_walk.object(value, [this](std::string_view name, Value& inner) {
                return name == "include_usage" ? flag(inner, m_request.includeUsage)
                                               : m_walk.skip(inner);
            });
        }
        if (key == "stream") {
            return flag(value, m_request.stream);
        }
        if (key == "model") {
            return text(value, m_request.model);
        }
        if (key == "max_tokens" || key == "max_completion_tokens") {
            return whole(value, m_request.maxTokens);
        }
        return m_walk.skip(value);
    }

private:
    bool text(Value& value, std::string& out)
    {
        std::string_view raw;
        std::string_view read;
        if (!m_walk.skip(value, raw)) {
            return false;
        }
        if (raw.front() == '"' && value.get_string().get(read) == simdjson::SUCCESS) {
            out.assign(read);
        }
        return true;
    }

    bool flag(Value& value, bool& out)
    {
        std::string_view raw;
        const bool read = m_walk.skip(value, raw);
        out = read && raw == "true";
        return read;
    }

    bool whole(Value& value, std::optional<std::int64_t>& out)
    {
        std::string_view raw;
        if (!m_walk.skip(value, raw)) {
            return false;
        }
        out = wholeNumber(raw);
        return true;
    }

    bool number(Value& value, std::optional<double>& out)
    {
        std::string_view raw;
        if (!m_walk.skip(value, raw)) {
            return false;
        }
        if (double read = 0;
            raw.front() != '"' && value.get_double().get(read) == simdjson::SUCCESS && read >= 0) {
            out = read;
        }
        return true;
    }

    bool message(Value& value)
    {
        if (firstOf(value) != '{') {
            return m_walk.skip(value);
        }
        m_role.clear();
        m_content.clear();
        const bool walked = m_walk.object(value, [this](std::string_view key, Value& inner) {
            if (key == "role") {
                return text(inner, m_role);
            }
            return key == "content" ? content(inner) : m_walk.skip(inner);
        });
        m_request.promptTokens +=
            static_cast<std::int64_t>(m_content.size()) / kBytesPerToken + kTokensPerMessage;
        if (m_role == "user") {
            m_request.question.swap(m_content);
        }
        return walked;
    }

    bool content(Value& value)
    {
        if (firstOf(value) != '[') {
            return text(value, m_content);
        }
        return m_walk.array(value, [this](Value& part) {
            if (firstOf(part) != '{') {
                return m_walk.skip(part);
            }
            return m_walk.object(part, [this](std::string_view key, Value& inner) {
                std::string piece;
                const bool read = key == "text" ? text(inner, piece) : m_walk.skip(inner);
                m_content += piece;
                return read;
            });
        });
    }

    bool tool(Value& value)
    {
        if (!m_request.toolName.empty() || firstOf(value) != '{') {
            return m_walk.skip(value);
        }
        return m_walk.object(value, [this](std::string_view key, Value& inner) {
            if (key != "function" || firstOf(inner) != '{') {
                return m_walk.skip(inner);
            }
            return m_walk.object(inner, [this](std::string_view name, Value& part) {
                if (name == "name") {
                    return text(part, m_request.toolName);
                }
                std::string_view raw;
                const bool read = m_walk.skip(part, raw);
                if (read && name == "parameters") {
                    m_request.toolParameters.assign(raw);
                }
                return read;
            });
        });
    }

    bool wishes(Value& value)
    {
        SimulatedRequest::Wish& wish = m_request.wish;
        return m_walk.object(value, [&](std::string_view key, Value& inner) {
            if (key == "ending") {
                return text(inner, wish.ending);
            }
            if (key == "ttft_ms") {
                return number(inner, wish.ttftMs);
            }
            if (key == "between_ms") {
                return number(inner, wish.betweenMs);
            }
            if (key == "tokens") {
                return whole(inner, wish.tokens);
            }
            if (key == "break_after") {
                return whole(inner, wish.breakAfter);
            }
            if (key == "status") {
                std::optional<std::int64_t> status;
                const bool read = whole(inner, status);
                if (status && *status >= 400 && *status < 600) {
                    wish.status = static_cast<int>(*status);
                }
                return read;
            }
            return key == "tool" ? flag(inner, wish.tool) : m_walk.skip(inner);
        });
    }

    JsonWalk& m_walk;
    SimulatedRequest& m_request;
    std::string m_role;
    std::string m_content;
};

} // namespace

std::optional<SimulatedRequest> readSimulatedRequest(std::string_view body)
{
    thread_local JsonWalk walk; // its memory serves the thread's next request
    SimulatedRequest request;
    Reading reading(walk, request);
    const bool read = walk.document(
        body, [&](std::string_view key, Value& value) { return reading.member(key, value); });
    walk.shrink(kKeepBytes);
    return read ? std::optional(std::move(request)) : std::nullopt;
}

} // namespace sluice::providers
