// SPDX-License-Identifier: GPL-3.0-or-later
// What parses must have a canonical form that parses to the same canonical form again, or be refused for its numbers.
#include "core/base/json.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size)
{
    const auto document = sluice::parseJson({reinterpret_cast<const char*>(data), size});
    if (!document) {
        return 0;
    }
    const auto once = sluice::canonicalJson(*document);
    if (!once) {
        return 0;
    }
    const auto again = sluice::parseJson(*once);
    if (!again || !sluice::canonicalJson(*again) || *sluice::canonicalJson(*again) != *once) {
        std::abort();
    }
    return 0;
}
