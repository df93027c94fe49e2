// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/faultyupstream.h"
#include "tests/support/gatewayfixture.h"

#include <QTest>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

Q_DECLARE_METATYPE(sluice::tests::Script)

using namespace sluice;
using namespace sluice::tests;
using namespace std::chrono_literals;

/// A client that goes away takes its upstream request with it, within 100 ms, in every phase.
class ClientAbortTest final : public QObject
{
    Q_OBJECT

private slots:
    void upstreamCancelled_data();
    void upstreamCancelled();
    void whileConnecting();
    void manyLeaveNothingBehind();
    void slowReaderPausesUpstream();
};

namespace {

Step send(const std::string& bytes)
{
    return {Step::Kind::Send, bytes, {}, 0};
}

/// A listener whose queue is full: the kernel drops further connection requests, so connecting
/// takes forever.
class FullListener
{
public:
    FullListener()
    {
        m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* plain = reinterpret_cast<sockaddr*>(&address);
        ::bind(m_listener, plain, size);
        ::listen(m_listener, 0);
        ::getsockname(m_listener, plain, &size);
        m_port = ntohs(address.sin_port);
        for (int& filler : m_fillers) {
            filler = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
            ::connect(filler, plain, size);
        }
    }
    ~FullListener()
    {
        for (const int filler : m_fillers) {
            ::close(filler);
        }
        ::close(m_listener);
    }
    FullListener(const FullListener&) = delete;
    FullListener& operator=(const FullListener&) = delete;
    [[nodiscard]] std::string baseUrl() const
    {
        return "http://127.0.0.1:" + std::to_string(m_port) + "/v1";
    }

private:
    int m_listener = -1;
    std::uint16_t m_port = 0;
    std::array<int, 4> m_fillers{};
};

} // namespace

void ClientAbortTest::upstreamCancelled_data()
{
    QTest::addColumn<bool>("stream");
    QTest::addColumn<Script>("script");
    QTest::addColumn<QString>("seen"); ///< what the client waits for before it goes
    const std::string begun = wire::streamHead() + wire::role();
    QTest::newRow("stream, before the head") << true << Script{Step{}} << QString();
    QTest::newRow("stream, before the first token")
        << true << Script{send(begun), Step{}} << QString();
    QTest::newRow("stream, in the middle")
        << true << Script{send(begun + wire::content("partial")), Step{}}
        << QStringLiteral("partial");
    QTest::newRow("whole, before the head") << false << Script{Step{}} << QString();
    QTest::newRow("whole, inside the body")
        << false << Script{send(wire::whole("half").substr(0, 120)), Step{}} << QString();
}

void ClientAbortTest::upstreamCancelled()
{
    QFETCH(const bool, stream);
    QFETCH(const Script, script);
    QFETCH(const QString, seen);
    FaultyUpstream upstream(script);
    GatewayFixture fixture;
    fixture.setRoute(GatewayFixture::stableRoute(fixture.addUnit("m", upstream.baseUrl())));
    fixture.start();
    PlainClient client(fixture.port());
    client.send("POST", "/v1/chat/completions", GatewayFixture::body(stream, "u-1"));
    QTRY_COMPARE(upstream.requests(), 1U);
    if (!seen.isEmpty()) {
        QVERIFY(client.waitFor(seen.toStdString()));
    }

    const auto left = std::chrono::steady_clock::now();
    client.abort();

    QTRY_COMPARE(upstream.abandoned(), 1U);
    QVERIFY(*upstream.abandonedAt() - left <= 100ms);
    QTRY_COMPARE(fixture.records().size(), 1U);
    const telemetry::RequestRecord record = fixture.record();
    QCOMPARE(record.outcome, telemetry::Outcome::ClientGone);
    QCOMPARE(record.status, static_cast<std::uint16_t>(seen.isEmpty() ? 499 : 200));
    QCOMPARE(record.attempts.front().error, std::string("client_gone"));
    QCOMPARE(fixture.gateway().inFlight(), 0U);
}

void ClientAbortTest::whileConnecting()
{
    const FullListener listener;
    GatewayFixture fixture;
    fixture.setRoute(GatewayFixture::stableRoute(fixture.addUnit("m", listener.baseUrl())));
    fixture.start();
    PlainClient client(fixture.port());
    client.send("POST", "/v1/chat/completions", GatewayFixture::body(true, "u-1"));
    QTRY_COMPARE(fixture.gateway().inFlight(), 1U);

    client.abort();

    QTRY_COMPARE_WITH_TIMEOUT(fixture.gateway().inFlight(), 0U, 1000);
    const telemetry::RequestRecord record = fixture.record();
    QCOMPARE(record.outcome, telemetry::Outcome::ClientGone);
    QCOMPARE(record.attempts.front().status, static_cast<std::uint16_t>(0));
    QCOMPARE(record.cost.state, units::CostState::Exact); // nothing was sent
}

void ClientAbortTest::manyLeaveNothingBehind()
{
    FaultyUpstream upstream(
        {send(wire::streamHead() + wire::role() + wire::content("partial")), Step{}});
    GatewayFixture fixture;
    fixture.setRoute(GatewayFixture::stableRoute(fixture.addUnit("m", upstream.baseUrl())));
    fixture.start();
    constexpr std::size_t kMany = 40;
    std::vector<std::unique_ptr<PlainClient>> clients;
    for (std::size_t i = 0; i < kMany; ++i) {
        clients.push_back(std::make_unique<PlainClient>(fixture.port()));
        clients.back()->send("POST", "/v1/chat/completions", GatewayFixture::body(true, "u-1"));
    }
    for (const auto& client : clients) {
        QVERIFY(client->waitFor("partial"));
    }
    for (const auto& client : clients) {
        client->abort();
    }
    QTRY_COMPARE(upstream.abandoned(), kMany);
    QTRY_COMPARE(fixture.gateway().inFlight(), 0U);
    QTRY_COMPARE(fixture.gateway().openConnections(), 0U);
}

void ClientAbortTest::slowReaderPausesUpstream()
{
    // 64 MiB would be read into memory by a gateway without back-pressure.
    FaultyUpstream upstream(
        {send(wire::streamHead() + wire::role()),
         {Step::Kind::Flood, wire::content(std::string(32768, 'x')), {}, 1024},
         send(wire::finish() + wire::usage(10, 5) + wire::done() + wire::end())});
    gateway::GatewayOptions options;
    options.rateWindow = 60ms; // shorter than the pauses, which are no slowness of the provider's
    GatewayFixture fixture(options);
    routing::Guard guard;
    guard.idle = 5000ms;
    guard.minTokensPerSecond = 1000;
    fixture.setRoute(GatewayFixture::stableRoute(fixture.addUnit("m", upstream.baseUrl()), guard));
    fixture.start();
    PlainClient client(fixture.port());
    client.send("POST", "/v1/chat/completions", GatewayFixture::body(true, "u-1"));
    QVERIFY(client.waitFor("xxxx"));

    const PlainAnswer answer = client.receive(30s);

    QVERIFY(answer.complete);
    QVERIFY(answer.body.size() > std::size_t{32} << 20U);
    QTRY_COMPARE(fixture.records().size(), 1U);
    QCOMPARE(fixture.record().outcome, telemetry::Outcome::Ok);
}

QTEST_GUILESS_MAIN(ClientAbortTest)
#include "tst_clientabort.moc"
