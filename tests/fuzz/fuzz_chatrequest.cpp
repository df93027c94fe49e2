// SPDX-License-Identifier: GPL-3.0-or-later
// A body that is accepted is JSON to another parser too, its members are spans of it, and what is
// spliced out of it is accepted again, with the unit's model and without our own member.
#include "core/providers/codec.h"

#include <cctype>
#include <cstdlib>

using namespace sluice;
using namespace sluice::providers;

namespace {

void require(bool condition)
{
    if (!condition) {
        std::abort();
    }
}

/// Where the other parser is stricter: numbers beyond double, and lone surrogates.
bool disputed(std::string_view text)
{
    for (std::size_t i = 1; i < text.size(); ++i) {
        if ((text[i] | 0x20) == 'e' && std::isdigit(static_cast<unsigned char>(text[i - 1])) != 0) {
            return true;
        }
    }
    return text.size() > 300 || text.find("\\u") != std::string_view::npos;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size)
{
    static ChatReader reader;
    static ChatReader second;
    static const auto codec = [] {
        ProviderConfig config;
        config.kind = "openai";
        return makeCodec(config, Secret()).value();
    }();
    static const units::InferenceUnit unit = [] {
        units::InferenceUnit made;
        made.model = "m-1";
        made.params = Json::parse(R"({"temperature":0,"max_tokens":9})");
        return made;
    }();
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const auto request = reader.read(body);
    if (!request) {
        return 0;
    }
    require(disputed(body) || Json::accept(body));
    for (const ChatRequest::Member& member : request->members) {
        require(member.raw.data() >= body.data() &&
                member.raw.data() + member.raw.size() <= body.data() + size);
    }
    const std::vector<PromptMessage> prompt = {{"system", "\"Be kind.\""}};
    EncodeInput input;
    input.request = &*request;
    input.unit = &unit;
    input.prompt = &prompt;
    input.historyIndex = 1;
    const auto encoded = codec->encode(input);
    require(encoded.ok());
    const auto again = second.read(encoded->body);
    require(again.ok() && again->model == "m-1" && again->find("prompt") == nullptr);
    require(again->hasSystemMessage && again->stream == request->stream);
    require(!again->stream || again->includeUsage);
    return 0;
}
