// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/chatreader.h"
#include "core/providers/jsontext.h"
#include "core/providers/jsonwalk.h"

#include <fmt/format.h>

#include <array>

namespace sluice::providers {

namespace {

using Value = JsonWalk::Value;

constexpr std::size_t kMaxMembers = 512;
/// A reader keeps the memory of bodies up to this size; larger ones are rare and give theirs back.
constexpr std::size_t kKeepBytes = std::size_t{512} << 10U;

/// The members that are read, so that a second one of the same name is noticed.
enum class Known : std::uint8_t
{
    Model,
    Messages,
    Stream,
    StreamOptions,
    SafetyIdentifier,
    User,
    Metadata,
    Prompt,
    Count,
};
constexpr std::array<std::string_view, static_cast<std::size_t>(Known::Count)> kKnown = {
    "model", "messages", "stream", "stream_options", "safety_identifier",
    "user",  "metadata", "prompt"};

std::optional<Known> known(std::string_view key) noexcept
{
    for (std::size_t i = 0; i < kKnown.size(); ++i) {
        if (kKnown[i] == key) {
            return static_cast<Known>(i);
        }
    }
    return std::nullopt;
}

} // namespace

const ChatRequest::Member* ChatRequest::find(std::string_view key) const noexcept
{
    for (const Member& member : members) {
        if (member.key == key) {
            return &member;
        }
    }
    return nullptr;
}

/// One body being read. visit functions return false with m_error set, or without it where the text
/// is not JSON.
struct ChatReader::Impl
{
    JsonWalk walk;
    ChatRequest request;
    std::optional<Error> error;
    unsigned seen = 0;
    bool hasMessages = false;
    std::string safetyIdentifier;
    std::string user;
    std::string metadataUser;

