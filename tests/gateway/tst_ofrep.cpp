// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "tests/support/faultyupstream.h"
#include "tests/support/gatewayfixture.h"

#include <QTest>

#include <set>

using namespace sluice;
using namespace sluice::tests;

/// OFREP 0.3.0 over the wire: evaluations, tags, errors, keys and event streams.
class OfrepTest final : public QObject
{
    Q_OBJECT

private slots:
    void single_data();
    void single();
    void badRequests_data();
    void badRequests();
    void bulk();
    void bulkTellsNotModified_data();
    void bulkTellsNotModified();
    void tagVariesWithContextAndFlags();
    void tagVariesWithTime();
    void keyAttributesWin();
    void eitherHeaderIsAKey();
    void keysRestrictRoutes();
    void routeFlagIsWhatARequestGets_data();
    void routeFlagIsWhatARequestGets();
    void userIsTargetingKey();
    void killedRouteIsStable();
    void eventsTellOfChanges();
    void eventsNeedAKeyOrATicket();
    void eventsAreBounded();
    void drainEndsEvents();
    void allowedOriginMayRead();
};

namespace {

constexpr const char* kBulk = "/ofrep/v1/evaluate/flags";

Json flagDocument()
{
    return Json::parse(R"({
      "metadata": {"flagSetId": "shop"},
      "flags": {
        "plain": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"},
        "a/b c": {"state": "ENABLED", "variants": {"x": "slash"}, "defaultVariant": "x"},
        "größe": {"state": "ENABLED", "variants": {"x": 1.5}, "defaultVariant": "x"},
        "object": {"state": "ENABLED", "variants": {"x": {"a": [1, null]}}, "defaultVariant": "x",
                   "metadata": {"team": "web"}},
        "off": {"state": "DISABLED", "variants": {"on": true}, "defaultVariant": "on"},
        "code": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": null},
        "wrong": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on",
                  "targeting": {"cat": ["no", "variant"]}},
        "plan": {"state": "ENABLED", "variants": {"pro": "p", "free": "f"}, "defaultVariant": "free",
                 "targeting": {"if": [{"==": [{"var": "plan"}, "pro"]}, "pro", null]}}
      }})");
}

Json contextBody(const Json& context)
{
    return {{"context", context}};
}

/// A simulated provider that does not let anybody wait.
Json quick()
{
    return Json::parse(R"({"seed": 1, "ttft_median_ms": 1, "tokens_per_second": 100000})");
}

/// A gateway with flags and a route at 20 % whose two units are simulated.
struct Served
{
    explicit Served(gateway::GatewayOptions options = {})
        : fixture(std::move(options))
        , stable(fixture.addSimulated("one", quick()))
        , candidate(fixture.addSimulated("two", quick()))
    {
        fixture.setFlags(flagDocument());
        setPercent(2'000);
    }
    routing::Route route(routing::BasisPoints percent) const
    {
        routing::Route made = GatewayFixture::candidateRoute(stable, candidate);
        made.definition.percent = percent;
        made.definition.allow = {"vip"};
        made.definition.rules = {
            {Json::parse(R"({"==": [{"var": "org_id"}, "staff"]})"), routing::RuleArm::Candidate},
            {Json::parse(R"({"==": [{"var": "user_id"}, "careful"]})"), routing::RuleArm::Stable}};
        return made;
    }
    void setPercent(routing::BasisPoints percent) { fixture.setRoute(route(percent)); }
    PlainAnswer post(const std::string& path, const Json& body,
                     const PlainClient::Headers& headers = {})
    {
        return PlainClient::request(fixture.port(), "POST", path, body.dump(), headers);
    }
    Json evaluate(const std::string& key, const Json& context,
                  const PlainClient::Headers& headers = {})
    {
        return *parseJson(post(std::string(kBulk) + "/" + key, contextBody(context), headers).body);
    }

    GatewayFixture fixture;
    UnitId stable;
    UnitId candidate;
};

Json flagNamed(const Json& bulk, const std::string& key)
{
    for (const Json& flag : bulk.at("flags")) {
        if (flag.at("key") == key) {
            return flag;
        }
    }
    return nullptr;
}

std::string urlOfStream(const Json& bulk)
{
    return bulk.at("eventStreams").at(0).at("endpoint").at("requestUri");
}

/// Reads the next event of a stream that PlainClient holds open; "" after ten seconds.
bool sees(PlainClient& client, const std::string& version)
{
    return client.waitFor(R"(data: {"type":"refetchEvaluation","etag":")" + version + "\"}");
}

} // namespace

