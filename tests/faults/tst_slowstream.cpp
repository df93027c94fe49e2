// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/faultyupstream.h"
#include "tests/support/gatewayfixture.h"

#include <QTest>

using namespace sluice;
using namespace sluice::tests;
using namespace std::chrono_literals;

/// min_tokens_per_s: a stream that goes on, but too slowly to be of use, is broken off.
class SlowStreamTest final : public QObject
{
    Q_OBJECT

private slots:
    void tooSlowEndsBroken();
    void simulatedTooSlow();
    void fastEnoughIsWhole_data();
    void fastEnoughIsWhole();
    void wholeAnswersAreNotGuarded();
};

namespace {

Step send(const std::string& bytes)
{
    return {Step::Kind::Send, bytes, {}, 0};
}

/// `count` pieces of text, one every so often, and a good end.
Script paced(int count, std::chrono::milliseconds every, const std::string& text)
{
    Script script{send(wire::streamHead() + wire::role())};
    for (int i = 0; i < count; ++i) {
        script.push_back(send(wire::content(text)));
        script.push_back({Step::Kind::Wait, {}, every, 0});
    }
    script.push_back(send(wire::finish() + wire::usage(10, 5) + wire::done() + wire::end()));
    return script;
}

gateway::GatewayOptions shortWindow()
{
    gateway::GatewayOptions options;
    options.rateWindow = 300ms;
    return options;
}

routing::Guard atLeast(std::uint32_t tokensPerSecond)
{
    routing::Guard guard;
    guard.idle = 5000ms;
    guard.minTokensPerSecond = tokensPerSecond;
    return guard;
}

void checkTooSlow(const PlainAnswer& answer, const telemetry::RequestRecord& record)
{
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.body.find("data: {\"error\":{\"message\":") != std::string::npos);
    QCOMPARE(answer.body.find("[DONE]"), std::string::npos);
    QCOMPARE(answer.body.find("\"stop\""), std::string::npos);
    QVERIFY(!answer.complete);
    QVERIFY(answer.closed);
    QCOMPARE(record.outcome, telemetry::Outcome::Timeout);
    QCOMPARE(record.error, std::string("rate_timeout"));
    QCOMPARE(record.fallback, telemetry::Fallback::None);
    QCOMPARE(record.attempts.size(), 1U);
    QCOMPARE(record.attempts[0].error, std::string("rate_timeout"));
}

} // namespace

/// Its first content has gone to the client, so nobody else may answer.
void SlowStreamTest::tooSlowEndsBroken()
{
    FaultyUpstream slow(paced(200, 50ms, "one")); // at most 20 a second
    FaultyUpstream good({send(wire::stream("stable answer"))});
    GatewayFixture fixture(shortWindow());
    const UnitId candidate = fixture.addUnit("slow", slow.baseUrl());
    fixture.setRoute(GatewayFixture::candidateRoute(fixture.addUnit("good", good.baseUrl()),
                                                    candidate, atLeast(100)));
    fixture.start();

    const PlainAnswer answer = fixture.chat(true);

    checkTooSlow(answer, fixture.record());
    QCOMPARE(answer.header("x-sluice-unit"), candidate.text());
    QVERIFY(answer.body.find("one") != std::string::npos);
    QCOMPARE(good.requests(), 0U);
    QTRY_COMPARE(slow.abandoned(), 1U);
}

void SlowStreamTest::simulatedTooSlow()
{
    GatewayFixture fixture(shortWindow());
    const UnitId unit = fixture.addSimulated("sim", {{"ttft_median_ms", 1},
                                                     {"tokens_per_second", 10},
                                                     {"tokens_median", 200},
                                                     {"tokens_sigma", 0}});
    fixture.setRoute(GatewayFixture::stableRoute(unit, atLeast(100)));
    fixture.start();
    const PlainAnswer answer = fixture.chat(true);
    checkTooSlow(answer, fixture.record());
}

void SlowStreamTest::fastEnoughIsWhole_data()
{
    QTest::addColumn<int>("pieces");
    QTest::addColumn<int>("every"); // ms
    QTest::addColumn<int>("bytes"); // of text
    QTest::addColumn<int>("least");
    QTest::newRow("many small pieces") << 60 << 10 << 3 << 10;
    QTest::newRow("few large pieces") << 6 << 100 << 400 << 100;
    QTest::newRow("over before the window is") << 2 << 60 << 3 << 1000;
}

void SlowStreamTest::fastEnoughIsWhole()
{
    QFETCH(const int, pieces);
    QFETCH(const int, every);
    QFETCH(const int, bytes);
    QFETCH(const int, least);
    FaultyUpstream upstream(paced(pieces, std::chrono::milliseconds(every),
                                  std::string(static_cast<std::size_t>(bytes), 'x')));
    GatewayFixture fixture(shortWindow());
    fixture.setRoute(
        GatewayFixture::stableRoute(fixture.addUnit("m", upstream.baseUrl()),
                                    atLeast(static_cast<std::uint32_t>(least))));
    fixture.start();

    QVERIFY(fixture.chat(true).complete);
    QCOMPARE(fixture.record().outcome, telemetry::Outcome::Ok);
}

void SlowStreamTest::wholeAnswersAreNotGuarded()
{
    FaultyUpstream upstream({{Step::Kind::Wait, {}, 500ms, 0}, send(wire::whole("late"))});
    GatewayFixture fixture(shortWindow());
    fixture.setRoute(
        GatewayFixture::stableRoute(fixture.addUnit("m", upstream.baseUrl()), atLeast(1000)));
    fixture.start();

    QVERIFY(fixture.chat(false).complete);
}

QTEST_GUILESS_MAIN(SlowStreamTest)
#include "tst_slowstream.moc"
