// SPDX-License-Identifier: GPL-3.0-or-later
// However an answer is cut into pieces, the client gets the same bytes and the same end; nothing
// that is wrong ends with [DONE].
#include "tests/providers/decoding.h"

#include <cstdlib>

using namespace sluice;
using namespace sluice::providers;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size)
{
    static const auto codec = [] {
        ProviderConfig config;
        config.kind = "openai";
        return makeCodec(config, Secret("fuzz-secret-key")).value();
    }();
    if (size == 0) {
        return 0;
    }
    const bool stream = (data[0] & 1U) != 0;
    const bool includeUsage = (data[0] & 2U) != 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t cut = text.empty() ? 0 : (data[0] >> 2U) % text.size();
    const tests::Decoded whole = tests::decode(*codec, {text}, stream, includeUsage);
    const tests::Decoded parts =
        tests::decode(*codec, {text.substr(0, cut), text.substr(cut)}, stream, includeUsage);
    if (whole.text != parts.text || whole.error != parts.error || whole.kinds != parts.kinds) {
        std::abort();
    }
    if (!whole.error.empty() && whole.kinds.ends_with('D')) {
        std::abort();
    }
    return 0;
}
