// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/hash.h"
#include "core/telemetry/aggregate.h"
#include "tests/support/faultyupstream.h"
#include "tests/support/gatewayfixture.h"

#include <QTest>

#include <algorithm>

using namespace sluice;
using namespace sluice::tests;
using namespace std::chrono_literals;

/// What a served request carries and leaves behind: facts in headers, metering, identity, prompts.
class RequestsTest final : public QObject
{
    Q_OBJECT

private slots:
    void factsInHeaders_data();
    void factsInHeaders();
    void usageOnlyIfAsked_data();
    void usageOnlyIfAsked();
    void cachedTokensAreNotCountedTwice();
    void unknownPriceIsNotZero();
    void keylessGoesToStable();
    void armsAreSticky();
    void headersDoNotLeak();
    void traceGoesOn();
    void sdkRetriesAreMarked();
    void sdkRetriesKeepTheirArm();
    void connectionIsReused();
    void simulated_data();
    void simulated();
    void promptIsRendered();
    void promptErrors_data();
    void promptErrors();
    void nothingMeantForAPromptIsLost_data();
    void nothingMeantForAPromptIsLost();
    void systemMessages();
    void stagesAddUp();
};

namespace {

Step send(const std::string& bytes)
{
    return {Step::Kind::Send, bytes, {}, 0};
}

const std::string kPrompt = "---\ninput:\n  schema:\n    name: string\n---\n{{role "
                            "\"system\"}}\nGreet {{name}}.\n{{history}}\n";

Json prices(const char* provider)
{
    return Json::parse(std::string(R"([{"provider":")") + provider + R"(","model":"m-)" + provider +
                       R"(-2026-01-15","currency":"USD","from":"2020-01-01","input_per_mtok":3.0,)"
                       R"("cached_input_per_mtok":0.3,"output_per_mtok":15.0}])");
}

} // namespace

void RequestsTest::factsInHeaders_data()
{
    QTest::addColumn<bool>("stream");
    QTest::newRow("stream") << true;
    QTest::newRow("whole") << false;
}

void RequestsTest::factsInHeaders()
{
    QFETCH(const bool, stream);
    FaultyUpstream upstream({send(stream ? wire::stream("hi") : wire::whole("hi"))});
    GatewayFixture fixture;
    const UnitId stable = fixture.addUnit("a", upstream.baseUrl());
    const UnitId candidate = fixture.addUnit("b", upstream.baseUrl());
    fixture.setRoute(GatewayFixture::candidateRoute(stable, candidate));
    fixture.start();

    const PlainAnswer answer = fixture.chat(stream);

    QCOMPARE(answer.status, 200);
    QVERIFY(answer.complete);
    QCOMPARE(answer.header("x-sluice-unit"), candidate.text());
    QCOMPARE(answer.header("x-sluice-arm"), std::string("candidate"));
    QCOMPARE(answer.header("x-sluice-revision"), std::string("1"));
    QCOMPARE(answer.header("x-sluice-fallback"), std::string("none"));
    QCOMPARE(answer.header("x-sluice-simulated"), std::string());
    QCOMPARE(answer.header("content-type"),
             std::string(stream ? "text/event-stream" : "application/json"));
    QCOMPARE(answer.header("x-accel-buffering"), std::string(stream ? "no" : ""));
    QCOMPARE(answer.header("transfer-encoding"), std::string(stream ? "chunked" : ""));

    const telemetry::RequestRecord record = fixture.record();
    QCOMPARE(record.id, answer.header("x-sluice-request-id"));
    QCOMPARE(record.route, std::string(GatewayFixture::kRoute));
    QCOMPARE(record.arm, telemetry::Arm::Candidate);
    QCOMPARE(record.assignedBy, telemetry::AssignedBy::Bucket);
    QCOMPARE(record.servedUnit, candidate.text());
    QCOMPARE(record.streamed, stream);
    QCOMPARE(record.status, static_cast<std::uint16_t>(200));
    QCOMPARE(record.finishReason, std::string("stop"));
    using routing::Generation;
    QCOMPARE(telemetry::bucketIn(record, 2),
             std::optional(routing::bucketOf(GatewayFixture::kRoute, "u-1", Generation::V2)));
    QCOMPARE(telemetry::bucketIn(record, 3),
             std::optional(routing::bucketOf(GatewayFixture::kRoute, "u-1", Generation::V3)));
    const Sha256 expected = hmacSha256("a test's key", "u-1");
    QVERIFY(std::equal(record.keyHmac.begin(), record.keyHmac.end(), expected.begin()));
}