    Result<ChatRequest> read(std::string_view body);

private:
    bool refuse(std::string message, std::string where);
    bool wrongType(std::string_view where, std::string_view wanted);
    bool member(std::string_view key, Value& value);
    bool readKnown(Known which, Value& value, std::string_view& raw);
    bool text(Value& value, std::string_view where, std::string& out, std::string_view& raw);
    bool flag(Value& value, std::string_view where, bool& out, std::string_view& raw);
    template <typename Visit>
    bool objectOrNull(Value& value, std::string_view where, std::string_view& raw, Visit&& visit);
    bool messages(Value& value, std::string_view& raw);
    bool message(Value& value, std::size_t index);
    bool role(Value& value, std::size_t index);
    bool streamOptions(Value& value, std::string_view& raw);
    bool metadata(Value& value, std::string_view& raw);
    bool prompt(Value& value, std::string_view& raw);
    bool promptVariables(Value& value);
    Status complete();
};

bool ChatReader::Impl::refuse(std::string message, std::string where)
{
    error = fail(ErrorCode::InvalidArgument, std::move(message), std::move(where));
    return false;
}

bool ChatReader::Impl::wrongType(std::string_view where, std::string_view wanted)
{
    return refuse(fmt::format("\"{}\" must be {}", where, wanted), std::string(where));
}

Result<ChatRequest> ChatReader::Impl::read(std::string_view body)
{
    request = {};
    error.reset();
    seen = 0;
    hasMessages = false;
    safetyIdentifier.clear();
    user.clear();
    metadataUser.clear();
    request.members.reserve(16);
    const bool walked = walk.document(
        body, [this](std::string_view key, Value& value) { return member(key, value); });
    const bool tooDeep = walk.tooDeep();
    walk.shrink(kKeepBytes);
    if (!walked) {
        if (tooDeep) {
            return fail(ErrorCode::InvalidArgument, "the body is nested deeper than 64 levels");
        }
        return error ? *std::move(error)
                     : fail(ErrorCode::InvalidArgument,
                            "the body is not a JSON object (RFC 8259, UTF-8)");
    }
    if (const Status status = complete(); !status) {
        return status.error();
    }
    return std::move(request);
}

Status ChatReader::Impl::complete()
{
    if (request.model.empty()) {
        return fail(ErrorCode::InvalidArgument, "\"model\" is missing: name a route", "model");
    }
    if (!hasMessages && request.find("prompt") == nullptr) {
        return fail(ErrorCode::InvalidArgument, "\"messages\" is missing", "messages");
    }
    for (std::string* candidate : {&safetyIdentifier, &user, &metadataUser}) {
        if (!candidate->empty()) {
            request.user = std::move(*candidate);
            break;
        }
    }
    return {};
}

bool ChatReader::Impl::member(std::string_view key, Value& value)
{
    if (request.members.size() == kMaxMembers) {
        return refuse(fmt::format("the body has more than {} members", kMaxMembers), {});
    }
    if (needlessEscapes(key)) {
        return refuse("a member's name uses escapes where none are needed", std::string(key));
    }
    std::string_view raw;
    if (const auto which = known(key)) {
        const unsigned bit = 1U << static_cast<unsigned>(*which);
        if ((seen & bit) != 0) {
            return refuse(fmt::format("\"{}\" stands twice; keep one", key), std::string(key));
        }
        seen |= bit;
        if (!readKnown(*which, value, raw)) {
            return false;
        }
    } else if (!walk.skip(value, raw)) {
        return false;
    }
    request.members.push_back({walk.inSource(key), walk.inSource(raw)});
    return true;
}

bool ChatReader::Impl::readKnown(Known which, Value& value, std::string_view& raw)
{
    switch (which) {
    case Known::Model:
        return text(value, "model", request.model, raw);
    case Known::Messages:
        return messages(value, raw);
    case Known::Stream:
        return flag(value, "stream", request.stream, raw);
    case Known::StreamOptions:
        return streamOptions(value, raw);
    case Known::SafetyIdentifier:
        return text(value, "safety_identifier", safetyIdentifier, raw);
    case Known::User:
        return text(value, "user", user, raw);
    case Known::Metadata:
        return metadata(value, raw);
    case Known::Prompt:
        return prompt(value, raw);
    case Known::Count:
        break;
    }
    return false;
}

bool ChatReader::Impl::text(Value& value, std::string_view where, std::string& out,
                            std::string_view& raw)
{
    if (!walk.skip(value, raw)) {
        return false;
    }
    if (raw == "null") {
        return true;
    }
    std::string_view read;
    if (raw.front() != '"') {
        return wrongType(where, "a string");
    }
    if (value.get_string().get(read) != simdjson::SUCCESS) {
        return wrongType(where, "a string of Unicode characters");
    }
    out.assign(read);
    return true;
}

bool ChatReader::Impl::flag(Value& value, std::string_view where, bool& out, std::string_view& raw)
{
    if (!walk.skip(value, raw)) {
        return false;
    }
    if (raw != "true" && raw != "false" && raw != "null") {
        return wrongType(where, "true or false");
    }
    out = raw == "true";
    return true;
}

template <typename Visit>
bool ChatReader::Impl::objectOrNull(Value& value, std::string_view where, std::string_view& raw,
                                    Visit&& visit)
{
    const std::string_view token = JsonWalk::token(value);
    if (token.empty() || token.front() != '{') {
        return walk.skip(value, raw) && (raw == "null" || wrongType(where, "an object"));
    }
    if (!walk.object(value, visit)) {
        return false;
    }
    raw = walk.rawFrom(token.data(), value);
    return true;
}

bool ChatReader::Impl::messages(Value& value, std::string_view& raw)
{
    const std::string_view token = JsonWalk::token(value);
    if (token.empty() || token.front() != '[') {
        return walk.skip(value, raw) && wrongType("messages", "an array");
    }
    std::size_t index = 0;
    if (!walk.array(value, [&](Value& element) { return message(element, index++); })) {
        return false;
    }
    raw = walk.rawFrom(token.data(), value);
    hasMessages = true;
    return true;
}

bool ChatReader::Impl::message(Value& value, std::size_t index)
{
    if (const std::string_view token = JsonWalk::token(value);
        token.empty() || token.front() != '{') {
        return walk.skip(value) && wrongType(fmt::format("messages[{}]", index), "an object");
    }
    bool found = false;
    const bool walked = walk.object(value, [&](std::string_view key, Value& inner) {
        if (key != "role") {
            // A role that is spelt with escapes would be a second one for whoever decodes it.
            return needlessEscapes(key)
                       ? refuse("a member's name uses escapes where none are needed",
                                fmt::format("messages[{}]", index))
                       : walk.skip(inner);
        }
        if (found) {
            return refuse("\"role\" stands twice; keep one",
                          fmt::format("messages[{}].role", index));
        }
        found = true;
        return role(inner, index);
    });
    return walked &&
           (found || refuse("a message needs a \"role\"", fmt::format("messages[{}].role", index)));
}

bool ChatReader::Impl::role(Value& value, std::size_t index)
{
    std::string_view raw;
    std::string_view name;
    if (!walk.skip(value, raw)) {
        return false;
    }
    if (raw.front() != '"' || value.get_string().get(name) != simdjson::SUCCESS) {
        return wrongType(fmt::format("messages[{}].role", index), "a string");
    }
    request.hasSystemMessage |= name == "system" || name == "developer";
    return true;
}

bool ChatReader::Impl::streamOptions(Value& value, std::string_view& raw)
{
    return objectOrNull(value, "stream_options", raw, [this](std::string_view key, Value& inner) {
        if (key != "include_usage") {
            return needlessEscapes(key)
                       ? refuse("a member's name uses escapes where none are needed",
                                "stream_options")
                       : walk.skip(inner);
        }
        if (!request.includeUsageRaw.empty()) {
            return refuse("\"include_usage\" stands twice; keep one",
                          "stream_options.include_usage");
        }
        std::string_view text;
        if (!flag(inner, "stream_options.include_usage", request.includeUsage, text)) {
            return false;
        }
        request.includeUsageRaw = walk.inSource(text);
        return true;
    });
}

bool ChatReader::Impl::metadata(Value& value, std::string_view& raw)
{
    bool found = false;
    return objectOrNull(value, "metadata", raw, [&](std::string_view key, Value& inner) {
        if (key != "user_id") {
            return walk.skip(inner);
        }
        if (found) {
            return refuse("\"user_id\" stands twice; keep one", "metadata.user_id");
        }
        found = true;
        std::string_view text_;
        return text(inner, "metadata.user_id", metadataUser, text_);
    });
}

bool ChatReader::Impl::prompt(Value& value, std::string_view& raw)
{
    unsigned parts = 0;
    const auto once = [&](unsigned bit, const char* where) {
        const bool first = (parts & bit) == 0;
        parts |= bit;
        return first || refuse(fmt::format("\"{}\" stands twice; keep one", where), where);
    };
    const bool walked = objectOrNull(value, "prompt", raw, [&](std::string_view key, Value& inner) {
        std::string_view text_;
        if (key == "id") {
            return once(1, "prompt.id") && text(inner, "prompt.id", request.promptId, text_);
        }
        if (key == "version") {
            return once(2, "prompt.version") &&
                   text(inner, "prompt.version", request.promptVersion, text_);
        }
        if (key == "variables") {
            return once(4, "prompt.variables") && promptVariables(inner);
        }
        return refuse(
            fmt::format("\"prompt\" has no member \"{}\"; it may have id, version and variables",
                        key),
            fmt::format("prompt.{}", key));
    });
    return walked;
}

bool ChatReader::Impl::promptVariables(Value& value)
{
    std::string_view raw;
    if (!walk.skip(value, raw)) {
        return false;
    }
    if (raw == "null") {
        return true;
    }
    if (raw.front() != '{') {
        return wrongType("prompt.variables", "an object");
    }
    Result<Json> parsed = parseJson(raw);
    if (!parsed) {
        return refuse(parsed.error().message, "prompt.variables");
    }
    request.promptVariables = std::move(parsed).value();
    return true;
}

ChatReader::ChatReader()
    : m_impl(std::make_unique<Impl>())
{
}
ChatReader::~ChatReader() = default;

Result<ChatRequest> ChatReader::read(std::string_view body)
{
    return m_impl->read(body);
}

} // namespace sluice::providers
