// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/hash.h"
#include "core/units/arm.h"
#include "core/units/inferenceunit.h"
#include "tests/support/result.h"

#include <QTest>

using namespace sluice;
using namespace sluice::units;

class TestInferenceUnit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void idIsTheHashOfTheCanonicalForm();
    void anyByteChangesTheId();
    void roundTrip();
    void refuses_data();
    void refuses();
    void names();

private:
    const Json m_json{{"provider", "house"},
                      {"model", "m-1-2026-01-15"},
                      {"prompt", {{"name", "support/answer"}, {"version", "1.0.0"}}},
                      {"params", {{"temperature", 0.2}, {"max_tokens", 400}}}};
};

void TestInferenceUnit::idIsTheHashOfTheCanonicalForm()
{
    const auto unit = unitFromJson(m_json);
    QVERIFY_RESULT(unit);
    const std::string canonical =
        R"({"model":"m-1-2026-01-15","params":{"max_tokens":400,"temperature":0.2},)"
        R"("prompt":{"name":"support/answer","version":"1.0.0"},"provider":"house"})";
    QCOMPARE(unitId(*unit)->text(), "u_" + sha256Hex(canonical));
    QCOMPARE(shortId(*unitId(*unit)), sha256Hex(canonical).substr(0, 8));
    QCOMPARE(shortId(UnitId("other")), std::string("other"));
}

void TestInferenceUnit::anyByteChangesTheId()
{
    const auto unit = unitFromJson(m_json);
    QVERIFY_RESULT(unit);
    std::vector<InferenceUnit> others(6, *unit);
    others[0].model += "x";
    others[1].params["temperature"] = 0.3;
    others[2].prompt->digest = "00";
    others[3].tools = Json::array({Json::object()});
    others[4].prompt.reset();
    others[5].retrieval = {{"generation", 1}};
    for (const InferenceUnit& other : others) {
        QVERIFY(*unitId(other) != *unitId(*unit));
    }
    InferenceUnit unsafe = *unit;
    unsafe.params["seed"] = 9007199254740993LL;
    QCOMPARE(unitId(unsafe).error().where, std::string("/params/seed"));
}

void TestInferenceUnit::roundTrip()
{
    Json full = m_json;
    full["tools"] = Json::array({{{"type", "function"}}});
    full["output_schema"] = {{"type", "object"}};
    full["retrieval"] = {{"collection", "docs"}, {"generation", 3}};
    full["prompt"]["digest"] = "ab";
    for (const Json& json : {m_json, full}) {
        const auto unit = unitFromJson(json);
        QVERIFY_RESULT(unit);
        QCOMPARE_JSON(toJson(*unit), json);
    }
}

void TestInferenceUnit::refuses_data()
{
    QTest::addColumn<QByteArray>("patch");
    QTest::addColumn<QByteArray>("where");
    QTest::newRow("no provider") << QByteArray(R"({"provider":null})") << QByteArray("/u/provider");
    QTest::newRow("bad provider") << QByteArray(R"({"provider":"a b"})")
                                  << QByteArray("/u/provider");
    QTest::newRow("floating model")
        << QByteArray(R"({"model":"gpt-4o"})") << QByteArray("/u/model");
    QTest::newRow("unknown member")
        << QByteArray(R"({"temperature":1})") << QByteArray("/u/temperature");
    QTest::newRow("params") << QByteArray(R"({"params":[1]})") << QByteArray("/u/params");
    QTest::newRow("tools") << QByteArray(R"({"tools":{}})") << QByteArray("/u/tools");
    QTest::newRow("prompt version")
        << QByteArray(R"({"prompt":{"version":3}})") << QByteArray("/u/prompt/version");
    QTest::newRow("prompt member")
        << QByteArray(R"({"prompt":{"label":"x"}})") << QByteArray("/u/prompt/label");
}

void TestInferenceUnit::refuses()
{
    QFETCH(QByteArray, patch);
    QFETCH(QByteArray, where);
    Json json = m_json;
    json.merge_patch(Json::parse(patch.toStdString()));
    const auto unit = unitFromJson(json, "/u");
    QVERIFY(!unit);
    QCOMPARE(unit.error().code, ErrorCode::InvalidArgument);
    QCOMPARE(QByteArray::fromStdString(unit.error().where), where);
}

void TestInferenceUnit::names()
{
    for (const Arm arm : {Arm::Stable, Arm::Control, Arm::Candidate, Arm::Shadow}) {
        QCOMPARE(armFromName(armName(arm)).value(), arm);
    }
    for (const AssignedBy by : {AssignedBy::Bucket, AssignedBy::Rule, AssignedBy::Allow,
                                AssignedBy::Pin, AssignedBy::Kill, AssignedBy::None}) {
        QCOMPARE(assignedByFromName(assignedByName(by)).value(), by);
    }
    QVERIFY(!armFromName("canary"));
}

QTEST_GUILESS_MAIN(TestInferenceUnit)
#include "tst_inferenceunit.moc"