void RequestsTest::usageOnlyIfAsked_data()
{
    QTest::addColumn<bool>("asked");
    QTest::newRow("asked") << true;
    QTest::newRow("not asked") << false;
}

void RequestsTest::usageOnlyIfAsked()
{
    QFETCH(const bool, asked);
    FaultyUpstream upstream({send(wire::stream("hi"))});
    GatewayFixture fixture;
    fixture.setRoute(GatewayFixture::stableRoute(fixture.addUnit("m", upstream.baseUrl())));
    fixture.setPrices(prices("m"));
    fixture.start();

    const PlainAnswer answer =
        fixture.chat(true, "u", asked ? R"(,"stream_options":{"include_usage":true})" : "");

    QCOMPARE(answer.body.find("prompt_tokens") != std::string::npos, asked);
    QVERIFY(upstream.lastRequest().find("\"include_usage\":true") != std::string::npos);
    const telemetry::RequestRecord record = fixture.record();
    QVERIFY(record.usageKnown);
    QCOMPARE(record.raw.prompt, 10);
    QCOMPARE(record.tokens.output, 5);
    QCOMPARE(record.cost.state, units::CostState::Exact);
    QCOMPARE(record.cost.micros, 10 * 3 + 5 * 15);
}

void RequestsTest::cachedTokensAreNotCountedTwice()
{
    FaultyUpstream upstream({send(wire::whole("hi", 1000, 20, 600))});
    GatewayFixture fixture;
    fixture.setRoute(GatewayFixture::stableRoute(fixture.addUnit("m", upstream.baseUrl())));
    fixture.setPrices(prices("m"));
    fixture.start();
    QCOMPARE(fixture.chat(false).status, 200);
    const telemetry::RequestRecord record = fixture.record();
    QCOMPARE(record.raw.prompt, 1000);
    QCOMPARE(record.tokens.input, 400);
    QCOMPARE(record.tokens.cachedInput, 600);
    QCOMPARE(record.cost.micros, 400 * 3 + 180 + 20 * 15); // 600 x 0.3 = 180
}

void RequestsTest::unknownPriceIsNotZero()
{
    FaultyUpstream upstream({send(wire::whole("hi"))});
    GatewayFixture fixture;
    fixture.setRoute(GatewayFixture::stableRoute(fixture.addUnit("m", upstream.baseUrl())));
    fixture.start();
    QCOMPARE(fixture.chat(false).status, 200);
    QCOMPARE(fixture.record().cost.state, units::CostState::Missing);
}

void RequestsTest::keylessGoesToStable()
{
    FaultyUpstream upstream({send(wire::whole("hi"))});
    GatewayFixture fixture;
    const UnitId stable = fixture.addUnit("a", upstream.baseUrl());
    fixture.setRoute(
        GatewayFixture::candidateRoute(stable, fixture.addUnit("b", upstream.baseUrl())));
    fixture.start();
    const PlainAnswer answer = fixture.chat(false, "");
    QCOMPARE(answer.header("x-sluice-arm"), std::string("stable"));
    QCOMPARE(answer.header("x-sluice-unit"), stable.text());
    const telemetry::RequestRecord record = fixture.record();
    QCOMPARE(record.assignedBy, telemetry::AssignedBy::None);
    QCOMPARE(record.keyHmac, (std::array<unsigned char, 16>{}));
}

