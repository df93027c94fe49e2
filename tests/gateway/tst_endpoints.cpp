// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/gateway/endpoints.h"
#include "tests/support/faultyupstream.h"
#include "tests/support/gatewayfixture.h"

#include <QTest>

using namespace sluice;
using namespace sluice::tests;

/// The data port's paths, who may call them, and the shape of what they refuse.
class EndpointsTest final : public QObject
{
    Q_OBJECT

private slots:
    void refusals_data();
    void refusals();
    void badBodies_data();
    void badBodies();
    void limits();
    void foreignOriginAndHost();
    void models();
    void healthAndReadiness();
    void notReadyWithoutTable();
    void metrics();
    void everyPathStatesItsAccess();
    void keys_data();
    void keys();
    void keysRestrictRoutes();
    void requiredKeysCoverEverything();
    void otherPathsGoToControl();
};

namespace {

Step send(const std::string& bytes)
{
    return {Step::Kind::Send, bytes, {}, 0};
}

void checkShape(const PlainAnswer& answer, const std::string& code)
{
    QCOMPARE(answer.header("content-type"), std::string("application/json"));
    const Result<Json> json = parseJson(answer.body);
    QVERIFY2(json.ok(), answer.body.c_str());
    const Json& error = json->at("error");
    QCOMPARE(error.at("code").get<std::string>(), code);
    QVERIFY(error.at("message").is_string() && !error.at("message").get<std::string>().empty());
    QVERIFY(error.at("type").is_string());
    QVERIFY(error.contains("param"));
}

/// A gateway with one route to an upstream that answers well.
struct Served
{
    explicit Served(gateway::GatewayOptions options = {})
        : upstream({send(wire::whole("hi"))})
        , fixture(std::move(options))
    {
        fixture.setRoute(GatewayFixture::stableRoute(fixture.addUnit("m", upstream.baseUrl())));
    }
    PlainAnswer ask(const std::string& method, const std::string& path,
                    const std::string& body = {}, const PlainClient::Headers& headers = {})
    {
        return PlainClient::request(fixture.port(), method, path, body, headers);
    }

    FaultyUpstream upstream;
    GatewayFixture fixture;
};

} // namespace

void EndpointsTest::refusals_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    const auto row = [](const char* method, const char* path, int status, const char* code) {
        QTest::addRow("%s %s", method, path)
            << QString::fromLatin1(method) << QString::fromLatin1(path) << status
            << QString::fromLatin1(code);
    };
    row("GET", "/v1/chat/completions", 405, "method_not_allowed");
    row("DELETE", "/v1/models", 405, "method_not_allowed");
    row("POST", "/healthz", 405, "method_not_allowed");
    row("GET", "/v1/models/nothing", 404, "model_not_found");
    row("GET", "/", 404, "unknown_url");
    row("GET", "/v1/chat/completions/x", 404, "unknown_url");
    row("GET", "/v1//models", 404, "unknown_url");
}

void EndpointsTest::refusals()
{
    QFETCH(const QString, method);
    QFETCH(const QString, path);
    QFETCH(const int, status);
    QFETCH(const QString, code);
    Served served;
    served.fixture.start();
    const PlainAnswer answer = served.ask(method.toStdString(), path.toStdString());
    QCOMPARE(answer.status, status);
    checkShape(answer, code.toStdString());
    QCOMPARE(answer.header("allow").empty(), status != 405);
}

void EndpointsTest::badBodies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("contentType");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("code");
    const QByteArray json = "application/json";
    QTest::newRow("not JSON") << QByteArray("{model}") << json << 400
                              << QByteArray("invalid_request_body");
    QTest::newRow("empty object") << QByteArray("{}") << json << 400
                                  << QByteArray("invalid_request_body");
    QTest::newRow("array") << QByteArray("[]") << json << 400 << QByteArray("invalid_request_body");
    QTest::newRow("too deep") << QByteArray(R"({"model":"support","messages":)") +
                                     QByteArray(100, '[') + QByteArray(100, ']') + "}"
                              << json << 400 << QByteArray("invalid_request_body");
    QTest::newRow("unknown route")
        << QByteArray(R"({"model":"gpt-9","messages":[{"role":"user","content":"x"}]})") << json
        << 404 << QByteArray("model_not_found");
    QTest::newRow("form") << QByteArray("model=support")
                          << QByteArray("application/x-www-form-urlencoded") << 415
                          << QByteArray("unsupported_media_type");
}

void EndpointsTest::badBodies()
{
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, contentType);
    QFETCH(const int, status);
    QFETCH(const QByteArray, code);
    Served served;
    served.fixture.start();
    PlainClient client(served.fixture.port());
    client.sendRaw("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: " +
                   contentType.toStdString() + "\r\nContent-Length: " +
                   std::to_string(body.size()) + "\r\n\r\n" + body.toStdString());
    const PlainAnswer answer = client.receive();
    QCOMPARE(answer.status, status);
    checkShape(answer, code.toStdString());
    QVERIFY(answer.header("x-sluice-request-id").starts_with("req_"));
    QCOMPARE(answer.header("x-request-id"), answer.header("x-sluice-request-id"));
    QCOMPARE(served.upstream.requests(), 0U);
    const telemetry::RequestRecord record = served.fixture.record();
    QCOMPARE(record.outcome, telemetry::Outcome::ClientError);
    QCOMPARE(record.route, std::string()); // what callers make up must not become a label
}

