// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/faultyupstream.h"
#include "tests/support/gatewayfixture.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace sluice;
using namespace sluice::tests;

/// The red button on the data plane: what it moves, what it leaves, and what it proves.
class KillTest final : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void nothingInFlight();
    void uncommittedMove_data();
    void uncommittedMove();
    void committedStay();
    void nothingAdmittedAfterwards();
    void twiceIsOnce();
    void killedStableReturnsToKnownGood();
    void fallbackDoesNotBringItBack();

private:
    void press();

    std::unique_ptr<FaultyUpstream> m_good;
    std::unique_ptr<FaultyUpstream> m_bad;
    std::unique_ptr<GatewayFixture> m_fixture;
    UnitId m_stable;
    UnitId m_candidate;
    routing::Route m_route;
};

namespace {

Step send(const std::string& bytes)
{
    return {Step::Kind::Send, bytes, {}, 0};
}

const std::string kPartial = wire::streamHead() + wire::role() + wire::content("partial");

} // namespace

void KillTest::init()
{
    m_fixture.reset();
    m_good = std::make_unique<FaultyUpstream>(Script{send(wire::whole("stable answer"))});
    m_bad = std::make_unique<FaultyUpstream>(Script{send(wire::whole("candidate answer"))});
    gateway::GatewayOptions options;
    options.threads = 2;
    m_fixture = std::make_unique<GatewayFixture>(options);
    m_stable = m_fixture->addUnit("good", m_good->baseUrl());
    m_candidate = m_fixture->addUnit("bad", m_bad->baseUrl());
    m_route = GatewayFixture::candidateRoute(m_stable, m_candidate);
    m_fixture->setRoute(m_route);
    m_fixture->start();
}

/// What control does to the route before it hands the table over.
void KillTest::press()
{
    m_fixture->setRoute(GatewayFixture::killedRoute(m_route, m_candidate));
}

void KillTest::nothingInFlight()
{
    press();
    GatewayFixture::Kill kill = m_fixture->kill();
    const gateway::KillProof adopted = kill.adopted.get();
    const gateway::KillProof finished = kill.finished.get();
    QCOMPARE(adopted.revision, m_fixture->revision());
    QCOMPARE(adopted.inFlight, 0U);
    QCOMPARE(adopted.movedBeforeCommit, 0U);
    QVERIFY(!adopted.lastAdmitted);
    QVERIFY(!finished.lastFinished);
    QVERIFY(adopted.adopted >= adopted.pressed);
    QCOMPARE(m_fixture->chat(false).header("x-sluice-unit"), m_stable.text());
}

void KillTest::uncommittedMove_data()
{
    QTest::addColumn<bool>("stream");
    QTest::newRow("stream") << true;
    QTest::newRow("whole") << false;
}

void KillTest::uncommittedMove()
{
    QFETCH(const bool, stream);
    constexpr std::size_t kRequests = 8;
    m_bad->setScript(stream ? Script{send(wire::streamHead() + wire::role()), Step{}}
                            : Script{Step{}});
    m_good->setScript(
        {send(stream ? wire::stream("stable answer") : wire::whole("stable answer"))});
    std::vector<std::unique_ptr<PlainClient>> clients;
    for (std::size_t i = 0; i < kRequests; ++i) {
        clients.push_back(std::make_unique<PlainClient>(m_fixture->port()));
        clients.back()->send("POST", "/v1/chat/completions", GatewayFixture::body(stream, "u-1"));
    }
    QTRY_COMPARE(m_bad->requests(), kRequests);

    press();
    GatewayFixture::Kill kill = m_fixture->kill();
    const gateway::KillProof adopted = kill.adopted.get();
    const gateway::KillProof finished = kill.finished.get();

    QCOMPARE(adopted.movedBeforeCommit, kRequests);
    QCOMPARE(adopted.inFlight, 0U);
    QVERIFY(adopted.lastAdmitted && *adopted.lastAdmitted <= adopted.pressed);
    QVERIFY(finished.lastFinished && *finished.lastFinished >= *finished.lastAdmitted);
    for (const auto& client : clients) {
        const PlainAnswer answer = client->receive();
        QCOMPARE(answer.status, 200);
        QVERIFY(answer.complete);
        QCOMPARE(answer.header("x-sluice-fallback"), std::string("killed"));
        QCOMPARE(answer.header("x-sluice-unit"), m_stable.text());
        QCOMPARE(answer.header("x-sluice-arm"), std::string("candidate"));
        QVERIFY(answer.body.find("stable answer") != std::string::npos);
    }
    QTRY_COMPARE(m_bad->abandoned(), kRequests);
    for (const telemetry::RequestRecord& record : m_fixture->waitForRecords(kRequests)) {
        QCOMPARE(record.fallback, telemetry::Fallback::Killed);
        QCOMPARE(record.attempts[0].error, std::string("killed"));
        QCOMPARE(record.servedUnit, m_stable.text());
    }
}

