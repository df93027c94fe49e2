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
    FaultyUpstream upstream({send(wire::whole("hi"))});
    gateway::GatewayOptions options;
    options.threads = 2;
    GatewayFixture fixture(options);
    const UnitId even = fixture.addUnit("even", upstream.baseUrl());
    const UnitId odd = fixture.addUnit("odd", upstream.baseUrl());
    fixture.setRoute(GatewayFixture::stableRoute(odd));
    fixture.start(); // revision 1: odd revisions serve `odd`

    std::atomic<bool> stop{false};
    std::atomic<int> served{0};
    std::atomic<int> failed{0};
    std::atomic<int> mixed{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < kClients; ++i) {
        clients.emplace_back([&] {
            PlainClient client(fixture.port());
            std::uint64_t last = 0;
            while (!stop) {
                client.send("POST", "/v1/chat/completions", GatewayFixture::body(false, "u"));
                const PlainAnswer answer = client.receive();
                const std::uint64_t revision =
                    std::strtoull(answer.header("x-sluice-revision").c_str(), nullptr, 10);
                const UnitId& expected = revision % 2 == 0 ? even : odd;
                failed += answer.status == 200 && answer.complete ? 0 : 1;
                mixed +=
                    answer.header("x-sluice-unit") == expected.text() && revision >= last ? 0 : 1;
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
            fixture.setRoute(
                GatewayFixture::stableRoute((fixture.revision() + 1) % 2 == 0 ? even : odd));
            fixture.gateway().publish(fixture.table(), {});
        } while (fixture.revision() % 100 != 0);
        while (served < before + 20 && failed == 0 && mixed == 0) {
            std::this_thread::yield();
        }
    }
    fixture.setRoute(GatewayFixture::stableRoute((fixture.revision() + 1) % 2 == 0 ? even : odd));
    fixture.publish();
    stop = true;
    for (std::thread& client : clients) {
        client.join();
    }

    QCOMPARE(failed.load(), 0);
    QCOMPARE(mixed.load(), 0);
    QVERIFY(served.load() >= 1500);
    QCOMPARE(fixture.chat(false).header("x-sluice-revision"), std::to_string(fixture.revision()));
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