void RequestsTest::armsAreSticky()
{
    FaultyUpstream upstream({send(wire::whole("hi"))});
    GatewayFixture fixture;
    const UnitId stable = fixture.addUnit("a", upstream.baseUrl());
    const UnitId candidate = fixture.addUnit("b", upstream.baseUrl());
    routing::Route route = GatewayFixture::candidateRoute(stable, candidate);
    route.definition.percent = 2000;
    fixture.setRoute(route);
    fixture.start();
    PlainClient client(fixture.port());
    for (int i = 0; i < 60; ++i) {
        const std::string user = "user-" + std::to_string(i % 20);
        client.send("POST", "/v1/chat/completions", GatewayFixture::body(false, user));
        const PlainAnswer answer = client.receive();
        const units::Arm arm =
            routing::armOfBucket(routing::bucketOf(GatewayFixture::kRoute, user), 2000);
        QCOMPARE(answer.header("x-sluice-arm"), std::string(units::armName(arm)));
        QCOMPARE(answer.header("x-sluice-unit"),
                 (arm == units::Arm::Candidate ? candidate : stable).text());
    }
}

void RequestsTest::headersDoNotLeak()
{
    FaultyUpstream upstream({send(wire::status(
        200,
        R"({"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":)"
        R"({"role":"assistant","content":"hi"},"finish_reason":"stop"}]})",
        "set-cookie: a=b\r\nx-internal: 1\r\nserver: secret/1.0\r\nx-ratelimit-limit-requests: "
        "100\r\n"))});
    GatewayFixture fixture;
    fixture.setRoute(GatewayFixture::stableRoute(fixture.addUnit("m", upstream.baseUrl())));
    fixture.start();
    const PlainAnswer answer = fixture.chat(false, "u", {},
                                            {{"Authorization", "Bearer sk-CANARY-client"},
                                             {"Cookie", "session=1"},
                                             {"X-Forwarded-For", "10.0.0.1"},
                                             {"X-Sluice-User", "secret-user"},
                                             {"X-Custom", "1"}});
    QCOMPARE(answer.status, 200);
    const std::string sent = upstream.lastRequest();
    for (const char* word :
         {"CANARY-client", "session=1", "10.0.0.1", "secret-user", "X-Custom", "x-custom"}) {
        QVERIFY2(sent.find(word) == std::string::npos, word);
    }
    QVERIFY(sent.find("Bearer sk-CANARY-upstream") != std::string::npos);
    for (const char* name : {"set-cookie", "x-internal"}) {
        QCOMPARE(answer.header(name), std::string());
    }
    QVERIFY(answer.header("server").find("secret") == std::string::npos);
    QCOMPARE(answer.header("x-ratelimit-limit-requests"), std::string("100"));
}

void RequestsTest::traceGoesOn()
{
    FaultyUpstream upstream({send(wire::whole("hi"))});
    GatewayFixture fixture;
    fixture.setRoute(GatewayFixture::stableRoute(fixture.addUnit("m", upstream.baseUrl())));
    fixture.start();
    QCOMPARE(fixture
                 .chat(false, "u", {},
                       {{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}})
                 .status,
             200);
    QCOMPARE(fixture.record().traceId, std::string("0af7651916cd43dd8448eb211c80319c"));
    const std::string sent = upstream.lastRequest();
    QVERIFY(sent.find("traceparent: 00-0af7651916cd43dd8448eb211c80319c-") != std::string::npos);
    QVERIFY(sent.find("b7ad6b7169203331") == std::string::npos); // a span of our own
}

void RequestsTest::sdkRetriesAreMarked()
{
    FaultyUpstream upstream({send(wire::whole("hi"))});
    GatewayFixture fixture;
    fixture.setRoute(GatewayFixture::stableRoute(fixture.addUnit("m", upstream.baseUrl())));
    fixture.start();
    fixture.chat(false, "u", {}, {{"X-Stainless-Retry-Count", "0"}});
    fixture.chat(false, "u", {}, {{"X-Stainless-Retry-Count", "2"}});
    const auto records = fixture.waitForRecords(2);
    QCOMPARE(records.size(), 2U);
    QVERIFY(!records[0].retry);
    QVERIFY(records[1].retry);
}

