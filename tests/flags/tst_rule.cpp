// SPDX-License-Identifier: GPL-3.0-or-later
// JsonLogic against other people's answers, and what the compiler refuses.
#include "core/flags/rule.h"
#include "tests/flags/flagsupport.h"
#include "tests/support/result.h"

#include <QTest>

#include <fmt/format.h>

#include <filesystem>

using namespace sluice;
using namespace sluice::flags;

namespace {

/// The classic file where it is at hand, our own small selection of it otherwise.
std::string classicSuite()
{
    const std::string shared = tests::sharedData("flags/jsonlogic-tests.json");
    return shared.empty() ? std::string(SLUICE_SOURCE_DIR "/tests/flags/data/jsonlogic-small.json")
                          : shared;
}

/// Operators that the compatibility tables propose and classic JsonLogic does not have, and the one
/// that only the engine of the tables' makers has.
bool usesProposal(const Json& rule)
{
    static const std::vector<std::string> kProposed{"val", "exists", "??",
                                                    "try", "throw",  "preserve"};
    if (rule.is_object()) {
        return std::any_of(rule.items().begin(), rule.items().end(), [](const auto& member) {
            return std::find(kProposed.begin(), kProposed.end(), member.key()) != kProposed.end() ||
                   usesProposal(member.value());
        });
    }
    return rule.is_array() && std::any_of(rule.begin(), rule.end(), usesProposal);
}

} // namespace

class TestRule : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void classic_data();
    void classic();
    void compatibility_data();
    void compatibility();
    void readsTheContext();
    void refuses_data();
    void refuses();
    void staysWithinItsBudget();
    void namesTheAttributesItReads();
    void semVer_data();
    void semVer();
};

void TestRule::classic_data()
{
    QTest::addColumn<int>("index");
    const Json cases = tests::loadJson(classicSuite());
    QVERIFY(cases.is_array());
    int rows = 0;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (cases[i].is_array()) {
            QTest::newRow(fmt::format("{}: {}", i, cases[i][0].dump()).c_str())
                << static_cast<int>(i);
            ++rows;
        }
    }
    if (!tests::sharedData("flags/jsonlogic-tests.json").empty()) {
        QCOMPARE(rows, 277);
    }
}

void TestRule::classic()
{
    QFETCH(int, index);
    static const Json cases = tests::loadJson(classicSuite());
    const Json& row = cases[static_cast<std::size_t>(index)];
    const auto rule = CompiledRule::compile(row[0]);
    QVERIFY_RESULT(rule);
    Environment environment;
    environment.data = &row[1];
    const auto outcome = rule->evaluate(environment);
    QCOMPARE(faultName(outcome.fault), faultName(Fault::None));
    QCOMPARE(QString::fromStdString(outcome.value.dump()), QString::fromStdString(row[2].dump()));
}

void TestRule::compatibility_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("index");
    const std::string folder = tests::sharedData("flags/jsonlogic-compat");
    if (folder.empty()) {
        QTest::newRow("own selection")
            << QStringLiteral(SLUICE_SOURCE_DIR "/tests/flags/data/compat-small.json") << 0;
        return;
    }
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (entry.is_regular_file() && name.ends_with(".json")) {
            files.push_back(entry.path().string());
        }
    }
    std::sort(files.begin(), files.end());
    int rows = 0;
    for (const auto& file : files) {
        const Json cases = tests::loadJson(file);
        for (std::size_t i = 0; i < cases.size(); ++i) {
            if (cases[i].is_object() && cases[i].contains("rule") &&
                !usesProposal(cases[i]["rule"])) {
                const std::string name = std::filesystem::relative(file, folder).string();
                QTest::newRow(fmt::format("{} {}: {}", name, i, cases[i]["rule"].dump()).c_str())
                    << QString::fromStdString(file) << static_cast<int>(i);
                ++rows;
            }
        }
    }
    QCOMPARE(rows, 944);
}

