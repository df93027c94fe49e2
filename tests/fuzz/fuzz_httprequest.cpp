// SPDX-License-Identifier: GPL-3.0-or-later
// However a message is cut, it is read alike: the same verdict, the same fields, the same end. What
// is accepted has one framing, and is accepted again, and understood alike, when it is written anew
// from its parts.
#include "core/net/chunkdecoder.h"
#include "core/net/headparser.h"

#include <algorithm>
#include <cstdlib>
#include <string>

using namespace sluice::net;

namespace {

constexpr HeadParser::Limits kLimits{2048, 16};

void require(bool condition)
{
    if (!condition) {
        std::abort();
    }
}

/// Verdict, fields and framing as text.
std::string read(HeadParser& parser, std::string_view input, std::size_t piece)
{
    HeadParser::State state = HeadParser::State::NeedMore;
    std::string buffer;
    while (state == HeadParser::State::NeedMore && buffer.size() < input.size()) {
        std::string grown(
            input.substr(0, buffer.size() + piece)); // moves, as a growing buffer does
        buffer.swap(grown);
        state = parser.parse(buffer);
    }
    std::string text = std::to_string(static_cast<int>(state));
    if (state != HeadParser::State::Done) {
        return text;
    }
    parser.bind(input);
    text.append("|").append(parser.method()).append("|").append(parser.target());
    text.append(std::to_string(parser.status())).append(parser.keepAlive() ? "+" : "-");
    text.append(std::to_string(static_cast<int>(parser.framing())))
        .append(std::to_string(parser.contentLength()));
    for (const Header& header : parser.headers().all()) {
        text.append("|").append(header.name).append("=").append(header.value);
    }
    return text;
}

std::string dechunk(std::string_view input, std::size_t piece)
{
    ChunkDecoder decoder;
    std::string body;
    std::size_t taken = 0;
    while (taken < input.size()) {
        const ChunkDecoder::Step step = decoder.next(input.substr(taken, piece));
        taken += step.consumed;
        body += step.data;
        if (step.state == ChunkDecoder::State::Bad) {
            return "bad";
        }
        if (step.state == ChunkDecoder::State::Done) {
            return body + "|" + std::to_string(taken);
        }
        require(step.consumed > 0);
    }
    return "more";
}

void writeAnewAndReadAgain(const HeadParser& parser, const std::string& expected)
{
    std::string wire(parser.method());
    wire.append(" ")
        .append(parser.target())
        .append(parser.http10() ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
    for (const Header& header : parser.headers().all()) {
        wire.append(header.name).append(":").append(header.value).append("\r\n");
    }
    wire += "\r\n";
    HeadParser again(HeadParser::Kind::Request, kLimits);
    require(read(again, wire, wire.size()) == expected);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size)
{
    if (size < 2) {
        return 0;
    }
    const std::size_t piece = 1 + data[0] % 64U;
    const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
    for (const auto kind : {HeadParser::Kind::Request, HeadParser::Kind::Response}) {
        HeadParser whole(kind, kLimits);
        const std::string text = read(whole, input, input.size());
        HeadParser pieces(kind, kLimits);
        require(read(pieces, input, piece) == text);
        if (kind == HeadParser::Kind::Request && text.starts_with("1|")) {
            writeAnewAndReadAgain(whole, text);
        }
    }
    require(dechunk(input, piece) == dechunk(input, input.size()));
    return 0;
}