void EndpointsTest::limits()
{
    gateway::GatewayOptions options;
    options.listen.limits.bodyBytes = 1000;
    options.listen.limits.headerBytes = 2000;
    Served served(options);
    served.fixture.start();
    const PlainAnswer body = served.ask("POST", "/v1/chat/completions", std::string(2000, ' '));
    QCOMPARE(body.status, 413);
    checkShape(body, "request_too_large");
    const PlainAnswer head =
        served.ask("GET", "/healthz", {}, {{"x-long", std::string(4000, 'x')}});
    QCOMPARE(head.status, 431);
    checkShape(head, "headers_too_large");
}

void EndpointsTest::foreignOriginAndHost()
{
    Served served;
    served.fixture.start();
    for (const auto& path : gateway::Endpoints::paths()) {
        const PlainAnswer answer = served.ask(std::string(path.method), std::string(path.path), {},
                                              {{"Origin", "https://evil.example"}});
        QCOMPARE(answer.status, 403);
        checkShape(answer, "origin_not_allowed");
        PlainClient client(served.fixture.port());
        client.sendRaw(std::string(path.method) + " " + std::string(path.path) +
                       " HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n");
        QCOMPARE(client.receive().status, 403);
    }
}

void EndpointsTest::models()
{
    Served served;
    served.fixture.start();
    const PlainAnswer list = served.ask("GET", "/v1/models");
    QCOMPARE(list.status, 200);
    const Json json = *parseJson(list.body);
    QCOMPARE(json.at("object").get<std::string>(), std::string("list"));
    QCOMPARE(json.at("data").size(), 1U);
    QCOMPARE(json.at("data")[0].at("id").get<std::string>(), std::string(GatewayFixture::kRoute));
    QCOMPARE(json.at("data")[0].at("object").get<std::string>(), std::string("model"));
    QVERIFY(json.at("data")[0].at("created").is_number_integer());
    const PlainAnswer one = served.ask("GET", "/v1/models/support");
    QCOMPARE(one.status, 200);
    QVERIFY(*parseJson(one.body) == json.at("data")[0]);
    QVERIFY(served.ask("HEAD", "/v1/models").status == 200);
}

void EndpointsTest::healthAndReadiness()
{
    FaultyUpstream upstream(
        {send(wire::streamHead() + wire::role() + wire::content("partial")), Step{},
         send(wire::finish() + wire::usage(1, 1) + wire::done() + wire::end())});
    GatewayFixture fixture;
    fixture.setRoute(GatewayFixture::stableRoute(fixture.addUnit("m", upstream.baseUrl())));
    fixture.start();
    QCOMPARE(PlainClient::request(fixture.port(), "GET", "/healthz").status, 200);
    QCOMPARE(PlainClient::request(fixture.port(), "GET", "/readyz").body,
             std::string(R"({"status":"ready","revision":1})"));

    PlainClient streaming(fixture.port());
    streaming.send("POST", "/v1/chat/completions", GatewayFixture::body(true, "u"));
    QVERIFY(streaming.waitFor("partial"));
    // A probe whose head has been read when the drain begins; a later one finds nobody listening.
    PlainClient probe(fixture.port());
    probe.sendRaw("GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\n"
                  "Content-Length: 2\r\n\r\n");
    QVERIFY(probe.waitFor("100 Continue"));
    std::promise<void> drained;
    std::future<void> done = drained.get_future();
    fixture.gateway().drain(std::chrono::seconds(20), [&drained] { drained.set_value(); });
    QVERIFY(done.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
    probe.sendRaw("{}");
    QVERIFY(probe.waitFor("HTTP/1.1 503"));
    QVERIFY(probe.waitFor(R"({"status":"draining"})"));
    QVERIFY(probe.closedByPeer());
    upstream.release();
    const PlainAnswer answer = streaming.receive();
    QVERIFY(answer.complete); // a drain breaks nothing off before its deadline
    QVERIFY(streaming.closedByPeer());
    QVERIFY(done.wait_for(std::chrono::seconds(10)) == std::future_status::ready);
}

void EndpointsTest::notReadyWithoutTable()
{
    GatewayFixture fixture;
    QVERIFY(!fixture.gateway().start().ok());
}

void EndpointsTest::metrics()
{
    gateway::GatewayOptions options;
    options.id = "gw-test";
    options.metricsText = [] { return std::string("sluice_requests_total 7\n"); };
    Served served(options);
    served.fixture.start();
    const PlainAnswer answer = served.ask("GET", "/metrics");
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.header("content-type").starts_with("text/plain"));
    QVERIFY(answer.body.starts_with("sluice_requests_total 7\n"));
    QVERIFY(answer.body.find("sluice_in_flight_requests{gateway=\"gw-test\"} 0\n") !=
            std::string::npos);
    QVERIFY(answer.body.find("sluice_open_connections{gateway=\"gw-test\"} 1\n") !=
            std::string::npos);
    QVERIFY(answer.body.find("sluice_routing_revision{gateway=\"gw-test\"} 1\n") !=
            std::string::npos);
}

