// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/openaisplice.h"

#include "core/providers/jsontext.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace sluice::providers {

namespace {

using Member = ChatRequest::Member;
using Policy = EncodeInput::Params;

constexpr std::size_t kMaxParams = 64;
/// What the gateway writes itself and no unit may set.
constexpr std::array<std::string_view, 5> kReserved = {"model", "messages", "stream",
                                                       "stream_options", "prompt"};

class Splice
{
public:
    Splice(const EncodeInput& input, const OpenAiUnit& unit, std::vector<std::string>& ignored)
        : m_request(*input.request)
        , m_input(input)
        , m_unit(unit)
        , m_ignored(ignored)
    {
    }

    Result<std::string> body();

private:
    Status check() const;
    [[nodiscard]] std::size_t size() const;
    void member(std::string_view key, std::string_view json);
    void clientMember(const Member& member);
    void clientParam(const Member& member, std::size_t index);
    void tokenLimit(const Member& member, std::size_t index);
    void messages(std::string_view raw);
    void promptMessages(std::size_t from, std::size_t to, bool& first);
    void streamOptions(std::string_view raw);
    void ignore(std::string_view name);
    [[nodiscard]] bool placed(std::size_t index) const { return ((m_placed >> index) & 1U) != 0; }
    void place(std::size_t index) { m_placed |= std::uint64_t{1} << index; }

    const ChatRequest& m_request;
    const EncodeInput& m_input;
    const OpenAiUnit& m_unit;
    std::vector<std::string>& m_ignored;
    std::string m_out;
    std::uint64_t m_placed = 0; ///< the unit's parameters that are dealt with
    bool m_messages = false;
    bool m_streamOptions = false;
};

/// What stands between the brackets of an array or object.
std::string_view inside(std::string_view raw)
{
    return raw.size() < 2 ? std::string_view{} : trimmed(raw.substr(1, raw.size() - 2));
}

Status Splice::check() const
{
    const Member* messages = m_request.find("messages");
    const bool none = messages == nullptr || inside(messages->raw).empty();
    if (none && (m_input.prompt == nullptr || m_input.prompt->empty())) {
        return fail(ErrorCode::InvalidArgument, "\"messages\" is empty and the unit has no prompt",
                    "messages");
    }
    if (m_input.params != Policy::Reject) {
        return {};
    }
    for (const Member& member : m_request.members) {
        if (member.raw != "null" && m_unit.indexOf(member.key) < m_unit.params().size()) {
            return fail(ErrorCode::Refused,
                        fmt::format("the route's unit sets \"{}\"; leave it out of the request",
                                    member.key),
                        std::string(member.key));
        }
    }
    return {};
}

std::size_t Splice::size() const
{
    std::size_t bytes = m_unit.bytes() + 64;
    for (const Member& member : m_request.members) {
        bytes += member.key.size() + member.raw.size() + 4;
    }
    if (m_input.prompt != nullptr) {
        for (const PromptMessage& message : *m_input.prompt) {
            bytes += message.text.size() + message.text.size() / 16 + message.role.size() + 32;
        }
    }
    return bytes;
}

Result<std::string> Splice::body()
{
    if (Status status = check(); !status) {
        return std::move(status).error();
    }
    m_out.reserve(size());
    m_out.push_back('{');
    for (const Member& member : m_request.members) {
        clientMember(member);
    }
    if (!m_messages) {
        messages("[]");
    }
    if (m_request.stream && !m_streamOptions) {
        member("stream_options", R"({"include_usage":true})");
    }
    for (std::size_t i = 0; i < m_unit.params().size(); ++i) {
        if (!placed(i)) {
            member(m_unit.params()[i].name, m_unit.params()[i].json);
        }
    }
    m_out.push_back('}');
    return std::move(m_out);
}

void Splice::member(std::string_view key, std::string_view json)
{
    if (m_out.size() > 1) {
        m_out.push_back(',');
    }
    m_out.push_back('"');
    m_out += key;
    m_out += "\":";
    m_out += json;
}

void Splice::clientMember(const Member& client)
{
    if (client.key == "model") {
        member("model", m_unit.model());
    } else if (client.key == "messages") {
        messages(client.raw);
    } else if (client.key == "prompt") {
        return; // ours
    } else if (client.key == "stream_options" && m_request.stream) {
        streamOptions(client.raw);
    } else if (const std::size_t index = m_unit.indexOf(client.key);
               index < m_unit.params().size()) {
        clientParam(client, index);
    } else {
        member(client.key, client.raw);
    }
}

void Splice::clientParam(const Member& client, std::size_t index)
{
    if (client.raw == "null") {
        return; // asks for the default, which is the unit's value
    }
    const OpenAiUnit::Param& param = m_unit.params()[index];
    if (m_input.params == Policy::Allow) {
        place(index);
        member(client.key, client.raw);
    } else if (limitsTokens(client.key)) {
        tokenLimit(client, index);
    } else {
        if (client.raw != param.json) {
            ignore(client.key);
        }
        if (!placed(index)) {
            place(index);
            member(param.name, param.json);
        }
    }
}

void Splice::tokenLimit(const Member& client, std::size_t index)
{
    const OpenAiUnit::Param& param = m_unit.params()[index];
    const std::int64_t ours = param.whole.value_or(std::numeric_limits<std::int64_t>::max());
    const auto theirs = wholeNumber(client.raw);
    if (!theirs || *theirs > ours) {
        ignore(client.key);
    }
    if (placed(index)) {
        return;
    }
    place(index);
    // A client may send both names of the limit: the smallest of all that was said holds.
    std::int64_t least = ours;
    for (const Member& other : m_request.members) {
        const auto whole = limitsTokens(other.key) ? wholeNumber(other.raw) : std::nullopt;
        least = std::min(least, whole.value_or(ours));
    }
    member(param.name, least < ours ? std::to_string(least) : param.json);
}

void Splice::ignore(std::string_view name)
{
    if (std::find(m_ignored.begin(), m_ignored.end(), name) == m_ignored.end()) {
        m_ignored.emplace_back(name);
    }
}

void Splice::promptMessages(std::size_t from, std::size_t to, bool& first)
{
    for (std::size_t i = from; i < to; ++i) {
        const PromptMessage& message = (*m_input.prompt)[i];
        m_out += first ? R"({"role":)" : R"(,{"role":)";
        first = false;
        appendJsonString(m_out, message.role);
        m_out += R"(,"content":)";
        appendJsonString(m_out, message.text);
        m_out.push_back('}');
    }
}

void Splice::messages(std::string_view raw)
{
    m_messages = true;
    if (m_input.prompt == nullptr || m_input.prompt->empty()) {
        member("messages", raw);
        return;
    }
    const std::size_t count = m_input.prompt->size();
    const std::size_t history = std::min(m_input.historyIndex, count);
    bool first = true;
    member("messages", "[");
    promptMessages(0, history, first);
    if (const std::string_view client = inside(raw); !client.empty()) {
        if (!first) {
            m_out.push_back(',');
        }
        first = false;
        m_out += client;
    }
    promptMessages(history, count, first);
    m_out.push_back(']');
}

void Splice::streamOptions(std::string_view raw)
{
    m_streamOptions = true;
    const std::string_view usage = m_request.includeUsageRaw;
    if (raw == "null") {
        member("stream_options", R"({"include_usage":true})");
    } else if (!usage.empty()) {
        const auto at = static_cast<std::size_t>(usage.data() - raw.data());
        member("stream_options", raw.substr(0, at));
        m_out += "true";
        m_out += raw.substr(at + usage.size());
    } else {
        const std::string_view others = inside(raw);
        member("stream_options", R"({"include_usage":true)");
        if (!others.empty()) {
            m_out.push_back(',');
            m_out += others;
        }
        m_out.push_back('}');
    }
}

} // namespace