/// A retry of an SDK is its user's request once more: whatever moved in between, it gets the arm
/// that its user has, and it is no new trial of it.
void RequestsTest::sdkRetriesKeepTheirArm()
{
    FaultyUpstream upstream({send(wire::whole("hi"))});
    GatewayFixture fixture;
    const UnitId stable = fixture.addUnit("stable", upstream.baseUrl());
    const UnitId candidate = fixture.addUnit("candidate", upstream.baseUrl());
    routing::Route route = GatewayFixture::candidateRoute(stable, candidate);
    route.definition.percent = 2000;
    fixture.setRoute(route);
    fixture.start();
    telemetry::Aggregate sums;
    for (int i = 0; i < 20; ++i) {
        const std::string user = "u-" + std::to_string(i);
        const auto arm = fixture.chat(false, user).header("x-sluice-arm");
        route.definition.percent += 100; // a ramp goes on meanwhile
        fixture.setRoute(route);
        fixture.publish();
        for (const char* count : {"1", "2"}) {
            const auto again =
                fixture.chat(false, user, {}, {{"X-Stainless-Retry-Count", count}});
            const auto now = routing::armOfBucket(
                routing::bucketOf(GatewayFixture::kRoute, user), route.definition.percent);
            QCOMPARE(again.header("x-sluice-arm"), std::string(units::armName(now)));
            if (arm != "stable") {
                QCOMPARE(again.header("x-sluice-arm"), arm); // nobody leaves on the way up
            }
        }
    }
    for (const telemetry::RequestRecord& record : fixture.waitForRecords(60)) {
        sums.add(record);
    }
    QCOMPARE(sums.requests, 20U);
    QCOMPARE(sums.retries, 40U);
}

void RequestsTest::connectionIsReused()
{
    FaultyUpstream upstream({send(wire::stream("hi"))});
    GatewayFixture fixture;
    fixture.setRoute(GatewayFixture::stableRoute(fixture.addUnit("m", upstream.baseUrl())));
    fixture.start();
    PlainClient client(fixture.port());
    for (int i = 0; i < 3; ++i) {
        client.send("POST", "/v1/chat/completions", GatewayFixture::body(true, "u"));
        QVERIFY(client.receive().complete);
    }
    const auto records = fixture.waitForRecords(3);
    QVERIFY(records[0].attempts[0].connectMicros > 0);
    QCOMPARE(records[1].attempts[0].connectMicros, 0U);
    QCOMPARE(records[2].attempts[0].connectMicros, 0U);
}

void RequestsTest::simulated_data()
{
    QTest::addColumn<bool>("stream");
    QTest::addColumn<QString>("directive");
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("complete");
    for (const bool stream : {true, false}) {
        const char* kind = stream ? "stream" : "whole";
        QTest::addRow("%s: good", kind)
            << stream << QStringLiteral(R"({"ending":"stop"})") << 200 << true;
        QTest::addRow("%s: 429", kind)
            << stream << QStringLiteral(R"({"status":429})") << 429 << true;
        QTest::addRow("%s: 500", kind)
            << stream << QStringLiteral(R"({"status":500})") << 500 << true;
        QTest::addRow("%s: cut", kind)
            << stream << QStringLiteral(R"({"ending":"cut","break_after":2})")
            << (stream ? 200 : 502) << !stream;
        QTest::addRow("%s: stall", kind)
            << stream << QStringLiteral(R"({"ending":"stall","break_after":2})")
            << (stream ? 200 : 504) << !stream;
    }
}

