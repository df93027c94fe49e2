// SPDX-License-Identifier: GPL-3.0-or-later
// A route's two JSON forms, what they refuse, and the difference between two of them.
#include "core/routing/diff.h"
#include "tests/routing/sample.h"
#include "tests/support/result.h"

#include <QTest>

#include <limits>

using namespace sluice;
using namespace sluice::routing;
using namespace sluice::tests;

namespace {

Result<UnitId> resolve(std::string_view alias)
{
    if (alias == "support-v1") {
        return unit('a');
    }
    if (alias == "support-v2") {
        return unit('b');
    }
    return fail(ErrorCode::NotFound, "no unit of this name");
}

std::string alias(const UnitId& id)
{
    return id == unit('a') ? "support-v1" : id == unit('b') ? "support-v2" : id.text();
}

const Json kDeclared = Json::parse(R"({
    "stable": "support-v1", "candidate": "support-v2", "percent": 5, "bucket_by": "user_id", "allow": ["ada"],
    "rules": [{"when": {"==": [{"var": "org_id"}, "org-internal"]}, "arm": "candidate"}],
    "guard": {"ttft_ms": 2000, "total_ms": 15000, "idle_ms": 5000, "min_tokens_per_s": 8, "hedge_after_ms": null, "deadline_ms": null},
    "shadow": {"unit": "support-v2", "percent": 0.25},
    "session": {"on_rollback": "migrate", "on_kill": "force"},
    "system_messages": "warn", "request_params": "unit",
    "capture": {"mode": "none", "percent": 0, "days": 7}})");

} // namespace

class TestRoute : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void declarativeFormSurvives();
    void storageFormSurvives();
    void refuses_data();
    void refuses();
    void contradicts_data();
    void contradicts();
    void percentages_data();
    void percentages();
    void noPercentage_data();
    void noPercentage();
    void allowListsEnd();
    void storedDamageIsFound_data();
    void storedDamageIsFound();
    void changes();
    void changesOfSets();
};

void TestRoute::declarativeFormSurvives()
{
    const auto read = definitionFromJson(kDeclared, resolve, "/routes/x");
    QVERIFY_RESULT(read);
    QVERIFY_RESULT(check(*read));
    QCOMPARE(read->percent, 500U);
    QCOMPARE(read->shadow->percent, 25U);
    QVERIFY(read->guard.ttft == Milliseconds(2000));
    QVERIFY(!read->guard.hedgeAfter);
    QVERIFY(read->systemMessages == SystemMessages::Warn);
    const Json written = toJson(*read, alias);
    QVERIFY2(written == kDeclared, written.dump().c_str());

    const auto least = definitionFromJson({{"stable", "support-v1"}}, resolve);
    QVERIFY_RESULT(least);
    QVERIFY(!least->candidate);
    QCOMPARE(least->bucketBy, std::string("user_id"));
}