bool limitsTokens(std::string_view name) noexcept
{
    return name == "max_tokens" || name == "max_completion_tokens";
}

Status OpenAiUnit::add(std::string name, const Json& value)
{
    if (m_params.size() == kMaxParams) {
        return fail(ErrorCode::TooLarge,
                    fmt::format("a unit may set at most {} parameters", kMaxParams), "params");
    }
    if (std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end()) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("\"{}\" is no parameter: the gateway writes it", name),
                    pointerTo("/params", name));
    }
    if (!isName(name)) {
        return fail(ErrorCode::InvalidArgument,
                    "a parameter's name is made of letters, digits, '.', '_' and '-'",
                    pointerTo("/params", name));
    }
    if (indexOf(name) < m_params.size()) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("\"{}\" is set twice, by two names", name),
                    pointerTo("/params", name));
    }
    Param param;
    param.name = name;
    try {
        param.json = value.dump();
    } catch (const Json::exception&) { // text that is not UTF-8
        return fail(ErrorCode::InvalidArgument, "not valid UTF-8", pointerTo("/params", name));
    }
    if (value.is_number_integer()) {
        param.whole = value.get<std::int64_t>();
    }
    m_bytes += param.name.size() + param.json.size() + 4;
    m_params.push_back(std::move(param));
    return {};
}

Result<std::shared_ptr<const OpenAiUnit>> OpenAiUnit::make(const units::InferenceUnit& unit)
{
    auto prepared = std::make_shared<OpenAiUnit>();
    appendJsonString(prepared->m_model, unit.model);
    prepared->m_bytes = prepared->m_model.size();
    for (const auto& [name, value] : unit.params.items()) {
        if (Status status = prepared->add(name, value); !status) {
            return std::move(status).error();
        }
    }
    if (!unit.tools.is_null()) {
        if (Status status = prepared->add("tools", unit.tools); !status) {
            return std::move(status).error();
        }
    }
    if (!unit.outputSchema.is_null()) {
        const Json format = {
            {"type", "json_schema"},
            {"json_schema", {{"name", "output"}, {"strict", true}, {"schema", unit.outputSchema}}}};
        if (Status status = prepared->add("response_format", format); !status) {
            return std::move(status).error();
        }
    }
    return std::shared_ptr<const OpenAiUnit>(std::move(prepared));
}

std::size_t OpenAiUnit::indexOf(std::string_view name) const noexcept
{
    std::size_t index = 0;
    for (; index < m_params.size(); ++index) {
        const std::string& own = m_params[index].name;
        if (own == name || (limitsTokens(own) && limitsTokens(name))) {
            break;
        }
    }
    return index;
}

Result<std::string> spliceBody(const EncodeInput& input, const OpenAiUnit& unit,
                               std::vector<std::string>& ignored)
{
    return Splice(input, unit, ignored).body();
}

} // namespace sluice::providers