void OfrepTest::single_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char* path, int status, const char* expected) {
        QTest::newRow(path) << QByteArray(path) << status << QByteArray(expected);
    };
    row("plain", 200,
        R"({"key":"plain","reason":"STATIC","variant":"on","value":true,"metadata":{"flagSetId":"shop"}})");
    row("a%2Fb%20c", 200,
        R"({"key":"a/b c","reason":"STATIC","variant":"x","value":"slash","metadata":{"flagSetId":"shop"}})");
    row("a/b%20c", 200,
        R"({"key":"a/b c","reason":"STATIC","variant":"x","value":"slash","metadata":{"flagSetId":"shop"}})");
    row("gr%C3%B6%c3%9fe", 200,
        R"({"key":"größe","reason":"STATIC","variant":"x","value":1.5,"metadata":{"flagSetId":"shop"}})");
    row("object", 200,
        R"({"key":"object","reason":"STATIC","variant":"x","value":{"a":[1,null]},"metadata":{"flagSetId":"shop","team":"web"}})");
    row("off", 200, R"({"key":"off","reason":"DISABLED","metadata":{"flagSetId":"shop"}})");
    row("code", 200, R"({"key":"code","reason":"DEFAULT","metadata":{"flagSetId":"shop"}})");
    row("plan", 200,
        R"({"key":"plan","reason":"TARGETING_MATCH","variant":"pro","value":"p","metadata":{"flagSetId":"shop"}})");
    row("support", 200,
        R"({"key":"support","reason":"TARGETING_MATCH","variant":"candidate","value":{"arm":"candidate"},"metadata":{"route":true,"bucket_by":"user_id"}})");
    row("nothing%22", 404,
        R"({"key":"nothing\"","errorCode":"FLAG_NOT_FOUND","errorDetails":"there is no flag \"nothing\"\""})");
}

void OfrepTest::single()
{
    QFETCH(const QByteArray, path);
    QFETCH(const int, status);
    QFETCH(const QByteArray, expected);
    Served served;
    served.fixture.start();
    const PlainAnswer answer = served.post(std::string(kBulk) + "/" + path.toStdString(),
                                           contextBody({{"targetingKey", "vip"}, {"plan", "pro"}}));
    QCOMPARE(answer.status, status);
    QCOMPARE(answer.header("content-type"), std::string("application/json"));
    QCOMPARE(QByteArray::fromStdString(parseJson(answer.body)->dump()),
             QByteArray::fromStdString(parseJson(expected.toStdString())->dump()));
}

void OfrepTest::badRequests_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("code");
    const auto row = [](const char* name, const char* path, const QByteArray& body, int status,
                        const char* code) {
        QTest::newRow(name) << QByteArray(path) << body << status << QByteArray(code);
    };
    row("not JSON", "", "{", 400, "PARSE_ERROR");
    row("empty", "", "", 400, "PARSE_ERROR");
    row("no context", "", "{}", 400, "INVALID_CONTEXT");
    row("no object", "", "[]", 400, "INVALID_CONTEXT");
    row("context is text", "", R"({"context":"u"})", 400, "INVALID_CONTEXT");
    row("targetingKey is a number", "", R"({"context":{"targetingKey":7}})", 400,
        "INVALID_CONTEXT");
    row("twice the same member", "", R"({"context":{"a":1,"a":2}})", 400, "PARSE_ERROR");
    row("not UTF-8", "", "{\"context\":{\"a\":\"\xff\"}}", 400, "PARSE_ERROR");
    row("too deep", "",
        QByteArray(R"({"context":)") + QByteArray(100, '[') + QByteArray(100, ']') + "}", 400,
        "PARSE_ERROR");
    row("too large", "", QByteArray(R"({"context":{"a":")") + QByteArray(300'000, 'x') + "\"}}",
        413, "PARSE_ERROR");
    row("one flag, no context", "/plain", "{}", 400, "INVALID_CONTEXT");
    row("one flag, not JSON", "/plain", "nothing", 400, "PARSE_ERROR");
    row("one flag whose rule names no variant", "/wrong", R"({"context":{}})", 400, "GENERAL");
    row("broken escape", "/a%2", R"({"context":{}})", 400, "PARSE_ERROR");
    row("key is not UTF-8", "/%ff", R"({"context":{}})", 400, "PARSE_ERROR");
}

