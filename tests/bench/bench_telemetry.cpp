// SPDX-License-Identifier: GPL-3.0-or-later
// Records a second: from I/O threads through the pipeline into SQLite, and what record() costs the
// thread that calls it. Prints one row "figure value unit" a line; asserts nothing.
#include "core/base/clock.h"
#include "core/store/telemetrystore.h"
#include "core/telemetry/pipeline.h"
#include "tests/support/samplerecords.h"

#include <QCoreApplication>
#include <QTemporaryDir>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <vector>

using namespace sluice;

namespace {

constexpr std::uint32_t kRecords = 300'000;

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double threadCpuSeconds()
{
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

std::vector<telemetry::RequestRecord> someRecords(std::uint32_t from, std::uint32_t count,
                                                  SystemTime at)
{
    std::vector<telemetry::RequestRecord> records;
    records.reserve(count);
    for (std::uint32_t n = from; n < from + count; ++n) {
        records.push_back(tests::plainRecord(n, at + std::chrono::microseconds(n)));
    }
    return records;
}

class NullSink final : public telemetry::BatchSink
{
public:
    void accept(telemetry::Batch) override {}
};

/// Milliseconds of the quickest of a few: the first pays for what the writer has just freed.
template <typename F>
double quickest(F&& work)
{
    double best = 1e9;
    for (int i = 0; i < 5; ++i) {
        const auto start = std::chrono::steady_clock::now();
        work();
        best = std::min(best, secondsSince(start) * 1000.0);
    }
    return best;
}

/// Questions to a day of kRecords.
void benchReader(const store::TelemetryStore& store)
{
    store::RecordQuery byId;
    byId.id = tests::plainRecord(5, {}).id;
    std::size_t found = 0;
    fmt::print("telemetry_newest_page {:.2f} ms\n",
               quickest([&] { found = store.records({})->records.size(); }));
    fmt::print("telemetry_find_id {:.2f} ms\n",
               quickest([&] { found += store.records(byId)->records.size(); }));
    fmt::print("telemetry_traffic {:.2f} ms\n", quickest([&] {
                   const auto all =
                       store.traffic({"support-assistant"},
                                     [&](const telemetry::RequestRecord&) { ++found; });
                   found += all ? 1 : 0;
               }));
    if (found == 0) {
        fmt::print(stderr, "the records cannot be read back\n");
    }
}

/// How fast the writer takes what is queued.
void benchWriter(const std::string& folder, const Clock& clock)
{
    store::TelemetryStoreOptions options;
    options.folder = folder;
    options.queueLimit = kRecords;
    const auto store = store::TelemetryStore::openSqlite(options, clock);
    if (!store) {
        fmt::print(stderr, "{}\n", describe(store.error()));
        return;
    }
    (*store)->accept({someRecords(0, 1000, clock.now()), {}});
    static_cast<void>((*store)->flush()); // the file is there, statements are prepared
    std::vector<telemetry::RequestRecord> records = someRecords(1000, kRecords, clock.now());
    const auto start = std::chrono::steady_clock::now();
    (*store)->accept({std::move(records), {}});
    if (const auto status = (*store)->flush(); !status) {
        fmt::print(stderr, "{}\n", describe(status.error()));
        return;
    }
    fmt::print("telemetry_writer {:.0f} records/s\n", kRecords / secondsSince(start));

    benchReader(**store);
}

/// What one record costs the I/O thread.
void benchRecorder(const Clock& clock)
{
    NullSink sink;
    telemetry::Pipeline pipeline({.ringCapacity = 65'536}, clock, sink);
    pipeline.start();
    double spent = 0;
    for (std::uint32_t round = 0; round < 100; ++round) {
        std::vector<telemetry::RequestRecord> records = someRecords(0, 1000, clock.now());
        const double start = threadCpuSeconds();
        for (telemetry::RequestRecord& record : records) {
            pipeline.recorder(0).record(std::move(record));
        }
        spent += threadCpuSeconds() - start;
    }
    pipeline.stop();
    fmt::print("telemetry_record {:.0f} ns\n", spent * 1e9 / 100'000.0);
}

} // namespace

int main(int argc, char* argv[])
{
    const QCoreApplication application(argc, argv);
    const QTemporaryDir folder;
    const SystemClock clock;
    benchRecorder(clock);
    benchWriter(folder.path().toStdString(), clock);
    return 0;
}
