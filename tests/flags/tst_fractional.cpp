// SPDX-License-Identifier: GPL-3.0-or-later
// `fractional` of both generations against others' answers.
#include "core/flags/flagset.h"
#include "core/flags/murmur3.h"
#include "core/flags/rule.h"
#include "tests/flags/flagsupport.h"
#include "tests/support/result.h"

#include <QTest>

#include <fmt/format.h>

#include <set>

using namespace sluice;
using namespace sluice::flags;
using sluice::tests::fractionalVectors;

namespace {

/// A set with one flag whose variants are the names in `buckets`, each its own value.
Json oneFlag(const std::string& key, const Json& targeting, const Json& buckets)
{
    Json variants = Json::object();
    for (const Json& bucket : buckets) {
        variants[bucket[0].get<std::string>()] = bucket[0];
    }
    return {{"flags",
             {{key, {{"state", "ENABLED"}, {"variants", variants}, {"targeting", targeting}}}}}};
}

Json withBuckets(const Json& first, const Json& buckets)
{
    Json arguments = Json::array();
    if (!first.is_null()) {
        arguments.push_back(first);
    }
    arguments.insert(arguments.end(), buckets.begin(), buckets.end());
    return {{"fractional", arguments}};
}

/// The weights that a generation 3 vector describes in words.
Json bucketsOf(const std::string& description)
{
    if (description.starts_with("25 buckets x 4")) {
        Json buckets = Json::array();
        for (int i = 1; i <= 25; ++i) {
            buckets.push_back({fmt::format("bucket{}", i), 4});
        }
        return buckets;
    }
    return description.starts_with("heads")
               ? Json::array({{"heads", 1}, {"tails", 1}})
               : Json::array({{"clubs", 25}, {"diamonds", 25}, {"hearts", 25}, {"spades", 25}});
}

/// What flagd-core evaluates and the schema refuses, so that we do not load it.
const std::set<std::string>& refusedEdges()
{
    static const std::set<std::string> kRefused{
        "negative weight clamped", "non-integer weight", "string weight",          "null weight",
        "sum > MaxInt32",          "empty bucket entry", "3-element bucket entry", "empty array",
        "no buckets, string only"};
    return kRefused;
}

} // namespace

class TestFractional : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void generation2_data();
    void generation2();
    void edges_data();
    void edges();
    void generation3_data();
    void generation3();
    void generation3TakesNoNullAndNoArray();
    void weightsFromRules_data();
    void weightsFromRules();
    void hashIsTheSameInPieces();
};

void TestFractional::generation2_data()
{
    QTest::addColumn<QString>("group");
    QTest::addColumn<int>("index");
    for (const char* group : {"shorthand", "explicit_var", "cat_flagkey", "non_ascii"}) {
        const Json& rows = fractionalVectors()[group];
        QVERIFY(!rows.empty());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            QTest::newRow(fmt::format("{} {}", group, i).c_str())
                << QString::fromLatin1(group) << static_cast<int>(i);
        }
    }
}

void TestFractional::generation2()
{
    QFETCH(QString, group);
    QFETCH(int, index);
    const Json& row = fractionalVectors()[group.toStdString()][static_cast<std::size_t>(index)];
    const Json& buckets = fractionalVectors()["weight_sets"][row["weights"].get<std::string>()];
    const std::string key = row.value("flagKey", "some-flag");
    Context context;
    Json first;
    std::string hashed = key + row.value("targetingKey", "");
    if (group == QStringLiteral("explicit_var")) {
        first = {{"var", "org_id"}};
        hashed = row["org_id"];
        context.set("org_id", hashed);
    } else if (group == QStringLiteral("cat_flagkey")) {
        first = {{"cat", {"salt-A", {{"var", "user_id"}}}}};
        hashed = row["bucketBy"];
        context.set("user_id", row["user_id"].get<std::string>());
    } else {
        context.set("targetingKey", row["targetingKey"].get<std::string>());
    }
    const bool ascii = group != QStringLiteral("non_ascii");
    const auto hash = row[ascii ? "hash_u32" : "utf8_hash_u32"].get<std::uint32_t>();
    QCOMPARE(fractionalHashV2(hashed), hash);
    if (ascii) {
        QCOMPARE(bucketOfHash(hash, row["total"].get<std::uint32_t>()),
                 row["bucket"].get<std::uint32_t>());
    }
    const auto set = FlagSet::fromJson(oneFlag(key, withBuckets(first, buckets), buckets));
    QVERIFY_RESULT(set);
    QCOMPARE((*set)->generation(), Generation::V2);
    const Evaluation answer = (*set)->evaluate(key, context, {});
    QCOMPARE(std::string(answer.variant),
             row[ascii ? "variant" : "utf8_variant"].get<std::string>());
    QCOMPARE(answer.reason, Reason::TargetingMatch);
}

