// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/faultyupstream.h"
#include "tests/support/gatewayfixture.h"

#include <QTest>

Q_DECLARE_METATYPE(sluice::tests::Script)

using namespace sluice;
using namespace sluice::tests;
using namespace std::chrono_literals;

/// After the commit point nobody else answers: the stream ends with an error event and without
/// anything that a client could take for an end.
class BrokenStreamTest final : public QObject
{
    Q_OBJECT

private slots:
    void endsBroken_data();
    void endsBroken();
    void cutAfterDoneIsWhole();
    void slowStreamWithinIdleIsWhole();
};

namespace {

Step send(const std::string& bytes)
{
    return {Step::Kind::Send, bytes, {}, 0};
}

routing::Guard guard()
{
    routing::Guard guard;
    guard.ttft = 2000ms;
    guard.idle = 300ms;
    return guard;
}

} // namespace

void BrokenStreamTest::endsBroken_data()
{
    QTest::addColumn<Script>("script");
    QTest::addColumn<QString>("code");
    QTest::addColumn<bool>("timeout");
    const Step partial = send(wire::streamHead() + wire::role() + wire::content("partial"));
    const std::string errorFrame = wire::chunk(
        "data: "
        "{\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\",\"code\":null}}\n\n");
    QTest::newRow("stall") << Script{partial, Step{}} << QStringLiteral("idle_timeout") << true;
    QTest::newRow("cut") << Script{partial, {Step::Kind::Close, {}, {}, 0}} << QStringLiteral("cut")
                         << false;
    QTest::newRow("reset") << Script{partial,
                                     {Step::Kind::Wait, {}, 50ms, 0},
                                     {Step::Kind::Reset, {}, {}, 0}}
                           << QStringLiteral("reset") << false;
    QTest::newRow("half close") << Script{partial, {Step::Kind::HalfClose, {}, {}, 0}}
                                << QStringLiteral("cut") << false;
    QTest::newRow("malformed line")
        << Script{partial, send(wire::chunk("data: {broken\n\n")), Step{}}
        << QStringLiteral("malformed") << false;
    QTest::newRow("malformed chunk")
        << Script{partial, send("zz\r\n"), Step{}} << QStringLiteral("malformed") << false;
    QTest::newRow("error frame") << Script{partial, send(errorFrame), Step{}}
                                 << QStringLiteral("provider_error") << false;
    QTest::newRow("clean end without finish")
        << Script{partial, send(wire::end())} << QStringLiteral("cut") << false;
}

void BrokenStreamTest::endsBroken()
{
    QFETCH(const Script, script);
    QFETCH(const QString, code);
    QFETCH(const bool, timeout);
    FaultyUpstream bad(script);
    FaultyUpstream good({send(wire::stream("stable answer"))});
    GatewayFixture fixture;
    const UnitId candidate = fixture.addUnit("bad", bad.baseUrl());
    fixture.setRoute(GatewayFixture::candidateRoute(fixture.addUnit("good", good.baseUrl()),
                                                    candidate, guard()));
    fixture.start();

    const PlainAnswer answer = fixture.chat(true);

    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.header("x-sluice-unit"), candidate.text());
    QCOMPARE(answer.header("x-sluice-fallback"), std::string("none"));
    QVERIFY(answer.body.find("partial") != std::string::npos);
    QVERIFY2(answer.body.find("data: {\"error\":{\"message\":") != std::string::npos,
             answer.body.c_str());
    QVERIFY(answer.body.ends_with("\n\n"));
    QCOMPARE(answer.body.find("[DONE]"), std::string::npos);
    QCOMPARE(answer.body.find("\"stop\""), std::string::npos);
    QVERIFY(!answer.complete);
    QVERIFY(answer.closed);
    QCOMPARE(good.requests(), 0U);

    const telemetry::RequestRecord record = fixture.record();
    QCOMPARE(record.outcome,
             timeout ? telemetry::Outcome::Timeout : telemetry::Outcome::ProviderError);
    QCOMPARE(record.error, code.toStdString());
    QCOMPARE(record.servedUnit, candidate.text());
    QCOMPARE(record.attempts.size(), 1U);
    QCOMPARE(record.fallback, telemetry::Fallback::None);
    QVERIFY(record.cost.state ==
            units::CostState::Unpriced); // something was used, nobody said how much
}

void BrokenStreamTest::cutAfterDoneIsWhole()
{
    FaultyUpstream upstream({send(wire::streamHead() + wire::role() + wire::content("all of it") +
                                  wire::finish() + wire::usage(10, 5) + wire::done()),
                             {Step::Kind::Close, {}, {}, 0}});
    GatewayFixture fixture;
    fixture.setRoute(
        GatewayFixture::stableRoute(fixture.addUnit("m", upstream.baseUrl()), guard()));
    fixture.start();

    const PlainAnswer answer = fixture.chat(true);

    QVERIFY(answer.complete);
    QVERIFY(answer.body.ends_with("data: [DONE]\n\n"));
    QCOMPARE(fixture.record().outcome, telemetry::Outcome::Ok);
}

void BrokenStreamTest::slowStreamWithinIdleIsWhole()
{
    Script script{send(wire::streamHead() + wire::role())};
    for (int i = 0; i < 6; ++i) {
        script.push_back(send(wire::content("piece")));
        script.push_back({Step::Kind::Wait, {}, 100ms, 0});
    }
    script.push_back(send(wire::finish() + wire::usage(10, 5) + wire::done() + wire::end()));
    FaultyUpstream upstream(script);
    GatewayFixture fixture;
    fixture.setRoute(
        GatewayFixture::stableRoute(fixture.addUnit("m", upstream.baseUrl()), guard()));
    fixture.start();

    QVERIFY(fixture.chat(true).complete); // 600 ms in all, but never 300 without content
}

QTEST_GUILESS_MAIN(BrokenStreamTest)
#include "tst_brokenstream.moc"