void TestRule::compatibility()
{
    QFETCH(QString, file);
    QFETCH(int, index);
    const Json cases = tests::loadJson(file.toStdString());
    const Json& row = cases[static_cast<std::size_t>(index)];
    const auto rule = CompiledRule::compile(row["rule"]);
    if (!rule) { // we find some of the errors before a request comes
        QVERIFY2(row.contains("error"), describe(rule.error()).c_str());
        return;
    }
    const Json data = row.value("data", Json());
    Environment environment;
    environment.data = &data;
    const auto outcome = rule->evaluate(environment);
    if (row.contains("error")) {
        const std::string type = row["error"]["type"];
        QCOMPARE(faultName(outcome.fault),
                 faultName(type == "NaN" ? Fault::NotANumber : Fault::InvalidArguments));
        return;
    }
    QCOMPARE(faultName(outcome.fault), faultName(Fault::None));
    QVERIFY2(outcome.value == row["result"], outcome.value.dump().c_str());
}

void TestRule::readsTheContext()
{
    Context context;
    context.set("org_id", "org-7");
    context.set("age", 41);
    context.set("beta", true);
    QVERIFY_RESULT(
        context.merge(Json::parse(R"({"team": {"name": "search", "tags": ["a", "b"]}})")));
    Environment environment;
    environment.context = &context;
    environment.flagKey = "my-flag";
    environment.unixSeconds = 1'800'000'000;
    const auto holds = [&](const char* text) {
        const auto rule = CompiledRule::compile(Json::parse(text));
        return rule.ok() && rule->match(environment).matched;
    };
    QVERIFY(holds(R"({"==": [{"var": "org_id"}, "org-7"]})"));
    QVERIFY(holds(R"({"and": [{">": [{"var": "age"}, 40]}, {"var": "beta"}]})"));
    QVERIFY(holds(R"({"==": [{"var": "team.tags.1"}, "b"]})"));
    QVERIFY(holds(R"({"==": [{"var": ["team.size", 3]}, 3]})"));
    QVERIFY(holds(R"({"==": [{"var": "$flagd.flagKey"}, "my-flag"]})"));
    QVERIFY(holds(R"({">=": [{"var": {"cat": ["$flagd", ".timestamp"]}}, 1800000000]})"));
    QVERIFY(holds(R"({"==": [{"var": {"cat": ["team", ".name"]}}, "search"]})"));
    QVERIFY(holds(R"({"in": ["org_id", {"missing": ["org_id", "nobody"]}]})") == false);
    QVERIFY(!holds(R"({"==": [{"var": "nobody"}, "org-7"]})"));
    QVERIFY(holds(R"({"!=": ["org-7", {"var": "nobody"}]})"));
}

void TestRule::refuses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("where");
    QTest::newRow("unknown operator") << R"({"and": [true, {"=": [1, 2]}]})" << "/when/and/1/=";
    QTest::newRow("log") << R"({"log": "x"})" << "/when/log";
    QTest::newRow("two operators")
        << R"({"if": [{"==": [1, 1], "!=": [1, 2]}, 1]})" << "/when/if/0";
    QTest::newRow("too few operands") << R"({"==": [1]})" << "/when/==";
    QTest::newRow("too many operands") << R"({"!": [1, 2]})" << "/when/!";
    QTest::newRow("not an array") << R"({"and": true})" << "/when/and";
    QTest::newRow("unknown $flagd member") << R"({"var": "$flagd.secret"})" << "/when/var";
    QTest::newRow("reference without evaluators") << R"({"$ref": "x"})" << "/when/$ref";
    QTest::newRow("pointer is escaped") << R"({"a/b~c": 1})" << "/when/a~1b~0c";
}

void TestRule::refuses()
{
    QFETCH(QString, text);
    QFETCH(QString, where);
    const auto rule = CompiledRule::compile(Json::parse(text.toStdString()), "/when");
    QVERIFY(!rule.ok());
    QCOMPARE(rule.error().code, ErrorCode::InvalidArgument);
    QCOMPARE(QString::fromStdString(rule.error().where), where);
}