void TestFractional::edges_data()
{
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < fractionalVectors()["edge"].size(); ++i) {
        QTest::newRow(fractionalVectors()["edge"][i]["name"].get<std::string>().c_str())
            << static_cast<int>(i);
    }
}

void TestFractional::edges()
{
    QFETCH(int, index);
    const Json& row = fractionalVectors()["edge"][static_cast<std::size_t>(index)];
    Json variants = Json::object();
    for (const char* name : {"on", "off", "dflt", "premium", "standard"}) {
        variants[name] = name;
    }
    variants["true"] = "t";
    variants["false"] = "f";
    Context context;
    QVERIFY_RESULT(context.merge(row["context"]));
    const auto set = FlagSet::fromJson({{"flags",
                                         {{"edge-flag",
                                           {{"state", "ENABLED"},
                                            {"variants", variants},
                                            {"defaultVariant", "dflt"},
                                            {"targeting", row["targeting"]}}}}}});
    const Json& expected = row["result"];
    QCOMPARE(!set, refusedEdges().contains(row["name"].get<std::string>()));
    if (!set) { // the operator by itself: null is what becomes the default variant
        const auto rule = CompiledRule::compile(row["targeting"]);
        QVERIFY_RESULT(rule);
        const auto outcome = rule->evaluate({&context, nullptr, "edge-flag", 0});
        QVERIFY(outcome.value == (expected["reason"] == "DEFAULT" ? Json() : expected["variant"]));
        return;
    }
    const Evaluation answer = (*set)->evaluate("edge-flag", context, {});
    QCOMPARE(std::string(reasonName(answer.reason)), expected["reason"].get<std::string>());
    QCOMPARE(std::string(answer.variant), expected["variant"].is_null()
                                              ? std::string()
                                              : expected["variant"].get<std::string>());
    if (answer.reason == Reason::Error) {
        QCOMPARE(std::string(evaluationErrorName(answer.error)),
                 expected["errorCode"].get<std::string>());
        QVERIFY(answer.value == nullptr);
    } else {
        QVERIFY(*answer.value == expected["value"]);
    }
}

void TestFractional::generation3_data()
{
    QTest::addColumn<int>("index");
    const Json& rows = fractionalVectors()["v3_cbor_preview"]["vectors"];
    QVERIFY(!rows.empty());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        QTest::newRow(fmt::format("{} {}", i, rows[i]["input"].dump().substr(0, 60)).c_str())
            << static_cast<int>(i);
    }
}

void TestFractional::generation3()
{
    QFETCH(int, index);
    const Json& row =
        fractionalVectors()["v3_cbor_preview"]["vectors"][static_cast<std::size_t>(index)];
    const Json& input = row["input"];
    const auto expected = row["hash_u32"].get<std::uint32_t>();
    const bool shortForm = input.is_array(); // the flag's name and the targetingKey
    const std::string key = shortForm ? input[0].get<std::string>() : "some-flag";
    Context context;
    if (shortForm) {
        const std::string user = input[1];
        QCOMPARE(fractionalHash(Generation::V3, key, user), expected);
        context.set("targetingKey", user);
    } else {
        QCOMPARE(fractionalHashV3(Value::of(input)), std::optional(expected));
        QVERIFY_RESULT(context.merge({{"by", input}}));
    }
    if (input.is_string()) {
        const std::string text = input;
        const std::string_view view = text;
        for (std::size_t cut = 0; cut <= text.size(); ++cut) {
            QCOMPARE(fractionalHashV3(view.substr(0, cut), view.substr(cut)), expected);
        }
    }
    if (row.contains("variant")) {
        const Json buckets = bucketsOf(row["weights"]);
        Json document =
            oneFlag(key, withBuckets(shortForm ? Json() : Json{{"var", "by"}}, buckets), buckets);
        document["metadata"] = {{"fractionalVersion", 3}};
        const auto set = FlagSet::fromJson(document);
        QVERIFY_RESULT(set);
        QCOMPARE((*set)->generation(), Generation::V3);
        const Evaluation answer = (*set)->evaluate(key, context, {});
        QCOMPARE(std::string(answer.variant), row["variant"].get<std::string>());
    }
}

