// SPDX-License-Identifier: GPL-3.0-or-later
// However a stream is cut, the same events come out, and no view points outside of what was fed or
// kept.
#include "core/net/sse.h"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace {

constexpr std::size_t kLimit = 256;

/// The events as text; the input comes in pieces of the size, each in memory of its own.
std::string events(std::string_view input, std::size_t piece)
{
    sluice::net::SseParser parser(kLimit);
    std::string text;
    const auto collect = [&text](std::string_view event, std::string_view data) {
        text.append("[").append(event).append("|").append(data).append("]");
    };
    bool going = true;
    while (going && !input.empty()) {
        const std::string part(input.substr(0, piece));
        going = parser.feed(part, collect);
        input.remove_prefix(part.size());
    }
    return going ? text : "stopped";
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size)
{
    if (size < 2) {
        return 0;
    }
    const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
    const std::string whole = events(input, input.size());
    if (events(input, 1) != whole || events(input, 1 + data[0] % 32U) != whole) {
        std::abort();
    }
    return 0;
}