void OfrepTest::badRequests()
{
    QFETCH(const QByteArray, path);
    QFETCH(const QByteArray, body);
    QFETCH(const int, status);
    QFETCH(const QByteArray, code);
    Served served;
    served.fixture.start();
    const PlainAnswer answer = PlainClient::request(served.fixture.port(), "POST",
                                                    kBulk + path.toStdString(), body.toStdString());
    QCOMPARE(answer.status, status);
    const Json json = *parseJson(answer.body);
    QCOMPARE(json.at("errorCode").get<std::string>(), code.toStdString());
    QVERIFY(!json.at("errorDetails").get<std::string>().empty());
    QCOMPARE(json.contains("key"), !path.isEmpty());
}

void OfrepTest::bulk()
{
    Served served;
    served.fixture.start();
    const PlainAnswer answer =
        served.post(kBulk, contextBody({{"targetingKey", "vip"}, {"plan", "pro"}}));
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.header("etag").starts_with('"') && answer.header("etag").ends_with('"'));
    const Json json = *parseJson(answer.body);
    QCOMPARE(json.at("flags").size(), flagDocument().at("flags").size() + 1);
    QVERIFY(json.at("metadata") == Json({{"flagSetId", "shop"}}));
    QVERIFY(json.at("eventStreams").at(0).at("type") == "sse");
    for (const Json& flag : json.at("flags")) { // each as if it had been asked for alone
        std::string key = flag.at("key");
        key = key == "a/b c" ? "a%2Fb%20c" : key == "größe" ? "gr%C3%B6%C3%9Fe" : key;
        QVERIFY(served.evaluate(key, {{"targetingKey", "vip"}, {"plan", "pro"}}) == flag);
    }
    // What fails alone fails inside of an answer.
    QVERIFY(flagNamed(json, "wrong").at("errorCode") == "GENERAL");
}

void OfrepTest::bulkTellsNotModified_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::addColumn<int>("status");
    QTest::newRow("as it came") << QByteArray() << QByteArray() << 304;
    QTest::newRow("weak") << QByteArray("W/") << QByteArray() << 304;
    QTest::newRow("one of several") << QByteArray("\"x\", ") << QByteArray(" ,\"y\"") << 304;
    QTest::newRow("another") << QByteArray("\"x\"") << QByteArray("y") << 200;
}

void OfrepTest::bulkTellsNotModified()
{
    QFETCH(const QByteArray, before);
    QFETCH(const QByteArray, after);
    QFETCH(const int, status);
    Served served;
    served.fixture.start();
    const Json body = contextBody({{"targetingKey", "u"}});
    const std::string tag = served.post(kBulk, body).header("etag");
    const PlainAnswer again = served.post(
        kBulk, body, {{"If-None-Match", before.toStdString() + tag + after.toStdString()}});
    QCOMPARE(again.status, status);
    QCOMPARE(again.header("etag"), tag);
    QCOMPARE(again.body.empty(), status == 304);
    QCOMPARE(again.header("content-length").empty(), status == 304);
}