void TestFractional::generation3TakesNoNullAndNoArray()
{
    QVERIFY(!fractionalHashV3(Value::of(Json())));
    QVERIFY(!fractionalHashV3(Value::of(Json::array({1}))));
    const Json buckets = Json::array({{"a", 1}, {"b", 1}});
    Json document = oneFlag("f", withBuckets({{"var", "by"}}, buckets), buckets);
    document["metadata"] = {{"fractionalVersion", 3}};
    document["flags"]["short"] = {{"state", "ENABLED"},
                                  {"variants", {{"a", 1}, {"b", 2}}},
                                  {"targeting", withBuckets({}, buckets)}};
    const auto set = FlagSet::fromJson(document);
    QVERIFY_RESULT(set);
    Context context;
    context.set("targetingKey", 5); // text only: a number was JavaScript's coercion
    QCOMPARE((*set)->evaluate("f", context, {}).reason, Reason::Default);
    QCOMPARE((*set)->evaluate("short", context, {}).reason, Reason::Default);
    QVERIFY_RESULT(context.merge({{"by", {1, 2}}}));
    QCOMPARE((*set)->evaluate("f", context, {}).reason, Reason::Default);
    // The whole context is an object like another.
    const auto rule =
        CompiledRule::compile(withBuckets({{"var", ""}}, buckets), {}, nullptr, Generation::V3);
    QVERIFY_RESULT(rule);
    const Json whole{
        {"$flagd", {{"flagKey", "f"}, {"timestamp", 7}}}, {"by", {1, 2}}, {"targetingKey", 5}};
    const auto bucket = bucketOfHash(*fractionalHashV3(Value::of(whole)), 2);
    QVERIFY(rule->evaluate({&context, nullptr, "f", 7}).value == (bucket == 0 ? "a" : "b"));
}

void TestFractional::weightsFromRules_data()
{
    QTest::addColumn<QString>("weight");
    QTest::addColumn<bool>("chooses");
    QTest::newRow("whole") << "50" << true;
    QTest::newRow("negative") << "-3" << true; // counts as 0, "b" takes all
    QTest::newRow("a part") << "0.5" << false;
    QTest::newRow("text") << R"("7")" << false;
    QTest::newRow("overflow") << "2147483647" << false;
    QTest::newRow("far beyond") << "1e300" << false;
    QTest::newRow("up to the limit") << "2147483646" << true;
}

void TestFractional::weightsFromRules()
{
    QFETCH(QString, weight);
    QFETCH(bool, chooses);
    Context context;
    context.set("targetingKey", "ada");
    QVERIFY_RESULT(context.merge({{"w", Json::parse(weight.toStdString())}}));
    const auto rule =
        CompiledRule::compile(Json::parse(R"({"fractional": [["a", {"var": "w"}], ["b", 1]]})"));
    QVERIFY_RESULT(rule);
    const auto outcome = rule->evaluate({&context, nullptr, "f", 0});
    QCOMPARE(faultName(outcome.fault), faultName(Fault::None));
    QCOMPARE(!outcome.value.is_null(), chooses);
}

void TestFractional::hashIsTheSameInPieces()
{
    const std::string text = "the quick brown fox";
    for (std::size_t length = 0; length <= text.size(); ++length) {
        const std::string_view whole(text.data(), length);
        Murmur3 bytewise;
        for (const char& byte : whole) {
            bytewise.add({&byte, 1});
        }
        QCOMPARE(bytewise.finish(), murmur3(whole));
        for (std::size_t cut = 0; cut <= length; ++cut) {
            QCOMPARE(murmur3(whole.substr(0, cut), whole.substr(cut)), murmur3(whole));
        }
    }
    // Reference values of the original implementation, seed 0.
    QCOMPARE(murmur3(""), 0U);
    QCOMPARE(murmur3("test"), 0xba6bd213U);
    QCOMPARE(murmur3("Hello, world!"), 0xc0363e43U);
    QCOMPARE(murmur3("The quick brown fox jumps over the lazy dog"), 0x2e4ff723U);
}

QTEST_GUILESS_MAIN(TestFractional)
#include "tst_fractional.moc"
