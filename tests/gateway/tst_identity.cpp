// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/flags/rule.h"
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
    void whatAKeyFixesNobodyClaims_data();
    void whatAKeyFixesNobodyClaims();
    void userHasOneValueUnderBothNames();
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

void IdentityTest::whatAKeyFixesNobodyClaims_data()
{
    QTest::addColumn<QByteArray>("fixed");
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("seen"); ///< by rules: attributes that must be exactly so
    const auto row = [](const char* name, const char* fixed, const char* header, const char* value,
                        const char* seen) {
        QTest::newRow(name) << QByteArray(fixed) << QByteArray(header) << QByteArray(value)
                            << QByteArray(seen);
    };
    const char* user = R"({"user_id":"fixed"})";
    const char* both = R"({"user_id":"fixed","targetingKey":"fixed"})";
    row("user by header", user, "x-sluice-user", "spoofed", both);
    row("user by body", user, "body", "spoofed", both);
    row("user by attributes", user, "x-sluice-attributes", R"({"user_id":"spoofed"})", both);
    row("targetingKey by attributes", user, "x-sluice-attributes",
        R"({"targetingKey":"spoofed"})", both);
    row("user where targetingKey is fixed", R"({"targetingKey":"fixed"})", "x-sluice-user",
        "spoofed", both);
    row("user that is a number", R"({"user_id":42})", "x-sluice-user", "spoofed",
        R"({"user_id":42,"targetingKey":42})");
    row("user that is nobody", R"({"user_id":null})", "x-sluice-user", "spoofed",
        R"({"user_id":null,"targetingKey":null})");
    const char* org = R"({"org_id":"fixed"})";
    row("organisation by header", org, "x-sluice-org", "spoofed", org);
    row("organisation by attributes", org, "x-sluice-attributes", R"({"org_id":"spoofed"})", org);
    row("session by header", R"({"session_id":"fixed"})", "x-sluice-session", "spoofed",
        R"({"session_id":"fixed"})");
    row("plan by attributes", R"({"plan":"free"})", "x-sluice-attributes", R"({"plan":"pro"})",
        R"({"plan":"free"})");
    row("another type", R"({"plan":"free"})", "x-sluice-attributes", R"({"plan":{"of":"pro"}})",
        R"({"plan":"free"})");
    row("a flag", R"({"internal":false})", "x-sluice-attributes", R"({"internal":true})",
        R"({"internal":false})");
    row("within an object", R"({"org":{"tier":"free"}})", "x-sluice-attributes",
        R"({"org.tier":"pro","org":{"tier":"pro"}})", R"({"org":{"tier":"free"}})");
}

void IdentityTest::whatAKeyFixesNobodyClaims()
{
    QFETCH(const QByteArray, fixed);
    QFETCH(const QByteArray, header);
    QFETCH(const QByteArray, value);
    QFETCH(const QByteArray, seen);
    const std::array<net::Header, 1> headers{
        net::Header{{header.constData(), static_cast<std::size_t>(header.size())},
                    {value.constData(), static_cast<std::size_t>(value.size())}}};
    providers::ChatRequest chat;
    chat.user = header == "body" ? value.toStdString() : std::string();
    ApiKey key;
    key.attributes = Json::parse(fixed.toStdString());
    QVERIFY(!identify(m_context, net::HeaderList(headers), chat, &key));
    const Json context = m_context.toJson();
    const Json expected = Json::parse(seen.toStdString());
    for (const auto& [name, attribute] : expected.items()) {
        QVERIFY2(context.value(name, Json("absent")) == attribute, context.dump().c_str());
        // And as a rule sees it, path and all.
        const Json rule{{"===", {Json{{"var", name}}, attribute}}};
        if (attribute.is_primitive()) {
            const auto compiled = flags::CompiledRule::compile(rule);
            QVERIFY_RESULT(compiled);
            QVERIFY(compiled->match({&m_context, nullptr, {}, 0}).matched);
        }
    }
    if (expected.contains("org")) {
        const auto tier = flags::CompiledRule::compile(
            Json::parse(R"({"===":[{"var":"org.tier"},"free"]})"));
        QVERIFY(tier->match({&m_context, nullptr, {}, 0}).matched);
    }
}

void IdentityTest::userHasOneValueUnderBothNames()
{
    const std::array<net::Header, 1> headers{
        net::Header{"x-sluice-attributes", R"({"targetingKey":"u-9"})"}};
    QVERIFY(!identify(m_context, net::HeaderList(headers), {}, nullptr));
    QCOMPARE(*m_context.text("user_id"), std::string_view("u-9"));
    providers::ChatRequest chat;
    chat.user = "from-body"; // stands above what attributes claim, as the header does
    QVERIFY(!identify(m_context, net::HeaderList(headers), chat, nullptr));
    QCOMPARE(*m_context.text("user_id"), std::string_view("from-body"));
    QCOMPARE(*m_context.text("targetingKey"), std::string_view("from-body"));
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
             std::string(R"({"a":2,"absent":null,"b":"a \"quoted\"\n","c":true})"));
    QCOMPARE(attributesText(m_context, {}), std::string());
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
