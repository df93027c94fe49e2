// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/simulator.h"

#include "core/providers/corpus.h"
#include "core/providers/simulatedrequest.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

namespace sluice::providers {

namespace {

using Ending = SimulatedAnswer::Ending;
using Microseconds = std::chrono::microseconds;

constexpr double kMostTtftMs = 3'600'000;
constexpr std::int64_t kMostTokens = 20'000;

/// What a draw decides: each has its own stream of numbers, so that changing one rate moves nothing
/// else.
enum class Draw : std::uint64_t
{
    Error = 1,
    RateLimit,
    RetryAfter,
    Refusal,
    Tool,
    Stall,
    Cut,
    Malformed,
    BreakAt,
    Ttft,
    Tokens,
    Sentence,
};

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
std::uint64_t mixed(std::uint64_t x) noexcept
{
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31U);
}

std::uint64_t hashOf(std::string_view text, std::uint64_t seed) noexcept
{
    std::uint64_t hash = mixed(seed ^ text.size());
    while (!text.empty()) {
        std::uint64_t word = 0;
        const std::size_t take = std::min(text.size(), sizeof(word));
        std::memcpy(&word, text.data(), take);
        hash = mixed(hash ^ word) + 0x9E3779B97F4A7C15ULL;
        text.remove_prefix(take);
    }
    return hash;
}

/// Numbers that depend on the request and on what they decide, and on nothing else.
class Draws
{
public:
    explicit Draws(std::uint64_t base)
        : m_base(base)
    {
    }

    [[nodiscard]] double uniform(Draw what, std::uint64_t index = 0) const noexcept
    {
        const std::uint64_t bits = mixed(
            m_base + 0x9E3779B97F4A7C15ULL * (static_cast<std::uint64_t>(what) + (index << 8U)));
        return static_cast<double>(bits >> 11U) * 0x1.0p-53;
    }
    [[nodiscard]] bool happens(Draw what, double rate) const noexcept
    {
        return rate > 0 && uniform(what) < rate;
    }
    /// median * e^(sigma * z), z normal by Box and Muller.
    [[nodiscard]] double logNormal(Draw what, double median, double sigma) const
    {
        const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform(what, 1)));
        return median *
               std::exp(sigma * radius * std::cos(2.0 * std::numbers::pi * uniform(what, 2)));
    }

private:
    std::uint64_t m_base;
};

