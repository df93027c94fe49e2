// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/faultyupstream.h"
#include "tests/support/gatewayfixture.h"

#include <QTest>

Q_DECLARE_METATYPE(sluice::tests::Script)

using namespace sluice;
using namespace sluice::tests;
using namespace std::chrono_literals;

/// Stable and control have no fallback: the client gets an honest error in the surface's shape,
/// once.
class StableFailureTest final : public QObject
{
    Q_OBJECT

private slots:
    void honestError_data();
    void honestError();
    void refusedConnection();
    void rateLimitHeadersPass();
    void deadlineBoundsAllAttempts();
    void credentialsStayHidden();
};

namespace {

Step send(const std::string& bytes)
{
    return {Step::Kind::Send, bytes, {}, 0};
}

routing::Guard guard()
{
    routing::Guard guard;
    guard.ttft = 250ms;
    guard.total = 400ms;
    guard.idle = 250ms;
    return guard;
}

const std::string kError =
    R"({"error":{"message":"slow down","type":"requests","param":null,"code":"rate"}})";

} // namespace

void StableFailureTest::honestError_data()
{
    QTest::addColumn<Script>("script");
    QTest::addColumn<bool>("stream");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("text");
    for (const bool stream : {true, false}) {
        const auto row = [stream](const char* name, const Script& script, int status,
                                  const char* text) {
            QTest::addRow("%s: %s", stream ? "stream" : "whole", name)
                << script << stream << status << QString::fromLatin1(text);
        };
        row("time-out", {Step{}}, 504, "upstream_timeout");
        row("429 passes", {send(wire::status(429, kError))}, 429, "slow down");
        row("500 passes", {send(wire::status(500, kError))}, 500, "slow down");
        row("500 without a body", {send(wire::status(500, ""))}, 500, "\"error\"");
        row("our credentials", {send(wire::status(401, kError))}, 502, "upstream_refused");
        row("our model", {send(wire::status(404, kError))}, 502, "upstream_refused");
        row("redirection", {send(wire::status(307, "", "location: http://127.0.0.1:1/\r\n"))}, 502,
            "redirection");
        row("closed", {{Step::Kind::Close, {}, {}, 0}}, 502, "upstream_");
        row("empty 200", {send(stream ? wire::streamHead() + wire::end() : wire::status(200, ""))},
            502, "upstream_answer_broken");
    }
}

void StableFailureTest::honestError()
{
    QFETCH(const Script, script);
    QFETCH(const bool, stream);
    QFETCH(const int, status);
    QFETCH(const QString, text);
    FaultyUpstream upstream(script);
    GatewayFixture fixture;
    const UnitId stable = fixture.addUnit("m", upstream.baseUrl());
    fixture.setRoute(GatewayFixture::stableRoute(stable, guard()));
    fixture.start();

    const PlainAnswer answer = fixture.chat(stream);

    QCOMPARE(answer.status, status);
    QVERIFY(answer.complete);
    QCOMPARE(answer.header("content-type"), std::string("application/json"));
    QCOMPARE(answer.header("x-should-retry"), std::string("false"));
    QCOMPARE(answer.header("x-sluice-unit"), stable.text());
    QCOMPARE(answer.header("x-sluice-fallback"), std::string("none"));
    const Result<Json> json = parseJson(answer.body);
    QVERIFY2(json.ok() && json->at("error").at("message").is_string(), answer.body.c_str());
    QVERIFY2(answer.body.find(text.toStdString()) != std::string::npos, answer.body.c_str());
    QCOMPARE(upstream.requests(), 1U);
    const telemetry::RequestRecord record = fixture.record();
    QCOMPARE(record.outcome,
             status == 504 ? telemetry::Outcome::Timeout : telemetry::Outcome::ProviderError);
    QCOMPARE(record.status, static_cast<std::uint16_t>(status));
    QCOMPARE(record.servedUnit, std::string());
}

void StableFailureTest::refusedConnection()
{
    GatewayFixture fixture;
    fixture.setRoute(GatewayFixture::stableRoute(fixture.addUnit("m", refusingBaseUrl()), guard()));
    fixture.start();
    const PlainAnswer answer = fixture.chat(true);
    QCOMPARE(answer.status, 502);
    QVERIFY(answer.body.find("upstream_unreachable") != std::string::npos);
    QCOMPARE(fixture.record().error, std::string("connect_refused"));
}

void StableFailureTest::rateLimitHeadersPass()
{
    FaultyUpstream upstream({send(wire::status(429, kError,
                                               "Retry-After: 12\r\nX-RateLimit-Remaining-Requests: "
                                               "0\r\nSet-Cookie: a=b\r\nX-Secret: 1\r\n"))});
    GatewayFixture fixture;
    fixture.setRoute(
        GatewayFixture::stableRoute(fixture.addUnit("m", upstream.baseUrl()), guard()));
    fixture.start();
    const PlainAnswer answer = fixture.chat(false);
    QCOMPARE(answer.header("retry-after"), std::string("12"));
    QCOMPARE(answer.header("x-ratelimit-remaining-requests"), std::string("0"));
    QCOMPARE(answer.header("set-cookie"), std::string());
    QCOMPARE(answer.header("x-secret"), std::string());
}

void StableFailureTest::deadlineBoundsAllAttempts()
{
    FaultyUpstream silent({Step{}});
    GatewayFixture fixture;
    routing::Guard bounded;
    bounded.ttft = 200ms;
    bounded.deadline = 300ms;
    fixture.setRoute(GatewayFixture::candidateRoute(
        fixture.addUnit("s", silent.baseUrl()), fixture.addUnit("c", silent.baseUrl()), bounded));
    fixture.start();
    const PlainAnswer answer = fixture.chat(true);
    QCOMPARE(answer.status, 504);
    const telemetry::RequestRecord record = fixture.record();
    QCOMPARE(record.error, std::string("deadline"));
    QCOMPARE(record.attempts.size(), 2U);
    QCOMPARE(record.attempts[0].error, std::string("ttft_timeout"));
    QCOMPARE(record.attempts[1].error, std::string("deadline"));
}

void StableFailureTest::credentialsStayHidden()
{
    // A provider that repeats the key it was sent must not give it to the client.
    FaultyUpstream upstream({send(wire::status(
        500,
        R"({"error":{"message":"bad key sk-CANARY-upstream","type":"t","param":null,"code":"c"}})"))});
    GatewayFixture fixture;
    fixture.setRoute(
        GatewayFixture::stableRoute(fixture.addUnit("m", upstream.baseUrl()), guard()));
    fixture.start();
    const PlainAnswer answer = fixture.chat(false);
    QCOMPARE(answer.status, 500);
    QVERIFY2(answer.body.find("CANARY") == std::string::npos, answer.body.c_str());
    QVERIFY(upstream.lastRequest().find("Bearer sk-CANARY-upstream") != std::string::npos);
}

QTEST_GUILESS_MAIN(StableFailureTest)
#include "tst_stablefailure.moc"
