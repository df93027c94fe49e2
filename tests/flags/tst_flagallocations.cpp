// SPDX-License-Identifier: GPL-3.0-or-later
// Evaluation allocates nothing, counted over every rule of the suites that are at hand.
#include "core/flags/flagset.h"
#include "core/flags/rule.h"
#include "tests/flags/flagsupport.h"
#include "tests/support/allocations.h"
#include "tests/support/result.h"

#include <QTest>

using namespace sluice;
using namespace sluice::flags;
using tests::g_allocations;

class TestFlagAllocations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jsonLogic();
    void flags_data();
    void flags();
};

void TestFlagAllocations::jsonLogic()
{
    const std::string shared = tests::sharedData("flags/jsonlogic-tests.json");
    const Json cases = tests::loadJson(
        shared.empty() ? std::string(SLUICE_SOURCE_DIR "/tests/flags/data/jsonlogic-small.json")
                       : shared);
    int count = 0;
    for (const Json& row : cases) {
        if (!row.is_array()) {
            continue;
        }
        const auto rule = CompiledRule::compile(row[0]);
        QVERIFY_RESULT(rule);
        Environment environment;
        environment.data = &row[1];
        const std::uint64_t before = g_allocations.load();
        const auto match = rule->match(environment);
        QVERIFY2(g_allocations.load() == before, row.dump().c_str());
        QCOMPARE(match.fault, Fault::None);
        ++count;
    }
    QVERIFY(count > 0);
}

void TestFlagAllocations::flags_data()
{
    QTest::addColumn<QString>("targeting");
    QTest::addColumn<int>("generation");
    const auto row = [](const char* name, const char* targeting) {
        QTest::addRow("%s", name) << QString::fromLatin1(targeting) << 2;
        QTest::addRow("%s, generation 3", name) << QString::fromLatin1(targeting) << 3;
    };
    row("none", "{}");
    row("short form", R"({"fractional": [["on", 5], ["off", 95]]})");
    row("salted", R"({"fractional": [{"cat": ["a salt that takes more than sixteen bytes ",
                     {"var": "user.name"}]}, ["on", 5], ["off", 95]]})");
    row("whole context", R"({"fractional": [{"var": ""}, ["on", 5], ["off", 95]]})");
    row("object", R"({"fractional": [{"var": "user"}, ["on", 5], ["off", 95]]})");
    row("weights from rules",
        R"({"fractional": [["on", {"+": [{"var": "ten"}, 1]}], ["off", 95]]})");
    row("nested paths", R"({"if": [{"==": [{"var": "user.tags.1"}, "b"]}, "on", "off"]})");
    row("over the small room", R"({"if": [{"<": [{"reduce": [{"map": [{"var": "many"},
            {"+": [{"var": ""}, 1]}]}, {"+": [{"var": "current"}, {"var": "accumulator"}]}, 0]}, 5]},
            "on", "off"]})");
    row("beyond every room", R"({"if": [{"cat": [{"map": [{"var": "many"}, {"cat": ["x",
            "of the same text again and again"]}]}]}, "on"]})");
    row("versions", R"({"if": [{"sem_ver": [{"var": "version"}, ">=", "2.1.0"]}, "on", "off"]})");
}

void TestFlagAllocations::flags()
{
    QFETCH(QString, targeting);
    QFETCH(int, generation);
    const Json rule = Json::parse(targeting.toStdString());
    const auto set = FlagSet::fromJson({{"metadata", {{"fractionalVersion", generation}}},
                                        {"flags",
                                         {{"f",
                                           {{"state", "ENABLED"},
                                            {"variants", {{"on", true}, {"off", false}}},
                                            {"defaultVariant", "off"},
                                            {"targeting", rule}}}}}});
    QVERIFY_RESULT(set);
    Json many = Json::array();
    for (int i = 0; i < 2000; ++i) {
        many.push_back(i);
    }
    Context context;
    context.set("targetingKey", "a user whose key takes more than sixteen bytes");
    QVERIFY_RESULT(context.merge(Json{{"user", {{"name", "ada"}, {"tags", {"a", "b"}}, {"n", 0.5}}},
                                      {"ten", 10},
                                      {"version", "v2.3.4"},
                                      {"many", std::move(many)}}));
    const std::uint64_t before = g_allocations.load();
    const Evaluation answer = (*set)->evaluate("f", context, {});
    const Evaluation typed = (*set)->evaluate("f", context, {}, ValueType::Boolean);
    QCOMPARE(g_allocations.load(), before);
    QCOMPARE(answer.reason, typed.reason);
}

QTEST_GUILESS_MAIN(TestFlagAllocations)
#include "tst_flagallocations.moc"