/// SEC-03: the table itself is what is served; with keys, nothing but what is declared open answers
/// without one.
void EndpointsTest::everyPathStatesItsAccess()
{
    gateway::GatewayOptions options;
    options.requireKeys = true;
    Served served(options);
    served.fixture.start();
    for (const auto& path : gateway::Endpoints::paths()) {
        const PlainAnswer answer =
            served.ask(std::string(path.method),
                       std::string(path.path) + (path.path.ends_with('/') ? "x" : ""),
                       path.method == "POST" ? GatewayFixture::body(false, "u") : "");
        const bool open = path.access == gateway::Endpoints::Access::Open;
        QCOMPARE(answer.status == 401, !open);
    }
}

void EndpointsTest::keys_data()
{
    QTest::addColumn<QString>("authorization");
    QTest::addColumn<int>("status");
    QTest::newRow("right") << QStringLiteral("Bearer sk-right") << 200;
    QTest::newRow("scheme in lower case") << QStringLiteral("bearer sk-right") << 200;
    QTest::newRow("wrong") << QStringLiteral("Bearer sk-wrong") << 401;
    QTest::newRow("other scheme") << QStringLiteral("Basic sk-right") << 401;
    QTest::newRow("empty") << QStringLiteral("Bearer ") << 401;
    QTest::newRow("none") << QString() << 401;
}

void EndpointsTest::keys()
{
    QFETCH(const QString, authorization);
    QFETCH(const int, status);
    Served served;
    gateway::ApiKey key;
    key.id = "shop";
    served.fixture.setKey("sk-right", key);
    served.fixture.start();
    PlainClient::Headers headers;
    if (!authorization.isEmpty()) {
        headers.emplace_back("Authorization", authorization.toStdString());
    }
    const PlainAnswer answer = served.fixture.chat(false, "u", {}, headers);
    QCOMPARE(answer.status, status);
    QCOMPARE(served.ask("GET", "/v1/models", {}, headers).status, status);
    QCOMPARE(served.ask("GET", "/healthz").status, 200);
    if (status == 401) {
        checkShape(answer, "invalid_api_key");
        QCOMPARE(answer.header("www-authenticate"), std::string("Bearer"));
        QCOMPARE(served.upstream.requests(), 0U);
    } else {
        QCOMPARE(served.fixture.record().apiKey, std::string("shop"));
        QCOMPARE(served.upstream.lastRequest().find("sk-right"), std::string::npos);
    }
}

void EndpointsTest::keysRestrictRoutes()
{
    Served served;
    gateway::ApiKey key;
    key.id = "shop";
    key.routes = {"another"};
    served.fixture.setKey("sk-right", key);
    served.fixture.start();
    const PlainClient::Headers headers{{"Authorization", "Bearer sk-right"}};
    const PlainAnswer answer = served.fixture.chat(false, "u", {}, headers);
    QCOMPARE(answer.status, 403);
    checkShape(answer, "route_not_allowed");
    QCOMPARE(served.ask("GET", "/v1/models", {}, headers).body,
             std::string(R"({"object":"list","data":[]})"));
    QCOMPARE(served.ask("GET", "/v1/models/support", {}, headers).status, 404);
}

void EndpointsTest::requiredKeysCoverEverything()
{
    gateway::GatewayOptions options;
    options.requireKeys = true;
    Served served(options);
    served.fixture.start();
    QCOMPARE(served.fixture.chat(false).status, 401);
    QCOMPARE(served.ask("GET", "/metrics").status, 401);
    QCOMPARE(served.ask("GET", "/readyz").status, 200);
}

void EndpointsTest::otherPathsGoToControl()
{
    struct Commands final : gateway::DataPortCommands
    {
        void handle(std::shared_ptr<net::HttpExchange> exchange) override
        {
            exchange->respond(200, {}, "control: " + std::string(exchange->request().path));
        }
    };
    Commands commands;
    Served served; // its upstream and units serve the second gateway too
    telemetry::Recorder* recorder = nullptr;
    RecordStore store;
    KeepingRecorder keeping(store);
    recorder = &keeping;
    SystemClock clock;
    gateway::Gateway gateway({}, {recorder}, clock, &commands);
    gateway.publish(served.fixture.table(), {});
    QVERIFY(gateway.start().ok());
    QCOMPARE(PlainClient::request(gateway.port(), "POST", "/v1/feedback", "{}").body,
             std::string("control: /v1/feedback"));
    served.fixture.setKey("sk", {});
    gateway.publish(served.fixture.table(), {});
    QTRY_COMPARE(PlainClient::request(gateway.port(), "POST", "/v1/feedback", "{}").status, 401);
}

QTEST_GUILESS_MAIN(EndpointsTest)
#include "tst_endpoints.moc"