void KillTest::committedStay()
{
    m_bad->setScript({send(kPartial), Step{},
                      send(wire::finish() + wire::usage(1, 1) + wire::done() + wire::end())});
    PlainClient client(m_fixture->port());
    client.send("POST", "/v1/chat/completions", GatewayFixture::body(true, "u-1"));
    QVERIFY(client.waitFor("partial"));

    press();
    GatewayFixture::Kill kill = m_fixture->kill();
    const gateway::KillProof adopted = kill.adopted.get();
    QCOMPARE(adopted.inFlight, 1U);
    QCOMPARE(adopted.movedBeforeCommit, 0U);
    QVERIFY(!adopted.lastFinished);
    QVERIFY(kill.finished.wait_for(std::chrono::milliseconds(0)) == std::future_status::timeout);

    m_bad->release();
    QVERIFY(client.receive().complete);
    const gateway::KillProof finished = kill.finished.get();
    QCOMPARE(finished.inFlight, 0U);
    QVERIFY(finished.lastFinished && *finished.lastFinished >= finished.adopted);
}

void KillTest::nothingAdmittedAfterwards()
{
    std::atomic<bool> stop{false};
    std::atomic<int> failed{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 4; ++i) {
        clients.emplace_back([&] {
            PlainClient client(m_fixture->port());
            while (!stop) {
                client.send("POST", "/v1/chat/completions", GatewayFixture::body(false, "u-1"));
                failed += client.receive().status == 200 ? 0 : 1;
            }
        });
    }
    QTRY_VERIFY(m_bad->requests() > 100);

    press();
    GatewayFixture::Kill kill = m_fixture->kill();
    const gateway::KillProof adopted = kill.adopted.get();
    QVERIFY(kill.finished.get().inFlight == 0U);
    const std::size_t goodBefore = m_good->requests();
    QTRY_VERIFY(m_good->requests() > goodBefore + 100);
    stop = true;
    for (std::thread& client : clients) {
        client.join();
    }

    QCOMPARE(failed.load(), 0);
    QVERIFY(adopted.lastAdmitted && *adopted.lastAdmitted <= adopted.adopted);
    for (const telemetry::RequestRecord& record : m_fixture->records()) {
        QVERIFY(record.revision < adopted.revision || record.servedUnit == m_stable.text());
        QVERIFY(record.revision < adopted.revision || record.attempts.size() == 1);
    }
}

void KillTest::twiceIsOnce()
{
    QCOMPARE(m_fixture->chat(false).header("x-sluice-unit"), m_candidate.text());
    press();
    const gateway::KillProof first = m_fixture->kill().finished.get();
    QVERIFY(first.lastAdmitted && first.lastFinished);
    const gateway::KillProof second = m_fixture->kill().finished.get();
    QCOMPARE(second.movedBeforeCommit, 0U);
    QCOMPARE(second.inFlight, 0U);
    const auto apart = *second.lastAdmitted - *first.lastAdmitted; // two wall clocks at two presses
    QVERIFY(std::chrono::abs(apart) < std::chrono::milliseconds(10));
}

void KillTest::killedStableReturnsToKnownGood()
{
    // Given a route whose present stable unit is bad and has no candidate beside it.
    routing::Route route = GatewayFixture::stableRoute(m_candidate);
    route.knownGood = {m_stable, 1};
    m_fixture->setRoute(route);
    m_fixture->publish();
    m_bad->setScript({Step{}});
    PlainClient client(m_fixture->port());
    client.send("POST", "/v1/chat/completions", GatewayFixture::body(false, "u-1"));
    QTRY_COMPARE(m_bad->requests(), 1U);

    route.definition.stable = m_stable;
    m_fixture->setRoute(GatewayFixture::killedRoute(route, m_candidate));
    GatewayFixture::Kill kill = m_fixture->kill();

    QCOMPARE(kill.adopted.get().movedBeforeCommit, 1U);
    const PlainAnswer answer = client.receive();
    QCOMPARE(answer.header("x-sluice-unit"), m_stable.text());
    QCOMPARE(answer.header("x-sluice-fallback"), std::string("killed"));
}

void KillTest::fallbackDoesNotBringItBack()
{
    // Given a request on the candidate whose stable unit is killed while it waits.
    m_bad->setScript({Step{}, send(wire::status(500, "{}"))});
    FaultyUpstream third({send(wire::whole("third answer"))});
    const UnitId knownGood = m_fixture->addUnit("third", third.baseUrl());
    m_fixture->publish();
    PlainClient client(m_fixture->port());
    client.send("POST", "/v1/chat/completions", GatewayFixture::body(false, "u-1"));
    QTRY_COMPARE(m_bad->requests(), 1U);
    routing::Route route = m_route;
    route.definition.stable = knownGood;
    route.knownGood = {knownGood, 1};
    m_fixture->setRoute(GatewayFixture::killedRoute(route, m_stable));
    m_fixture->kill().adopted.get();

    m_bad->release();

    const PlainAnswer answer = client.receive();
    QCOMPARE(answer.header("x-sluice-unit"), knownGood.text());
    QCOMPARE(m_good->requests(), 0U);
}

QTEST_GUILESS_MAIN(KillTest)
#include "tst_kill.moc"
