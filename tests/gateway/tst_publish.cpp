// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/faultyupstream.h"
#include "tests/support/gatewayfixture.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace sluice;
using namespace sluice::tests;

/// A routing swap under load: no request fails, none sees parts of two revisions.
class PublishTest final : public QObject
{
    Q_OBJECT

private slots:
    void tenThousandSwaps();
    void adoptedMeansEverywhere();
};

namespace {

Step send(const std::string& bytes)
{
    return {Step::Kind::Send, bytes, {}, 0};
}

} // namespace

void PublishTest::tenThousandSwaps()
{
    constexpr std::uint64_t kSwaps = 10'000;
    constexpr int kClients = 4;
    gateway::GatewayOptions options;
    options.threads = 2;
    GatewayFixture fixture(options);
    const Json fast =
        Json::parse(R"({"seed": 1, "ttft_median_ms": 1, "tokens_per_second": 100000})");
    const UnitId even = fixture.addSimulated("even", fast);
    const UnitId odd = fixture.addSimulated("odd", fast);
    // A revision's number says all that there is in it: which unit is stable, and the percentage.
    const auto percentAt = [](std::uint64_t revision) {
        return static_cast<routing::BasisPoints>(revision * 7919 % 10'001);
    };
    const auto unitAt = [&](std::uint64_t revision, bool candidate) -> const UnitId& {
        return (revision % 2 == 0) != candidate ? even : odd;
    };
    const auto routeAt = [&](std::uint64_t revision) {
        routing::Route route =
            GatewayFixture::candidateRoute(unitAt(revision, false), unitAt(revision, true));
        route.definition.percent = percentAt(revision);
        return route;
    };
    fixture.setRoute(routeAt(1));
    fixture.start();

    std::atomic<bool> stop{false};
    std::atomic<int> served{0};
    std::atomic<int> failed{0};
    std::atomic<int> mixed{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < kClients; ++i) {
        clients.emplace_back([&, i] {
            PlainClient client(fixture.port());
            std::uint64_t last = 0;
            for (int n = 0; !stop; ++n) {
                const std::string user = "u-" + std::to_string(i * 1'000'000 + n);
                client.send("POST", "/v1/chat/completions", GatewayFixture::body(false, user));
                const PlainAnswer answer = client.receive();
                const std::uint64_t revision =
                    std::strtoull(answer.header("x-sluice-revision").c_str(), nullptr, 10);
                const units::Arm arm = routing::armOfBucket(
                    routing::bucketOf(GatewayFixture::kRoute, user), percentAt(revision));
                const UnitId& unit = unitAt(revision, arm == units::Arm::Candidate);
                failed += answer.status == 200 && answer.complete ? 0 : 1;
                mixed += answer.header("x-sluice-unit") == unit.text() &&
                                 answer.header("x-sluice-arm") == units::armName(arm) &&
                                 revision >= last
                             ? 0
                             : 1;
                last = revision;
                ++served;
            }
        });
    }
    // As fast as they go, but each hundred only after more requests were served: otherwise there
    // would be no load.
    while (fixture.revision() < kSwaps) {
        const int before = served;
        do {
            fixture.setRoute(routeAt(fixture.revision() + 1));
            fixture.gateway().publish(fixture.table(), {});
        } while (fixture.revision() % 100 != 0);
        while (served < before + 20 && failed == 0 && mixed == 0) {
            std::this_thread::yield();
        }
    }
    fixture.setRoute(routeAt(fixture.revision() + 1));
    fixture.publish();
    stop = true;
    for (std::thread& client : clients) {
        client.join();
    }

    QCOMPARE(failed.load(), 0);
    QCOMPARE(mixed.load(), 0);
    QVERIFY(served.load() >= 1500);
    QCOMPARE(fixture.chat(false).header("x-sluice-revision"), std::to_string(fixture.revision()));
    for (const telemetry::RequestRecord& record : fixture.records()) {
        if (telemetry::hasKey(record)) {
            QCOMPARE(routing::armOfBucket(record.bucket, percentAt(record.revision)), record.arm);
        }
    }
}

void PublishTest::adoptedMeansEverywhere()
{
    FaultyUpstream upstream({send(wire::whole("hi"))});
    gateway::GatewayOptions options;
    options.threads = 2;
    GatewayFixture fixture(options);
    const UnitId unit = fixture.addUnit("m", upstream.baseUrl());
    fixture.setRoute(GatewayFixture::stableRoute(unit));
    fixture.start();
    std::vector<std::unique_ptr<PlainClient>> clients; // enough that both threads have some
    for (int i = 0; i < 16; ++i) {
        clients.push_back(std::make_unique<PlainClient>(fixture.port()));
    }
    for (int swap = 0; swap < 20; ++swap) {
        fixture.publish();
        const std::string expected = std::to_string(fixture.revision());
        for (const auto& client : clients) {
            client->send("POST", "/v1/chat/completions", GatewayFixture::body(false, "u"));
            QCOMPARE(client->receive().header("x-sluice-revision"), expected);
        }
    }
}

QTEST_GUILESS_MAIN(PublishTest)
#include "tst_publish.moc"
