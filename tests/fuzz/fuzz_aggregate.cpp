// SPDX-License-Identifier: GPL-3.0-or-later
// Stored sums from a file that may be damaged: whatever is taken can be merged, asked and written
// again.
#include "core/telemetry/aggregate.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size)
{
    using sluice::telemetry::Aggregate;
    const auto sums = Aggregate::decode({reinterpret_cast<const char*>(data), size});
    if (!sums) {
        return 0;
    }
    Aggregate again;
    again.latency.merge(sums->latency);
    again.latency.merge(sums->overhead);
    if (sums->latency.quantile(0.99) < sums->latency.quantile(0.5)) {
        std::abort();
    }
    const std::string bytes = sums->encode();
    const auto back = Aggregate::decode(bytes);
    if (!back || back->encode() != bytes) {
        std::abort();
    }
    return 0;
}