bool continues(char c) noexcept
{
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// Pieces as a tokenizer makes them: a word of up to six bytes with the space before it, longer
/// ones in fours, never through the middle of a character.
void split(std::string_view text, std::vector<std::string>& out)
{
    constexpr std::size_t kWord = 6;
    constexpr std::size_t kPart = 4;
    out.reserve(text.size() / kPart + 1);
    while (!text.empty()) {
        const std::size_t lead = text.front() == ' ' ? 1 : 0;
        const std::string_view near = text.substr(lead, kWord + 1);
        const std::size_t word = std::min(near.find(' '), near.size());
        std::size_t take = word <= kWord ? lead + word : lead + kPart;
        while (take < text.size() && continues(text[take])) {
            ++take;
        }
        out.emplace_back(text.substr(0, std::max<std::size_t>(take, 1)));
        text.remove_prefix(out.back().size());
    }
}

std::string withTopic(std::string_view sentence, std::string_view topic)
{
    constexpr std::string_view kTopic = "{topic}";
    std::string result(sentence);
    if (const std::size_t at = result.find(kTopic); at != std::string::npos) {
        result.replace(at, kTopic.size(), topic);
    }
    return result;
}

/// Arguments that fit a tool's schema as far as the types of its properties go.
Json sampleArguments(const std::string& schema, const std::string& topic)
{
    Json arguments = Json::object();
    const Result<Json> parsed = parseJson(schema.empty() ? "{}" : schema);
    if (!parsed || !parsed->is_object() || !parsed->contains("properties") ||
        !parsed->at("properties").is_object()) {
        return arguments;
    }
    for (const auto& [name, property] : parsed->at("properties").items()) {
        const std::string type =
            property.is_object() && property.contains("type") && property["type"].is_string()
                ? property["type"].get<std::string>()
                : "string";
        if (property.is_object() && property.contains("enum") && !property["enum"].empty()) {
            arguments[name] = property["enum"].front();
        } else if (type == "integer" || type == "number") {
            arguments[name] = 1;
        } else if (type == "boolean") {
            arguments[name] = true;
        } else if (type == "array") {
            arguments[name] = Json::array();
        } else if (type == "object") {
            arguments[name] = Json::object();
        } else {
            arguments[name] = topic;
        }
    }
    return arguments;
}

Microseconds microseconds(double milliseconds)
{
    return Microseconds(std::llround(std::min(milliseconds, kMostTtftMs) * 1'000.0));
}

} // namespace

struct Simulator::Impl
{
    SimulatorSettings settings;
    Corpus corpus;

    void timing(const SimulatedRequest::Wish& wish, const Draws& draws,
                SimulatedAnswer& answer) const;
    bool failing(const SimulatedRequest::Wish& wish, const Draws& draws,
                 SimulatedAnswer& answer) const;
    void write(const SimulatedRequest& request, const Draws& draws, SimulatedAnswer& answer) const;
    void compose(const SimulatedRequest& request, const Draws& draws,
                 std::vector<std::string>& chunks) const;
    void breakOff(const SimulatedRequest::Wish& wish, const Draws& draws,
                  SimulatedAnswer& answer) const;
};

void Simulator::Impl::timing(const SimulatedRequest::Wish& wish, const Draws& draws,
                             SimulatedAnswer& answer) const
{
    if (wish.ttftMs) {
        answer.ttft = microseconds(*wish.ttftMs);
    } else if (settings.ttftMedianMs > 0) {
        answer.ttft =
            microseconds(draws.logNormal(Draw::Ttft, settings.ttftMedianMs, settings.ttftSigma));
    }
    if (wish.betweenMs) {
        answer.betweenChunks = microseconds(*wish.betweenMs);
    } else if (settings.tokensPerSecond > 0) {
        answer.betweenChunks = microseconds(1'000.0 / settings.tokensPerSecond);
    }
}

bool Simulator::Impl::failing(const SimulatedRequest::Wish& wish, const Draws& draws,
                              SimulatedAnswer& answer) const
{
    if (wish.status) {
        answer.status = *wish.status;
    } else if (wish.ending.empty() && draws.happens(Draw::Error, settings.errorRate)) {
        answer.status = 500;
    } else if (wish.ending.empty() && draws.happens(Draw::RateLimit, settings.rateLimitRate)) {
        answer.status = 429;
    }
    if (answer.status == 429) {
        answer.retryAfterSeconds = 1 + static_cast<int>(draws.uniform(Draw::RetryAfter) * 5.0);
    }
    return answer.status != 200;
}

void Simulator::Impl::compose(const SimulatedRequest& request, const Draws& draws,
                              std::vector<std::string>& chunks) const
{
    if (const std::string* known = corpus.answer(request.question, settings.style);
        known != nullptr && !request.wish.tokens) {
        split(*known, chunks);
        return;
    }
    const std::string topic = Corpus::topic(request.question);
    const std::vector<std::string>& sentences = corpus.fallback(settings.style);
    const bool measured = corpus.composes() || request.wish.tokens;
    const double tokens =
        request.wish.tokens
            ? static_cast<double>(std::clamp<std::int64_t>(*request.wish.tokens, 1, kMostTokens))
            : std::min(draws.logNormal(Draw::Tokens, settings.tokensMedian, settings.tokensSigma),
                       static_cast<double>(kMostTokens));
    // Pieces come out at a little over four bytes; the exact length is cut to afterwards.
    const auto bytes = static_cast<std::size_t>(tokens * 6.0);
    const auto first = static_cast<std::size_t>(draws.uniform(Draw::Sentence) *
                                                static_cast<double>(sentences.size()));
    std::string text;
    for (std::size_t i = 0; measured ? text.size() < bytes : i < sentences.size(); ++i) {
        text += text.empty() ? "" : " ";
        // The first sentence opens; the others take turns from a drawn place on.
        const std::size_t pick = !measured || i == 0 || sentences.size() < 2
                                     ? i % sentences.size()
                                     : 1 + (first + i) % (sentences.size() - 1);
        text += withTopic(sentences[pick], topic);
    }
    split(text, chunks);
    if (measured) {
        chunks.resize(
            std::min(chunks.size(), std::max<std::size_t>(1, static_cast<std::size_t>(tokens))));
    }
}

void Simulator::Impl::write(const SimulatedRequest& request, const Draws& draws,
                            SimulatedAnswer& answer) const
{
    const SimulatedRequest::Wish& wish = request.wish;
    if (wish.ending == "refusal" ||
        (wish.ending.empty() && draws.happens(Draw::Refusal, settings.refusalRate))) {
        answer.ending = Ending::Refusal;
        split(withTopic(corpus.refusal(settings.style).front(), Corpus::topic(request.question)),
              answer.chunks);
    } else if (!request.toolName.empty() &&
               (wish.tool || draws.happens(Draw::Tool, settings.toolRate))) {
        answer.ending = Ending::ToolCall;
        answer.toolName = request.toolName;
        split(sampleArguments(request.toolParameters, Corpus::topic(request.question)).dump(),
              answer.chunks);
    } else {
        compose(request, draws, answer.chunks);
    }
    if (request.maxTokens && *request.maxTokens >= 1 &&
        static_cast<std::size_t>(*request.maxTokens) < answer.chunks.size()) {
        answer.chunks.resize(static_cast<std::size_t>(*request.maxTokens));
        answer.ending = Ending::Length;
    }
    if (wish.ending == "length") {
        answer.ending = Ending::Length;
    }
    answer.promptTokens = request.promptTokens;
    answer.completionTokens = static_cast<std::int64_t>(answer.chunks.size());
}

void Simulator::Impl::breakOff(const SimulatedRequest::Wish& wish, const Draws& draws,
                               SimulatedAnswer& answer) const
{
    const auto wanted = [&](std::string_view name, Draw draw, double rate) {
        return wish.ending.empty() ? draws.happens(draw, rate) : wish.ending == name;
    };
    if (wanted("stall", Draw::Stall, settings.stallRate)) {
        answer.ending = Ending::Stall;
    } else if (wanted("cut", Draw::Cut, settings.cutRate)) {
        answer.ending = Ending::Cut;
    } else if (wanted("malformed", Draw::Malformed, settings.malformedRate)) {
        answer.ending = Ending::Malformed;
    } else {
        return;
    }
    const std::size_t count = answer.chunks.size();
    answer.breakAfter =
        wish.breakAfter
            ? std::min(count, static_cast<std::size_t>(std::max<std::int64_t>(0, *wish.breakAfter)))
            : static_cast<std::size_t>(draws.uniform(Draw::BreakAt) * static_cast<double>(count));
}

Result<std::shared_ptr<const Simulator>> Simulator::make(SimulatorSettings settings,
                                                         const std::string& resources)
{
    auto impl = std::make_unique<Impl>();
    impl->corpus = Corpus::builtIn();
    if (!settings.corpus.empty()) {
        const bool relative = settings.corpus.front() != '/' && !resources.empty();
        auto corpus = Corpus::load(relative ? resources + "/" + settings.corpus : settings.corpus);
        if (!corpus) {
            return std::move(corpus).error();
        }
        impl->corpus = std::move(corpus).value();
    }
    impl->settings = std::move(settings);
    return std::shared_ptr<const Simulator>(new Simulator(std::move(impl)));
}

Simulator::Simulator(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}
Simulator::~Simulator() = default;

const SimulatorSettings& Simulator::settings() const noexcept
{
    return m_impl->settings;
}

SimulatedAnswer Simulator::plan(std::string_view body, std::uint64_t sequence) const
{
    SimulatedAnswer answer;
    const auto request = readSimulatedRequest(body);
    if (!request) {
        answer.status = 400;
        return answer;
    }
    answer.model = request->model;
    answer.stream = request->stream;
    answer.includeUsage = request->includeUsage;
    const Draws draws(mixed(hashOf(body, m_impl->settings.seed) ^ mixed(sequence + 1)));
    m_impl->timing(request->wish, draws, answer);
    if (!m_impl->failing(request->wish, draws, answer)) {
        m_impl->write(*request, draws, answer);
        m_impl->breakOff(request->wish, draws, answer);
    }
    return answer;
}

} // namespace sluice::providers
