// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes as a snapshot file, and as the payload of one whose checksum fits; what is read is written
// and read the same.
#include "core/base/hash.h"
#include "core/routing/snapshot.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size)
{
    using namespace sluice;
    const std::string text(reinterpret_cast<const char*>(data), size);
    std::string framed = "SLUICERT";
    framed += std::string("\x01\0\0\0", 4);
    for (std::size_t i = 0; i < 8; ++i) {
        framed.push_back(static_cast<char>((size >> (8 * i)) & 0xffU));
    }
    const Sha256 sum = sha256(framed + text);
    framed.append(sum.begin(), sum.end());
    framed += text;
    for (const std::string& bytes : {text, framed}) {
        const auto snapshot = routing::decodeSnapshot(bytes);
        if (!snapshot) {
            continue;
        }
        const auto again = routing::encodeSnapshot(*snapshot);
        const auto back = again ? routing::decodeSnapshot(*again) : routing::decodeSnapshot({});
        if (!back || back->routes != snapshot->routes) {
            std::abort();
        }
    }
    return 0;
}