void RequestsTest::simulated()
{
    QFETCH(const bool, stream);
    QFETCH(const QString, directive);
    QFETCH(const int, status);
    QFETCH(const bool, complete);
    GatewayFixture fixture;
    routing::Guard guard;
    guard.idle = 200ms;
    guard.total = 800ms;
    fixture.setRoute(GatewayFixture::stableRoute(
        fixture.addSimulated(
            "sim",
            Json::parse(
                R"({"seed":7,"ttft_median_ms":5,"tokens_per_second":1000,"tokens_median":20})")),
        guard));
    fixture.start();
    const PlainAnswer answer =
        fixture.chat(stream, "u", R"(,"metadata":{"sim":)" + directive.toStdString() + "}");
    QCOMPARE(answer.status, status);
    QCOMPARE(answer.complete, complete);
    QCOMPARE(answer.header("x-sluice-simulated"), std::string("true"));
    const telemetry::RequestRecord record = fixture.record();
    QVERIFY(record.simulated);
    if (status == 200 && complete) {
        QVERIFY(record.usageKnown);
        QVERIFY(record.tokens.output > 0);
    }
}

void RequestsTest::promptIsRendered()
{
    FaultyUpstream upstream({send(wire::whole("hi"))});
    GatewayFixture fixture;
    fixture.setRoute(GatewayFixture::stableRoute(
        fixture.addPrompted("m", upstream.baseUrl(), "1.2.0", kPrompt)));
    fixture.start();
    const PlainAnswer answer = fixture.chat(
        false, "u", R"(,"prompt":{"id":"greet","version":"^1.0","variables":{"name":"Ada"}})");
    QVERIFY2(answer.status == 200, answer.body.c_str());
    QCOMPARE(answer.header("x-sluice-prompt"), std::string("greet@1.2.0"));
    QVERIFY2(upstream.lastRequest().find("Greet Ada.") != std::string::npos,
             upstream.lastRequest().c_str());
    QVERIFY(upstream.lastRequest().find("\"hello\"") != std::string::npos);
    QVERIFY(upstream.lastRequest().find("\"variables\"") == std::string::npos);
    QCOMPARE(fixture.record().prompt, std::string("greet@1.2.0"));
}

void RequestsTest::promptErrors_data()
{
    QTest::addColumn<QString>("prompt");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("param");
    const auto row = [](const char* name, const char* prompt, int status, const char* code,
                        const char* param) {
        QTest::newRow(name) << QString::fromLatin1(prompt) << status << QString::fromLatin1(code)
                            << QString::fromLatin1(param);
    };
    row("another prompt", R"({"id":"other","variables":{"name":"x"}})", 404, "prompt_unknown",
        "/prompt/id");
    row("incompatible", R"({"id":"greet","version":"^2.0","variables":{"name":"x"}})", 409,
        "prompt_version_incompatible", "/prompt/version");
    row("bad range", R"({"id":"greet","version":"newest","variables":{"name":"x"}})", 400,
        "prompt_version_invalid", "/prompt/version");
    row("missing variable", R"({"id":"greet"})", 400, "prompt_variable_invalid",
        "/prompt/variables/name");
    row("mistyped variable", R"({"id":"greet","variables":{"name":3}})", 400,
        "prompt_variable_invalid", "/prompt/variables/name");
    row("incompatible, not by name", R"({"version":"^2.0","variables":{"name":"x"}})", 409,
        "prompt_version_incompatible", "/prompt/version");
}

void RequestsTest::promptErrors()
{
    QFETCH(const QString, prompt);
    QFETCH(const int, status);
    QFETCH(const QString, code);
    QFETCH(const QString, param);
    FaultyUpstream upstream({send(wire::whole("hi"))});
    GatewayFixture fixture;
    fixture.setRoute(GatewayFixture::stableRoute(
        fixture.addPrompted("m", upstream.baseUrl(), "1.2.0", kPrompt)));
    fixture.start();
    const PlainAnswer answer = fixture.chat(false, "u", ",\"prompt\":" + prompt.toStdString());
    QCOMPARE(answer.status, status);
    const Json error = parseJson(answer.body)->at("error");
    QCOMPARE(error.at("code").get<std::string>(), code.toStdString());
    QCOMPARE(error.at("param").get<std::string>(), param.toStdString());
    QCOMPARE(upstream.requests(), 0U);
}