void OfrepTest::tagVariesWithContextAndFlags()
{
    Served served;
    served.fixture.start();
    std::set<std::string> tags;
    const auto ask = [&](const Json& context) {
        tags.insert(served.post(kBulk, contextBody(context)).header("etag"));
    };
    ask({{"targetingKey", "u"}});
    ask({{"targetingKey", "u"}, {"nobody", "reads this"}});
    ask({{"targetingKey", "v"}});
    QCOMPARE(tags.size(), 3U);
    ask(Json::parse(R"({"nobody": "reads this", "targetingKey": "u"})")); // members in any order
    QCOMPARE(tags.size(), 3U);
    served.setPercent(2'500); // a route is a flag
    served.fixture.publish();
    ask({{"targetingKey", "u"}});
    QCOMPARE(tags.size(), 4U);
    Json document = flagDocument();
    document["flags"]["plain"]["defaultVariant"] = "off";
    served.fixture.setFlags(document);
    served.fixture.publish();
    ask({{"targetingKey", "u"}});
    QCOMPARE(tags.size(), 5U);
    served.fixture.publish(); // another revision of the same flags
    ask({{"targetingKey", "u"}});
    QCOMPARE(tags.size(), 5U);
}

/// A ramp that reads the clock must not stand still in caches.
void OfrepTest::tagVariesWithTime()
{
    Served served;
    Json document = flagDocument();
    document["flags"]["ramp"] = Json::parse(
        R"({"state":"ENABLED","variants":{"0":0,"1":1},"defaultVariant":"0",
            "targeting":{"%":[{"var":"$flagd.timestamp"},2]}})");
    served.fixture.setFlags(document);
    served.fixture.start();
    const Json body = contextBody({{"targetingKey", "u"}});
    const std::string tag = served.post(kBulk, body).header("etag");
    QTRY_COMPARE_WITH_TIMEOUT(served.post(kBulk, body, {{"If-None-Match", tag}}).status, 200,
                              5'000);
}

void OfrepTest::keyAttributesWin()
{
    Served served;
    gateway::ApiKey key;
    key.id = "shop";
    key.attributes = {{"plan", "pro"}, {"user_id", "vip"}};
    served.fixture.setKey("sk-shop", key);
    served.fixture.start();
    const PlainClient::Headers headers{{"Authorization", "Bearer sk-shop"}};
    const Json claimed{{"targetingKey", "somebody"}, {"user_id", "somebody"}, {"plan", "free"}};
    QVERIFY(served.evaluate("plan", claimed, headers).at("variant") == "pro");
    QVERIFY(served.evaluate("support", claimed, headers).at("variant") == "candidate");
}

void OfrepTest::eitherHeaderIsAKey()
{
    Served served;
    gateway::ApiKey key;
    key.id = "shop";
    served.fixture.setKey("sk-shop", key);
    served.fixture.start();
    const Json body = contextBody(Json::object());
    for (const std::string& path : {std::string(kBulk), std::string(kBulk) + "/plain"}) {
        QCOMPARE(served.post(path, body, {{"Authorization", "Bearer sk-shop"}}).status, 200);
        QCOMPARE(served.post(path, body, {{"X-API-Key", "sk-shop"}}).status, 200);
        QCOMPARE(served.post(path, body, {{"X-API-Key", "sk-other"}}).status, 401);
        const PlainAnswer none = served.post(path, body);
        QCOMPARE(none.status, 401);
        QCOMPARE(none.body, std::string());
        QCOMPARE(none.header("www-authenticate"), std::string("Bearer"));
    }
    // Elsewhere only the one that those protocols know.
    QCOMPARE(PlainClient::request(served.fixture.port(), "GET", "/v1/models", {},
                                  {{"X-API-Key", "sk-shop"}})
                 .status,
             401);
}

void OfrepTest::keysRestrictRoutes()
{
    Served served;
    gateway::ApiKey key;
    key.id = "shop";
    key.routes = {"another"};
    served.fixture.setKey("sk-shop", key);
    served.fixture.start();
    const PlainClient::Headers headers{{"X-API-Key", "sk-shop"}};
    const Json body = contextBody({{"targetingKey", "u"}});
    const PlainAnswer refused = served.post(std::string(kBulk) + "/support", body, headers);
    QCOMPARE(refused.status, 403);
    QCOMPARE(refused.body, std::string());
    const Json all = *parseJson(served.post(kBulk, body, headers).body);
    QVERIFY(flagNamed(all, "support").is_null());
    QVERIFY(!flagNamed(all, "plain").is_null());
}

void OfrepTest::routeFlagIsWhatARequestGets_data()
{
    QTest::addColumn<int>("percent");
    for (const int percent : {0, 137, 2'000, 5'000, 7'500, 10'000}) {
        QTest::addRow("%d basis points", percent) << percent;
    }
}

void OfrepTest::routeFlagIsWhatARequestGets()
{
    QFETCH(const int, percent);
    Served served;
    served.setPercent(static_cast<routing::BasisPoints>(percent));
    served.fixture.start();
    std::set<std::string> seen;
    for (const char* name :
         {"u-1", "u-2", "u-3", "u-4", "u-5", "u-6", "u-7", "u-8", "vip", "careful", "größe"}) {
        for (const char* organisation : {"", "staff"}) {
            const std::string user = name;
            const std::string org = organisation;
            PlainClient::Headers headers{{"x-sluice-user", user}};
            Json context{{"targetingKey", user}};
            if (!org.empty()) {
                headers.emplace_back("x-sluice-org", org);
                context["org_id"] = org;
            }
            const std::string arm =
                served.fixture.chat(false, {}, {}, headers).header("x-sluice-arm");
            const Json flag = served.evaluate("support", context);
            QCOMPARE(flag.at("variant").get<std::string>(), arm);
            QVERIFY(flag.at("value") == Json({{"arm", arm}}));
            QVERIFY(flag.at("reason") == "TARGETING_MATCH");
            seen.insert(arm);
        }
    }
    QVERIFY(seen.contains("candidate"));
}

void OfrepTest::userIsTargetingKey()
{
    Served served;
    served.fixture.start();
    QVERIFY(served.evaluate("support", {{"targetingKey", "vip"}}).at("variant") == "candidate");
    QVERIFY(
        served.evaluate("support", {{"targetingKey", "vip"}, {"user_id", nullptr}}).at("variant") ==
        "candidate");
    QVERIFY(served.evaluate("support", {{"targetingKey", "x"}, {"user_id", "vip"}}).at("variant") ==
            "candidate");
    QVERIFY(served.evaluate("support", {{"targetingKey", "vip"}, {"user_id", "careful"}})
                .at("variant") == "stable");
    const Json nobody = served.evaluate("support", Json::object());
    QVERIFY(nobody.at("variant") == "stable" && nobody.at("reason") == "DEFAULT");
}

void OfrepTest::killedRouteIsStable()
{
    Served served;
    served.fixture.setRoute(GatewayFixture::killedRoute(served.route(10'000), served.candidate));
    served.fixture.start();
    const Json flag = served.evaluate("support", {{"targetingKey", "vip"}});
    QVERIFY(flag.at("variant") == "stable" && flag.at("reason") == "STATIC");
    QVERIFY(flag.at("metadata").at("killed") == true);
}

void OfrepTest::eventsTellOfChanges()
{
    gateway::GatewayOptions options;
    options.threads = 2;
    Served served(options);
    served.fixture.start();
    const Json bulk = *parseJson(served.post(kBulk, contextBody({{"targetingKey", "u"}})).body);
    const std::string first = served.fixture.table()->flags->version;
    PlainClient client(served.fixture.port());
    client.send("GET", urlOfStream(bulk));
    QVERIFY(client.waitFor("content-type: text/event-stream"));
    QVERIFY(sees(client, first)); // what changed before the stream was open is not missed
    PlainClient knowing(served.fixture.port());
    knowing.send("GET", urlOfStream(bulk), {}, {{"Last-Event-ID", first}});

    served.fixture.publish(); // another revision of the same flags: nobody needs to know
    served.setPercent(3'000);
    served.fixture.publish();
    const std::string second = served.fixture.table()->flags->version;
    QVERIFY(second != first);
    QVERIFY(sees(client, second));
    QVERIFY(sees(knowing, second));
    client.abort();
    knowing.abort();
    QTRY_VERIFY(PlainClient::request(served.fixture.port(), "GET", "/metrics")
                    .body.find("sluice_flag_listeners{gateway=\"gw-1\"} 0\n") != std::string::npos);
}

void OfrepTest::eventsNeedAKeyOrATicket()
{
    Served served;
    gateway::ApiKey key;
    key.id = "shop.web";
    served.fixture.setKey("sk-shop", key);
    served.fixture.start();
    const auto port = served.fixture.port();
    const Json bulk = *parseJson(
        served.post(kBulk, contextBody(Json::object()), {{"X-API-Key", "sk-shop"}}).body);
    const std::string url = urlOfStream(bulk);
    QVERIFY(url.find("sk-shop") == std::string::npos);
    PlainClient client(port);
    client.send("GET", url);
    QVERIFY(client.waitFor("HTTP/1.1 200"));
    PlainClient withKey(port);
    withKey.send("GET", "/ofrep/v1/events", {}, {{"Authorization", "Bearer sk-shop"}});
    QVERIFY(withKey.waitFor("HTTP/1.1 200"));
    QCOMPARE(PlainClient::request(port, "GET", "/ofrep/v1/events").status, 401);
    std::string forged = url;
    forged.back() = forged.back() == '0' ? '1' : '0';
    QCOMPARE(PlainClient::request(port, "GET", forged).status, 401);
    // A ticket is for notices, and for nothing else.
    const std::string query = url.substr(url.find('?'));
    QCOMPARE(served.post(kBulk + query, contextBody(Json::object())).status, 401);
}

void OfrepTest::eventsAreBounded()
{
    gateway::GatewayOptions options;
    options.maxFlagListeners = 1;
    Served served(options);
    served.fixture.start();
    PlainClient first(served.fixture.port());
    first.send("GET", "/ofrep/v1/events");
    QVERIFY(first.waitFor("HTTP/1.1 200"));
    const PlainAnswer refused =
        PlainClient::request(served.fixture.port(), "GET", "/ofrep/v1/events");
    QCOMPARE(refused.status, 429);
    QVERIFY(!refused.header("retry-after").empty());
    first.abort();
    QTRY_VERIFY(PlainClient::request(served.fixture.port(), "GET", "/metrics")
                    .body.find("sluice_flag_listeners{gateway=\"gw-1\"} 0\n") != std::string::npos);
    PlainClient again(served.fixture.port());
    again.send("GET", "/ofrep/v1/events");
    QVERIFY(again.waitFor("HTTP/1.1 200"));
}

void OfrepTest::drainEndsEvents()
{
    Served served;
    served.fixture.start();
    PlainClient client(served.fixture.port());
    client.send("GET", "/ofrep/v1/events");
    QVERIFY(client.waitFor("refetchEvaluation"));
    std::promise<void> drained;
    std::future<void> done = drained.get_future();
    served.fixture.gateway().drain(std::chrono::seconds(20), [&drained] { drained.set_value(); });
    QVERIFY(done.wait_for(std::chrono::seconds(10)) == std::future_status::ready);
    QVERIFY(client.closedByPeer());
}

void OfrepTest::allowedOriginMayRead()
{
    gateway::GatewayOptions options;
    options.listen.allowHosts = {"shop.example"};
    Served served(options);
    served.fixture.start();
    const PlainClient::Headers origin{{"Origin", "https://shop.example"}};
    const PlainAnswer asked =
        PlainClient::request(served.fixture.port(), "OPTIONS", kBulk, {}, origin);
    QCOMPARE(asked.status, 204);
    QCOMPARE(asked.header("access-control-allow-origin"), std::string("https://shop.example"));
    QVERIFY(asked.header("access-control-allow-headers").find("if-none-match") !=
            std::string::npos);
    const PlainAnswer answer = served.post(kBulk, contextBody({{"targetingKey", "u"}}), origin);
    QCOMPARE(answer.header("access-control-allow-origin"), std::string("https://shop.example"));
    QVERIFY(answer.header("access-control-expose-headers").find("etag") != std::string::npos);
    QCOMPARE(PlainClient::request(served.fixture.port(), "OPTIONS", kBulk, {},
                                  {{"Origin", "https://evil.example"}})
                 .status,
             403);
}

QTEST_GUILESS_MAIN(OfrepTest)
#include "tst_ofrep.moc"
