// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/identity.h"
#include "core/gateway/keyhash.h"
#include "core/gateway/requestids.h"
#include "tests/support/result.h"

#include <QTest>

#include <set>

using namespace sluice;
using namespace sluice::gateway;

/// Who asks: headers, body, and what a key fixes; and what of it a record may keep.
class IdentityTest final : public QObject
{
    Q_OBJECT

private slots:
    void headerBeatsBody();
    void keyBeatsAll();
    void badAttributes_data();
    void badAttributes();
    void recordsKeepNoIdentity();
    void attributesAreCanonical();
    void traceIds_data();
    void traceIds();
    void requestIdsDiffer();
    void keyHashIsHmac();

private:
    flags::Context m_context;
};

void IdentityTest::headerBeatsBody()
{
    const std::array<net::Header, 3> headers{net::Header{"X-Sluice-User", "u-1"},
                                             {"x-sluice-org", "org-1"},
                                             {"x-sluice-session", "s-1"}};
    providers::ChatRequest chat;
    chat.user = "from-body";
    QVERIFY(!identify(m_context, net::HeaderList(headers), chat, nullptr));
    QCOMPARE(*m_context.text("user_id"), std::string_view("u-1"));
    QCOMPARE(*m_context.text("targetingKey"), std::string_view("u-1"));
    QCOMPARE(*m_context.text("org_id"), std::string_view("org-1"));
    QCOMPARE(*m_context.text("session_id"), std::string_view("s-1"));

    QVERIFY(!identify(m_context, net::HeaderList(), chat, nullptr));
    QCOMPARE(*m_context.text("user_id"), std::string_view("from-body"));
    QVERIFY(!m_context.text("org_id"));
}

void IdentityTest::keyBeatsAll()
{
    const std::array<net::Header, 3> headers{
        net::Header{"x-sluice-user", "u-1"},
        {"x-sluice-org", "claimed"},
        {"x-sluice-attributes", R"({"org_id":"claimed too","plan":"free"})"}};
    ApiKey key;
    key.attributes = Json{{"org_id", "org-7"}, {"user_id", "fixed"}};
    QVERIFY(!identify(m_context, net::HeaderList(headers), {}, &key));
    QCOMPARE(*m_context.text("org_id"), std::string_view("org-7"));
    QCOMPARE(*m_context.text("user_id"), std::string_view("fixed"));
    QCOMPARE(*m_context.text("targetingKey"), std::string_view("fixed"));
    QCOMPARE(*m_context.text("plan"), std::string_view("free"));
}

void IdentityTest::badAttributes_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("not JSON") << QByteArray("{plan}");
    QTest::newRow("not an object") << QByteArray("[1]");
    QTest::newRow("too long") << QByteArray("{\"a\":\"") + QByteArray(5000, 'x') + "\"}";
    QTest::newRow("too deep") << QByteArray("{\"a\":") + QByteArray(20, '[') + QByteArray(20, ']') +
                                     "}";
}

void IdentityTest::badAttributes()
{
    QFETCH(const QByteArray, value);
    const std::array<net::Header, 1> headers{net::Header{
        "x-sluice-attributes", {value.constData(), static_cast<std::size_t>(value.size())}}};
    const std::optional<ApiError> error =
        identify(m_context, net::HeaderList(headers), {}, nullptr);
    QVERIFY(error);
    QCOMPARE(error->status, 400);
    QCOMPARE(error->code, std::string_view("attributes_invalid"));
}

void IdentityTest::recordsKeepNoIdentity()
{
    routing::Route route;
    route.name = RouteName("r");
    route.definition.stable = UnitId("u_" + std::string(64, 'a'));
    route.definition.candidate = UnitId("u_" + std::string(64, 'b'));
    route.definition.bucketBy = "device";
    route.knownGood = {route.definition.stable, 1};
    const Json all =
        Json::parse(R"({"and":[{"==":[{"var":"user_id"},"u"]},{"==":[{"var":"session_id"},"s"]},
        {"==":[{"var":"plan"},"pro"]},{"==":[{"var":"targetingKey"},"t"]},{"==":[{"var":"device"},"d"]}]})");
    route.definition.rules.push_back({all, routing::RuleArm::Stable});
    const auto compiled = routing::CompiledRoute::compile(route);
    QVERIFY_RESULT(compiled);
    QCOMPARE(recordedAttributes(**compiled), std::vector<std::string>{"plan"});
}

void IdentityTest::attributesAreCanonical()
{
    m_context.clear();
    m_context.set("b", "a \"quoted\"\n");
    m_context.set("a", 2.0);
    m_context.set("c", true);
    QCOMPARE(attributesText(m_context, {"a", "absent", "b", "c"}),
             std::string(R"({"a":2,"b":"a \"quoted\"\n","c":true})"));
    QCOMPARE(attributesText(m_context, {"absent"}), std::string());
}

void IdentityTest::traceIds_data()
{
    QTest::addColumn<QString>("header");
    QTest::addColumn<bool>("valid");
    QTest::newRow("W3C's example")
        << QStringLiteral("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01") << true;
    QTest::newRow("zero") << QStringLiteral(
                                 "00-00000000000000000000000000000000-b7ad6b7169203331-01")
                          << false;
    QTest::newRow("upper case") << QStringLiteral(
                                       "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01")
                                << false;
    QTest::newRow("short") << QStringLiteral("00-0af7-b7ad6b7169203331-01") << false;
    QTest::newRow("none") << QString() << false;
}

void IdentityTest::traceIds()
{
    QFETCH(const QString, header);
    QFETCH(const bool, valid);
    const std::string text = header.toStdString();
    QCOMPARE(std::string(traceIdOf(text)), valid ? text.substr(3, 32) : std::string());
}

void IdentityTest::requestIdsDiffer()
{
    RequestIds ids;
    std::set<std::string> seen;
    for (int i = 0; i < 10'000; ++i) {
        const std::string id = ids.next();
        QCOMPARE(id.size(), 36U);
        QVERIFY(id.starts_with("req_"));
        seen.insert(id);
        seen.insert(ids.nextSpan());
    }
    QCOMPARE(seen.size(), 20'000U);
}

void IdentityTest::keyHashIsHmac()
{
    KeyHash hash("Jefe"); // RFC 4231, test case 2
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(toHex(hash.of("what do ya want for nothing?")),
                 std::string("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    }
    QVERIFY(KeyHash("").of("x") != KeyHash("").of("x")); // no key: a random one, not a plain digest
}

QTEST_GUILESS_MAIN(IdentityTest)
#include "tst_identity.moc"