void RequestsTest::nothingMeantForAPromptIsLost_data()
{
    QTest::addColumn<QString>("prompt");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("param");
    QTest::newRow("variables") << R"({"variables":{"name":"Ada"}})" << 400 << "/prompt/variables";
    QTest::newRow("version") << R"({"version":"1.x"})" << 400 << "/prompt/version";
    QTest::newRow("id") << R"({"id":"greet","variables":{"name":"Ada"}})" << 404 << "/prompt/id";
    QTest::newRow("no variables") << R"({"variables":{}})" << 200 << "";
    QTest::newRow("nothing") << "{}" << 200 << "";
}

/// A unit without a prompt.
void RequestsTest::nothingMeantForAPromptIsLost()
{
    QFETCH(const QString, prompt);
    QFETCH(const int, status);
    QFETCH(const QString, param);
    FaultyUpstream upstream({send(wire::whole("hi"))});
    GatewayFixture fixture;
    fixture.setRoute(GatewayFixture::stableRoute(fixture.addUnit("m", upstream.baseUrl())));
    fixture.start();
    const PlainAnswer answer = fixture.chat(false, "u", ",\"prompt\":" + prompt.toStdString());
    QCOMPARE(answer.status, status);
    if (status != 200) {
        const Json error = parseJson(answer.body)->at("error");
        QCOMPARE(error.at("param").get<std::string>(), param.toStdString());
        QCOMPARE(upstream.requests(), 0U);
    }
}

void RequestsTest::systemMessages()
{
    FaultyUpstream upstream({send(wire::whole("hi"))});
    GatewayFixture fixture;
    routing::Route route = GatewayFixture::stableRoute(fixture.addUnit("m", upstream.baseUrl()));
    route.definition.systemMessages = routing::SystemMessages::Deny;
    fixture.setRoute(route);
    fixture.start();
    const std::string body = R"({"model":"support","messages":[{"role":"system","content":"obey"},)"
                             R"({"role":"user","content":"hi"}]})";
    const PlainAnswer denied =
        PlainClient::request(fixture.port(), "POST", "/v1/chat/completions", body);
    QCOMPARE(denied.status, 400);
    QVERIFY(denied.body.find("system_message_denied") != std::string::npos);
    QCOMPARE(fixture.chat(false).status, 200);

    route.definition.systemMessages = routing::SystemMessages::Warn;
    fixture.setRoute(route);
    fixture.publish();
    const PlainAnswer warned =
        PlainClient::request(fixture.port(), "POST", "/v1/chat/completions", body);
    QCOMPARE(warned.status, 200);
    QCOMPARE(warned.header("x-sluice-warning"), std::string("system_message"));
}

void RequestsTest::stagesAddUp()
{
    FaultyUpstream upstream({{Step::Kind::Wait, {}, 50ms, 0},
                             send(wire::streamHead() + wire::role() + wire::content("a")),
                             {Step::Kind::Wait, {}, 50ms, 0},
                             send(wire::content("b") + wire::finish() + wire::usage(1, 1) +
                                  wire::done() + wire::end())});
    GatewayFixture fixture;
    fixture.setRoute(GatewayFixture::stableRoute(fixture.addUnit("m", upstream.baseUrl())));
    fixture.start();
    QVERIFY(fixture.chat(true).complete);
    const telemetry::Stages stages = fixture.record().stages;
    QVERIFY(stages.ttft >= 50'000);
    QVERIFY(stages.stream >= 45'000);
    QVERIFY(stages.total >= stages.ttft + stages.stream);
    QVERIFY(stages.upstreamWait >= 95'000 && stages.upstreamWait <= stages.total);
}

QTEST_GUILESS_MAIN(RequestsTest)
#include "tst_requests.moc"
