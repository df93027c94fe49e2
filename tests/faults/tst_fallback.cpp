// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/faultyupstream.h"
#include "tests/support/gatewayfixture.h"

#include <QTest>

Q_DECLARE_METATYPE(sluice::tests::Script)

using namespace sluice;
using namespace sluice::tests;
using namespace std::chrono_literals;

/// Before the commit point the client gets stable's good answer, whatever the candidate does, and
/// the failure is counted against the candidate.
class FallbackTest final : public QObject
{
    Q_OBJECT

private slots:
    void goodAnswerInstead_data();
    void goodAnswerInstead();
    void refusedConnection_data();
    void refusedConnection();
    void requestsOwnFault_data();
    void requestsOwnFault();
    void refusedThenFailed();
    void bothFail();

private:
    static void addStreamRows();
    static void addWholeRows();
    static void check(const PlainAnswer& answer, const GatewayFixture& fixture,
                      const UnitId& stable, const UnitId& candidate, const QString& reason,
                      const QString& code);
};

namespace {

routing::Guard guard()
{
    routing::Guard guard;
    guard.ttft = 300ms;
    guard.total = 1500ms;
    guard.idle = 300ms;
    return guard;
}

Step send(const std::string& bytes)
{
    return {Step::Kind::Send, bytes, {}, 0};
}
const Step kStall{Step::Kind::Stall, {}, {}, 0};
const Step kClose{Step::Kind::Close, {}, {}, 0};
const Step kReset{Step::Kind::Reset, {}, {}, 0};
const Step kHalfClose{Step::Kind::HalfClose, {}, {}, 0};

const std::string kErrorFrame = wire::chunk(
    "data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\",\"code\":null}}\n\n");
const std::string kError = R"({"error":{"message":"no","type":"t","param":null,"code":"c"}})";

} // namespace

void FallbackTest::addStreamRows()
{
    const std::string begun = wire::streamHead() + wire::role();
    const auto row = [](const char* name, const Script& script, const char* reason,
                        const char* code) {
        QTest::newRow((std::string("stream: ") + name).c_str())
            << true << script << QString::fromLatin1(reason) << QString::fromLatin1(code);
    };
    row("no answer at all", {kStall}, "timeout", "ttft_timeout");
    row("head, then silence", {send(wire::streamHead()), kStall}, "timeout", "ttft_timeout");
    row("role, then silence", {send(begun), kStall}, "timeout", "ttft_timeout");
    row("closed before the head", {kClose}, "error", "cut");
    row("reset before the head", {kReset}, "error", "reset");
    row("cut after the role", {send(begun), kClose}, "error", "cut");
    row("half-closed after the role", {send(begun), kHalfClose}, "error", "cut");
    row("clean end after the role", {send(begun + wire::end())}, "error", "cut");
    row("malformed line", {send(wire::streamHead() + wire::chunk("data: {broken\n\n")), kStall},
        "error", "malformed");
    row("not HTTP", {send("220 smtp.example ESMTP\r\n\r\n"), kStall}, "error", "malformed");
    row("empty 200", {send(wire::streamHead() + wire::end())}, "error", "empty");
    row("error frame first", {send(wire::streamHead() + kErrorFrame), kStall}, "error",
        "provider_error");
}

void FallbackTest::addWholeRows()
{
    const auto row = [](const char* name, const Script& script, const char* reason,
                        const char* code) {
        QTest::newRow((std::string("whole: ") + name).c_str())
            << false << script << QString::fromLatin1(reason) << QString::fromLatin1(code);
    };
    const std::string half = wire::whole("half").substr(0, wire::whole("half").size() - 40);
    row("no answer at all", {kStall}, "timeout", "total_timeout");
    row("stalls inside the body", {send(half), kStall}, "timeout", "total_timeout");
    row("closed before the head", {kClose}, "error", "cut");
    row("reset inside the body", {send(half), kReset}, "error", "reset");
    row("cut inside the body", {send(half), kClose}, "error", "cut");
    row("half-closed inside the body", {send(half), kHalfClose}, "error", "cut");
    row("malformed JSON", {send(wire::status(200, "{broken"))}, "error", "malformed");
    row("empty 200", {send(wire::status(200, ""))}, "error", "empty");
    row("error in a 200", {send(wire::status(200, kError))}, "error", "provider_error");
}