void TestRoute::storageFormSurvives()
{
    Route original = route(*definitionFromJson(kDeclared, resolve));
    original.previous = KnownGood{unit('c'), 7};
    original.killed = KillState{unit('b'), "ada", "too slow", 1'800'000'000'000'000, 1234};
    original.definition.percent = 0;
    const auto read = routeFromJson(toJson(original));
    QVERIFY_RESULT(read);
    QVERIFY(*read == original);
}

void TestRoute::refuses_data()
{
    QTest::addColumn<QString>("pointer");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("where");
    const auto row = [](const char* name, const char* pointer, const char* value,
                        const char* where = nullptr) {
        QTest::newRow(name) << QString::fromUtf8(pointer) << QString::fromUtf8(value)
                            << QStringLiteral("/routes/x") +
                                   QString::fromUtf8(where != nullptr ? where : pointer);
    };
    row("unknown member", "/percentage", "5");
    row("unknown guard", "/guard/ttft", "5");
    row("a speed of nothing", "/guard/min_tokens_per_s", "0");
    row("half a token", "/guard/min_tokens_per_s", "2.5");
    row("unknown unit", "/candidate", R"("support-v9")");
    row("unit of a wrong type", "/stable", "1");
    row("percent above 100", "/percent", "100.01");
    row("percent below 0", "/percent", "-1");
    row("three decimals", "/percent", "0.125");
    row("percent as text", "/percent", R"("5")");
    row("no bucketing attribute", "/bucket_by", R"("")");
    row("allow entry", "/allow", R"(["a", 1])", "/allow/1");
    row("rule without arm", "/rules", R"([{"when": true}])", "/rules/0/arm");
    row("rule to control", "/rules", R"([{"when": true, "arm": "control"}])", "/rules/0/arm");
    row("guard of 0 ms", "/guard/ttft_ms", "0");
    row("guard in fractions", "/guard/ttft_ms", "1.5");
    row("shadow without unit", "/shadow", R"({"percent": 5})", "/shadow/unit");
    row("session word", "/session/on_kill", R"("drain")");
    row("system messages", "/system_messages", R"("refuse")");
    row("request parameters", "/request_params", "null");
    row("capture mode", "/capture/mode", R"("some")");
    row("capture days", "/capture/days", "-1");
}

void TestRoute::refuses()
{
    QFETCH(QString, pointer);
    QFETCH(QString, value);
    QFETCH(QString, where);
    Json json = kDeclared;
    json[Json::json_pointer(pointer.toStdString())] = Json::parse(value.toStdString());
    const auto read = definitionFromJson(json, resolve, "/routes/x");
    QVERIFY(!read.ok());
    QCOMPARE(QString::fromStdString(read.error().where), where);
}

void TestRoute::contradicts_data()
{
    QTest::addColumn<QString>("patch");
    QTest::addColumn<QString>("where");
    QTest::newRow("share without candidate") << R"({"candidate": null})" << "/d/percent";
    QTest::newRow("candidate is stable") << R"({"candidate": "support-v1"})" << "/d/candidate";
    QTest::newRow("rule that does not compile")
        << R"({"rules": [{"when": {"=": [1, 1]}, "arm": "stable"}]})" << "/d/rules/0/when/=";
    QTest::newRow("rule that reads the clock")
        << R"({"rules": [{"when": {">": [{"var": "$flagd.timestamp"}, 1]}, "arm": "stable"}]})"
        << "/d/rules/0/when";
}

void TestRoute::contradicts()
{
    QFETCH(QString, patch);
    QFETCH(QString, where);
    Json json = kDeclared;
    json.merge_patch(Json::parse(patch.toStdString()));
    const auto read = definitionFromJson(json, resolve);
    QVERIFY_RESULT(read);
    const auto status = check(*read, "/d");
    QVERIFY(!status.ok());
    QCOMPARE(QString::fromStdString(status.error().where), where);
}

void TestRoute::percentages_data()
{
    QTest::addColumn<double>("percent");
    QTest::addColumn<uint>("points");
    for (const auto& [percent, points] : std::vector<std::pair<double, unsigned>>{{0, 0},
                                                                                  {0.01, 1},
                                                                                  {0.07, 7},
                                                                                  {0.29, 29},
                                                                                  {1.1, 110},
                                                                                  {33.33, 3333},
                                                                                  {99.99, 9999},
                                                                                  {100, 10000}}) {
        QTest::newRow(std::to_string(percent).c_str()) << percent << points;
    }
}

void TestRoute::percentages()
{
    QFETCH(double, percent);
    QFETCH(uint, points);
    const auto read = percentFromJson(percent);
    QVERIFY_RESULT(read);
    QCOMPARE(*read, points);
    QVERIFY(percentToJson(points) == Json(percent));
}

void TestRoute::noPercentage_data()
{
    QTest::addColumn<double>("percent");
    QTest::newRow("not a number") << std::numeric_limits<double>::quiet_NaN();
    QTest::newRow("infinite") << std::numeric_limits<double>::infinity();
    QTest::newRow("less than infinite") << -std::numeric_limits<double>::infinity();
    QTest::newRow("just below 0") << -0.01;
    QTest::newRow("just above 100") << 100.01;
    QTest::newRow("three decimals") << 0.001;
    QTest::newRow("three decimals near 100") << 99.995;
    QTest::newRow("large") << 1e300;
    QTest::newRow("small") << 1e-3;
}

void TestRoute::noPercentage()
{
    QFETCH(double, percent);
    const auto read = percentFromJson(percent, "/percent");
    QVERIFY(!read.ok());
    QCOMPARE(read.error().code, ErrorCode::InvalidArgument);
    QCOMPARE(read.error().where, std::string("/percent"));
}

void TestRoute::allowListsEnd()
{
    Json json = kDeclared;
    json["allow"] = Json::array();
    for (int i = 0; i < 10'000; ++i) {
        json["allow"].push_back("user-" + std::to_string(i));
    }
    const auto full = definitionFromJson(json, resolve);
    QVERIFY_RESULT(full);
    QCOMPARE(full->allow.size(), std::size_t{10'000});
    json["allow"].push_back("one more");
    const auto more = definitionFromJson(json, resolve, "/r");
    QVERIFY(!more.ok());
    QCOMPARE(more.error().where, std::string("/r/allow"));
}

void TestRoute::storedDamageIsFound_data()
{
    QTest::addColumn<QString>("pointer");
    QTest::addColumn<QString>("value");
    QTest::newRow("name") << "/name" << R"("../x")";
    QTest::newRow("alias in place of an id") << "/definition/stable" << R"("support-v1")";
    QTest::newRow("known good") << "/known_good/unit" << R"("u_1")";
    QTest::newRow("known good's revision") << "/known_good/revision" << R"("1")";
    QTest::newRow("previous") << "/previous" << R"({"unit": 1})";
    QTest::newRow("killed") << "/killed" << R"({"unit": "u_1"})";
}

void TestRoute::storedDamageIsFound()
{
    QFETCH(QString, pointer);
    QFETCH(QString, value);
    Json json = toJson(route());
    json[Json::json_pointer(pointer.toStdString())] = Json::parse(value.toStdString());
    const auto read = routeFromJson(json, "/r");
    QVERIFY(!read.ok());
    QVERIFY2(QString::fromStdString(read.error().where).startsWith(QStringLiteral("/r") + pointer),
             read.error().where.c_str());
}

void TestRoute::changes()
{
    const Route before = route();
    QCOMPARE(changesBetween(&before, &before, alias).size(), std::size_t{0});
    Route after = before;
    after.definition.percent = 2050;
    after.definition.guard.ttft = Milliseconds(900);
    after.definition.allow = {"ada"};
    after.killed = KillState{unit('b'), "ada", "slow", 5, 500};
    const Json expected = Json::parse(R"([
        {"route": "support-assistant", "pointer": "/allow", "from": [], "to": ["ada"]},
        {"route": "support-assistant", "pointer": "/guard/ttft_ms", "from": null, "to": 900},
        {"route": "support-assistant", "pointer": "/killed", "from": null,
         "to": {"unit": "support-v2", "actor": "ada", "reason": "slow"}},
        {"route": "support-assistant", "pointer": "/percent", "from": 5, "to": 20.5}])");
    const Json changes = changesBetween(&before, &after, alias);
    QVERIFY2(changes == expected, changes.dump().c_str());
}

void TestRoute::changesOfSets()
{
    Route first = route();
    Route second = route();
    second.name = RouteName("zeta");
    Route moved = first;
    moved.definition.percent = 600;
    const Json changes = changesBetween({second, first}, {moved}, alias);
    QCOMPARE(changes.size(), std::size_t{2});
    QVERIFY(changes[0]["pointer"] == "/percent");
    QVERIFY(changes[1]["route"] == "zeta");
    QVERIFY(changes[1]["pointer"] == "");
    QVERIFY(changes[1]["to"].is_null());
    QVERIFY(changes[1]["from"]["stable"] == "support-v1");
}

QTEST_GUILESS_MAIN(TestRoute)
#include "tst_route.moc"
