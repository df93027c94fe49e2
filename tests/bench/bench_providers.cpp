// SPDX-License-Identifier: GPL-3.0-or-later
// The request path's share of providers: reading and encoding a 1 KB chat request, decoding a
// stream. Microseconds a call (the best of several runs) and allocations a call.
#include "core/providers/codec.h"
#include "core/providers/simulatorwire.h"
#include "tests/support/allocations.h"

#include <fmt/format.h>

#include <chrono>

namespace {

using namespace sluice;
using tests::g_allocations;
using namespace sluice::providers;

constexpr int kRounds = 15;

/// Runs `call` `times` times a round, each doing `parts` parts of work, and prints what one part
/// costs.
template <typename F>
void row(std::string_view name, int times, double parts, F&& call)
{
    double best = 1e9;
    double allocations = 0;
    for (int round = 0; round < kRounds; ++round) {
        const std::uint64_t before = g_allocations;
        const auto started = std::chrono::steady_clock::now();
        for (int i = 0; i < times; ++i) {
            call();
        }
        const std::chrono::duration<double, std::micro> took =
            std::chrono::steady_clock::now() - started;
        best = std::min(best, took.count() / times / parts);
        allocations = static_cast<double>(g_allocations - before) / times / parts;
    }
    fmt::print("{:<58} {:>11.3f} us {:>10.2f} allocations\n", name, best, allocations);
}

std::string streamOf(std::size_t tokens)
{
    SimulatedAnswer answer;
    answer.chunks.assign(tokens, " word");
    SimulatedStream stream(std::move(answer),
                           {"chatcmpl-1", 1'800'000'000, "m-1-2026-01-15", true});
    std::string text;
    for (std::size_t i = 0; i < stream.size(); ++i) {
        stream.append(i, text);
    }
    return text;
}

void decodeRows(const Codec& codec)
{
    constexpr std::size_t kTokens = 1'000;
    const std::string stream = streamOf(kTokens);
    std::size_t bytes = 0;
    const Decoder::OnPiece onPiece = [&bytes](const Piece& piece) { bytes += piece.bytes.size(); };
    for (const bool usage : {true, false}) {
        row(usage ? "decode, one chunk a read" : "decode, one chunk a read, usage taken out", 20,
            kTokens, [&] {
                const auto decoder = codec.decoder(true, usage);
                decoder->head(200, "text/event-stream");
                std::string_view left = stream;
                while (!left.empty()) {
                    const std::size_t end = left.find("\n\n") + 2;
                    (void)decoder->feed(left.substr(0, end), onPiece);
                    left.remove_prefix(end);
                }
            });
    }
    row("decode, 16 KiB a read", 20, kTokens, [&] {
        const auto decoder = codec.decoder(true, true);
        decoder->head(200, "text/event-stream");
        for (std::string_view left = stream; !left.empty();
             left.remove_prefix(std::min<std::size_t>(left.size(), 16'384))) {
            (void)decoder->feed(left.substr(0, 16'384), onPiece);
        }
    });
    SimulatedAnswer answer;
    answer.chunks.assign(100, " word");
    const std::string body =
        completionBody(answer, {"chatcmpl-1", 1'800'000'000, "m-1-2026-01-15", false});
    row("decode, whole body of 1 KB", 20'000, 1, [&] {
        const auto decoder = codec.decoder(false, false);
        decoder->head(200, "application/json");
        (void)decoder->feed(body, onPiece);
        (void)decoder->end(onPiece);
    });
}

} // namespace

int main()
{
    ProviderConfig config;
    config.kind = "openai";
    const auto codec = makeCodec(config, Secret("bench-secret-key")).value();
    units::InferenceUnit unit;
    unit.model = "m-1-2026-01-15";
    unit.params = {{"temperature", 0.2}, {"max_tokens", 400}};
    const auto prepared = codec->prepare(unit).value();
    const std::string body =
        R"({"model":"bench","stream":true,"user":"user-1","temperature":1,"messages":[{"role":"user","content":")" +
        std::string(850, 'x') + R"("}]})";
    const std::vector<PromptMessage> prompt = {{"system", std::string(400, 's')}};
    ChatReader reader;
    row("read, 1 KB", 20'000, 1, [&] { (void)reader.read(body).ok(); });
    const auto request = reader.read(body).value();
    EncodeInput input;
    input.request = &request;
    input.prepared = prepared.get();
    row("encode, 1 KB", 20'000, 1, [&] { (void)codec->encode(input).ok(); });
    input.prompt = &prompt;
    row("encode, 1 KB and a prompt", 20'000, 1, [&] { (void)codec->encode(input).ok(); });
    decodeRows(*codec);
    const auto simulator = Simulator::make({}).value();
    std::uint64_t sequence = 0;
    row("simulator's plan, 1 KB, 90 tokens", 2'000, 1,
        [&] { (void)simulator->plan(body, ++sequence); });
    return 0;
}