void FallbackTest::goodAnswerInstead_data()
{
    QTest::addColumn<bool>("stream");
    QTest::addColumn<Script>("script");
    QTest::addColumn<QString>("reason");
    QTest::addColumn<QString>("code");
    addStreamRows();
    addWholeRows();
    for (const bool stream : {true, false}) {
        for (const int status : {302, 400, 401, 402, 403, 404, 408, 409, 413,
                                 422, 429, 500, 502, 503, 529}) {
            QTest::addRow("%s: status %d", stream ? "stream" : "whole", status)
                << stream << Script{send(wire::status(status, kError))} << QStringLiteral("error")
                << QStringLiteral("http_%1").arg(status);
        }
        QTest::addRow("%s: huge error body", stream ? "stream" : "whole")
            << stream
            << Script{send("HTTP/1.1 500 X\r\ntransfer-encoding: chunked\r\n\r\n"),
                      {Step::Kind::Flood, wire::chunk(std::string(65536, 'x')), {}, 16384}}
            << QStringLiteral("error") << QStringLiteral("http_500");
        QTest::addRow("%s: announces a GiB", stream ? "stream" : "whole")
            << stream
            << Script{send("HTTP/1.1 200 X\r\ncontent-length: 1073741824\r\n\r\n"), Step{}}
            << QStringLiteral("error") << QStringLiteral("too_large");
    }
}

void FallbackTest::goodAnswerInstead()
{
    QFETCH(const bool, stream);
    QFETCH(const Script, script);
    QFETCH(const QString, reason);
    QFETCH(const QString, code);
    FaultyUpstream bad(script);
    FaultyUpstream good(
        {send(stream ? wire::stream("stable answer") : wire::whole("stable answer"))});
    GatewayFixture fixture;
    const UnitId stable = fixture.addUnit("good", good.baseUrl());
    const UnitId candidate = fixture.addUnit("bad", bad.baseUrl());
    fixture.setRoute(GatewayFixture::candidateRoute(stable, candidate, guard()));
    fixture.start();

    const PlainAnswer answer = fixture.chat(stream);

    check(answer, fixture, stable, candidate, reason, code);
    QCOMPARE(bad.requests(), 1U);
    QCOMPARE(good.requests(), 1U);
}

void FallbackTest::check(const PlainAnswer& answer, const GatewayFixture& fixture,
                         const UnitId& stable, const UnitId& candidate, const QString& reason,
                         const QString& code)
{
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.complete);
    QVERIFY2(answer.body.find("stable answer") != std::string::npos, answer.body.c_str());
    QCOMPARE(answer.body.find("\"error\""), std::string::npos);
    QCOMPARE(answer.header("x-sluice-fallback"), reason.toStdString());
    QCOMPARE(answer.header("x-sluice-unit"), stable.text());
    QCOMPARE(answer.header("x-sluice-arm"), std::string("candidate"));

    const std::vector<telemetry::RequestRecord> records = fixture.waitForRecords(1);
    QCOMPARE(records.size(), 1U);
    const telemetry::RequestRecord& record = records.front();
    QCOMPARE(record.arm, telemetry::Arm::Candidate);
    QCOMPARE(record.assignedUnit, candidate.text());
    QCOMPARE(record.servedUnit, stable.text());
    QCOMPARE(telemetry::fallbackName(record.fallback), std::string_view(reason.toStdString()));
    QCOMPARE(record.outcome, telemetry::Outcome::Ok);
    QCOMPARE(record.attempts.size(), 2U);
    QCOMPARE(record.attempts[0].unit, candidate.text());
    QCOMPARE(record.attempts[0].error, code.toStdString());
    QCOMPARE(record.attempts[1].unit, stable.text());
    QCOMPARE(record.attempts[1].error, std::string());
    QVERIFY(record.usageKnown);
}

void FallbackTest::refusedConnection_data()
{
    QTest::addColumn<bool>("stream");
    QTest::newRow("stream") << true;
    QTest::newRow("whole") << false;
}

