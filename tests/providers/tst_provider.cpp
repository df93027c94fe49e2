// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/providers/codec.h"
#include "core/providers/simulator.h"
#include "tests/support/result.h"

#include <QTest>

using namespace sluice;
using namespace sluice::providers;

class TestProvider : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void roundTrip_data();
    void roundTrip();
    void refuses_data();
    void refuses();
    void simulatorSettings();
};

void TestProvider::roundTrip_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("local") << QByteArray(
        R"({"kind":"openai","base_url":"http://127.0.0.1:9101/v1","secret":{"env":"HOUSE_KEY"},"local":true})");
    QTest::newRow("public") << QByteArray(
        R"({"kind":"openai","base_url":"https://api.example.com/v1"})");
    QTest::newRow("simulator") << QByteArray(
        R"({"kind":"simulator","simulator":{"seed":11,"style":"v1"}})");
    QTest::newRow("simulator by default") << QByteArray(R"({"kind":"simulator"})");
}

void TestProvider::roundTrip()
{
    QFETCH(const QByteArray, json);
    const Json given = Json::parse(json.toStdString());
    const auto config = providerFromJson(ProviderName("house"), given);
    QVERIFY_RESULT(config);
    QVERIFY(toJson(*config) == given);
    QVERIFY(*providerFromJson(ProviderName("house"), toJson(*config)) == *config);
}

void TestProvider::refuses_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("where");
    const auto row = [](const char* name, const char* json, const char* where) {
        QTest::newRow(name) << QByteArray(json) << QByteArray(where);
    };
    row("no object", R"([])", "/providers/p");
    row("no kind", R"({"base_url":"https://a.example/v1"})", "/providers/p/kind");
    row("unknown kind", R"({"kind":"magic"})", "/providers/p/kind");
    row("no address", R"({"kind":"openai"})", "/providers/p/base_url");
    row("plain http beyond this machine", R"({"kind":"openai","base_url":"http://a.example/v1"})",
        "/providers/p/base_url");
    row("no URL", R"({"kind":"openai","base_url":"a.example"})", "/providers/p/base_url");
    row("credentials in the address", R"({"kind":"openai","base_url":"https://u:p@a.example/v1"})",
        "/providers/p/base_url");
    row("a key in the clear",
        R"({"kind":"openai","base_url":"https://a.example/v1","secret":"sk-1"})",
        "/providers/p/secret");
    row("unknown member", R"({"kind":"openai","base_url":"https://a.example/v1","api_key":"x"})",
        "/providers/p/api_key");
    row("local of another type", R"({"kind":"openai","base_url":"https://a.example/v1","local":1})",
        "/providers/p/local");
    row("simulator with an address", R"({"kind":"simulator","base_url":"https://a.example/v1"})",
        "/providers/p/base_url");
    row("unknown setting", R"({"kind":"simulator","simulator":{"sed":1}})",
        "/providers/p/simulator/sed");
    row("rate beyond 1", R"({"kind":"simulator","simulator":{"cut_rate":1.5}})",
        "/providers/p/simulator/cut_rate");
    row("negative seed", R"({"kind":"simulator","simulator":{"seed":-1}})",
        "/providers/p/simulator/seed");
}

void TestProvider::refuses()
{
    QFETCH(const QByteArray, json);
    QFETCH(const QByteArray, where);
    const auto config =
        providerFromJson(ProviderName("p"), Json::parse(json.toStdString()), "/providers/p");
    QVERIFY(!config.ok());
    QCOMPARE(config.error().code, ErrorCode::InvalidArgument);
    QCOMPARE(config.error().where, where.toStdString());
}

void TestProvider::simulatorSettings()
{
    SimulatorSettings settings;
    settings.seed = 18446744073709551615ULL;
    settings.ttftMedianMs = 12.5;
    settings.malformedRate = 0.25;
    settings.style = "v2";
    const auto again = simulatorFromJson(toJson(settings));
    QVERIFY_RESULT(again);
    QVERIFY(toJson(*again) == toJson(settings));
    QCOMPARE(again->seed, settings.seed);
    QCOMPARE(again->malformedRate, 0.25);
    QCOMPARE(simulatorFromJson(Json())->tokensMedian, SimulatorSettings().tokensMedian);
}

QTEST_GUILESS_MAIN(TestProvider)
#include "tst_provider.moc"
