// SPDX-License-Identifier: GPL-3.0-or-later
// fillstore FOLDER ROWS: leaves a telemetry store as ROWS requests over the past day would have,
// records and their aggregates, for measurements of starting on it.
#include "core/base/clock.h"
#include "core/store/telemetrystore.h"
#include "tests/support/samplerecords.h"

#include <QCoreApplication>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>

using namespace sluice;

namespace {

constexpr std::uint32_t kAtOnce = 50'000;

telemetry::Batch someBatch(std::uint32_t from, std::uint32_t count, SystemTime begin,
                           std::chrono::microseconds apart)
{
    telemetry::Batch batch;
    std::map<std::pair<std::int64_t, telemetry::Arm>, telemetry::SecondAggregate> seconds;
    for (std::uint32_t n = from; n < from + count; ++n) {
        telemetry::RequestRecord record = tests::plainRecord(n, begin + n * apart);
        auto& second = seconds[{toMicros(record.at) / 1'000'000, record.arm}];
        second.second = toMicros(record.at) / 1'000'000;
        second.key = {record.route, record.arm, record.servedUnit, record.gateway};
        second.sums.add(record);
        batch.records.push_back(std::move(record));
    }
    for (auto& [key, second] : seconds) {
        batch.seconds.push_back(std::move(second));
    }
    return batch;
}

} // namespace

int main(int argc, char* argv[])
{
    const QCoreApplication application(argc, argv);
    const auto rows = argc == 3 ? static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10)) : 0;
    if (rows == 0) {
        fmt::print(stderr, "usage: fillstore FOLDER ROWS\n");
        return 2;
    }
    const SystemClock clock;
    store::TelemetryStoreOptions options;
    options.folder = argv[1];
    const auto store = store::TelemetryStore::openSqlite(options, clock);
    if (!store) {
        fmt::print(stderr, "{}\n", describe(store.error()));
        return 1;
    }
    constexpr std::chrono::hours day{24};
    const std::chrono::microseconds apart(std::chrono::microseconds(day) / rows);
    const SystemTime begin = clock.now() - day;
    for (std::uint32_t done = 0; done < rows; done += kAtOnce) {
        (*store)->accept(someBatch(done, std::min(kAtOnce, rows - done), begin, apart));
        if (const auto status = (*store)->flush(); !status) {
            fmt::print(stderr, "{}\n", describe(status.error()));
            return 1;
        }
    }
    return 0;
}