void FallbackTest::refusedConnection()
{
    QFETCH(const bool, stream);
    FaultyUpstream good(
        {send(stream ? wire::stream("stable answer") : wire::whole("stable answer"))});
    GatewayFixture fixture;
    const UnitId stable = fixture.addUnit("good", good.baseUrl());
    const UnitId candidate = fixture.addUnit("bad", refusingBaseUrl());
    fixture.setRoute(GatewayFixture::candidateRoute(stable, candidate, guard()));
    fixture.start();

    check(fixture.chat(stream), fixture, stable, candidate, QStringLiteral("error"),
          QStringLiteral("connect_refused"));
}

void FallbackTest::requestsOwnFault_data()
{
    QTest::addColumn<int>("status");
    QTest::newRow("bad request") << 400;
    QTest::newRow("too large") << 413;
    QTest::newRow("not processable") << 422;
}

/// Stable refuses it too: the client gets that, and nothing counts against the candidate.
void FallbackTest::requestsOwnFault()
{
    QFETCH(const int, status);
    FaultyUpstream bad({send(wire::status(status, "{}"))});
    FaultyUpstream good({send(wire::status(status, kError))});
    GatewayFixture fixture;
    fixture.setRoute(GatewayFixture::candidateRoute(
        fixture.addUnit("good", good.baseUrl()), fixture.addUnit("bad", bad.baseUrl()), guard()));
    fixture.start();

    const PlainAnswer answer = fixture.chat(false);

    QCOMPARE(answer.status, status);
    QCOMPARE(answer.header("x-sluice-fallback"), std::string("none"));
    QCOMPARE(answer.header("x-should-retry"), std::string("false"));
    QVERIFY(answer.body.find(R"("message":"no")") != std::string::npos);
    QCOMPARE(bad.requests(), 1U);
    QCOMPARE(good.requests(), 1U);
    const telemetry::RequestRecord record = fixture.record();
    QCOMPARE(record.outcome, telemetry::Outcome::ClientError);
    QCOMPARE(record.fallback, telemetry::Fallback::None);
    QCOMPARE(record.arm, telemetry::Arm::Candidate);
    QCOMPARE(record.servedUnit, std::string());
    QCOMPARE(record.attempts.size(), 2U);
}

/// Whether stable would have taken it, nobody knows: that stands as the failure that it is.
void FallbackTest::refusedThenFailed()
{
    FaultyUpstream bad({send(wire::status(400, kError))});
    FaultyUpstream alsoBad({send(wire::status(503, kError))});
    GatewayFixture fixture;
    fixture.setRoute(GatewayFixture::candidateRoute(fixture.addUnit("stable", alsoBad.baseUrl()),
                                                    fixture.addUnit("bad", bad.baseUrl()),
                                                    guard()));
    fixture.start();

    QCOMPARE(fixture.chat(false).status, 503);
    const telemetry::RequestRecord record = fixture.record();
    QCOMPARE(record.outcome, telemetry::Outcome::ProviderError);
    QCOMPARE(record.fallback, telemetry::Fallback::Error);
}

void FallbackTest::bothFail()
{
    FaultyUpstream bad({send(wire::status(500, kError))});
    FaultyUpstream alsoBad({send(wire::status(503, kError, "retry-after: 7\r\n"))});
    GatewayFixture fixture;
    fixture.setRoute(GatewayFixture::candidateRoute(fixture.addUnit("stable", alsoBad.baseUrl()),
                                                    fixture.addUnit("bad", bad.baseUrl()),
                                                    guard()));
    fixture.start();

    const PlainAnswer answer = fixture.chat(true);

    QCOMPARE(answer.status, 503);
    QCOMPARE(answer.header("retry-after"), std::string("7"));
    QCOMPARE(answer.header("x-should-retry"), std::string("false"));
    QCOMPARE(answer.header("x-sluice-fallback"), std::string("error"));
    const telemetry::RequestRecord record = fixture.record();
    QCOMPARE(record.outcome, telemetry::Outcome::ProviderError);
    QCOMPARE(record.servedUnit, std::string());
    QCOMPARE(record.attempts.size(), 2U);
    QCOMPARE(record.cost.state,
             units::CostState::Exact); // a provider that answers with an error bills nothing
}

QTEST_GUILESS_MAIN(FallbackTest)
#include "tst_fallback.moc"