void TestRule::staysWithinItsBudget()
{
    Json deep = true;
    for (int i = 0; i < 10'000; ++i) {
        deep = Json{{"!", Json::array({std::move(deep)})}};
    }
    const auto tooDeep = CompiledRule::compile(deep);
    QVERIFY(!tooDeep.ok());
    QCOMPARE(tooDeep.error().code, ErrorCode::TooLarge);
    while (!deep.is_boolean()) { // taken apart level by level: nlohmann's destructor is recursive
                                 // no more than this
        Json inner = std::move(deep["!"][0]);
        deep = std::move(inner);
    }

    Json data{{"n", Json::array()}};
    for (int i = 0; i < 64; ++i) {
        data["n"].push_back(i);
    }
    Environment environment;
    environment.data = &data;
    const auto doubling = CompiledRule::compile(Json::parse(
        R"({"reduce": [{"var": "n"}, {"cat": [{"var": "accumulator"}, {"var": "accumulator"}]}, "xxxxxxxx"]})"));
    QVERIFY_RESULT(doubling);
    QCOMPARE(faultName(doubling->evaluate(environment).fault), faultName(Fault::TooComplex));
    const auto nested = CompiledRule::compile(Json::parse(
        R"({"map": [[1,2,3,4,5,6,7,8,9,10], {"map": [[1,2,3,4,5,6,7,8,9,10], {"map": [[1,2,3,4,5,6,7,8,9,10],
            {"map": [[1,2,3,4,5,6,7,8,9,10], {"map": [[1,2,3,4,5,6,7,8,9,10], {"+": [{"var": ""}, 1]}]}]}]}]}]})"));
    QVERIFY_RESULT(nested);
    QCOMPARE(faultName(nested->evaluate(environment).fault), faultName(Fault::TooComplex));
}

void TestRule::namesTheAttributesItReads()
{
    const auto rule = CompiledRule::compile(Json::parse(
        R"({"or": [{"==": [{"var": "org_id"}, 1]}, {"some": [{"var": "team.tags"}, {"==": [{"var": "label"}, 2]}]},
            {"missing": ["plan"]}, {"fractional": [["a", 1], ["b", 1]]}, {"var": "$flagd.flagKey"}]})"));
    QVERIFY_RESULT(rule);
    const std::vector<std::string> expected{"org_id", "plan", "targetingKey", "team"};
    const auto read = rule->attributesRead();
    QVERIFY(std::equal(read.begin(), read.end(), expected.begin(), expected.end()));
}

void TestRule::semVer_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* left, const char* op, const char* right, const char* expected) {
        QTest::newRow(fmt::format("{} {} {}", left, op, right).c_str())
            << QString::fromStdString(
                   fmt::format(R"({{"sem_ver": [{}, "{}", {}]}})", left, op, right))
            << QString::fromUtf8(expected);
    };
    row(R"("1.2.3")", "=", R"("1.2.3")", "true");
    row(R"("v1.2.3")", "=", R"("V1.2.3")", "true");
    row(R"("1.2")", "=", R"("1.2.0")", "true");
    row("1", "=", R"("1.0.0")", "true");
    row(R"("1.2.3+linux")", "=", R"("1.2.3")", "true");
    row(R"("1.2.3-rc.1")", "<", R"("1.2.3")", "true");
    row(R"("1.0.0-alpha")", "<", R"("1.0.0-alpha.1")", "true");
    row(R"("1.0.0-alpha.9")", "<", R"("1.0.0-alpha.10")", "true");
    row(R"("1.0.0-9")", "<", R"("1.0.0-alpha")", "true");
    row(R"("3.0.0")", "^", R"("3.5.0")", "true");
    row(R"("3.5.0")", "^", R"("4.0.0")", "false");
    row(R"("3.5.1")", "~", R"("3.5.9")", "true");
    row(R"("3.5.1")", "~", R"("3.6.0")", "false");
    row(R"("3.5.1")", ">=", R"("3.5.1")", "true");
    row(R"("3.5.1")", "!=", R"("3.5.2")", "true");
    row(R"("2.0.0.0")", "=", R"("2.0.0")", "null");
    row(R"("two")", "=", R"("2.0.0")", "null");
    row(R"("2.0.0")", "*", R"("2.0.0")", "null");
    row(R"("01.0.0")", "=", R"("1.0.0")", "null");
    row("true", "=", R"("1.0.0")", "null");
}

void TestRule::semVer()
{
    QFETCH(QString, rule);
    QFETCH(QString, expected);
    const auto compiled = CompiledRule::compile(Json::parse(rule.toStdString()));
    QVERIFY_RESULT(compiled);
    QCOMPARE(QString::fromStdString(compiled->evaluate({}).value.dump()), expected);
}

QTEST_GUILESS_MAIN(TestRule)
#include "tst_rule.moc"
