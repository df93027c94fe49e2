// SPDX-License-Identifier: GPL-3.0-or-later
// flagd's definitions: `fractional` against flagd-core's own answers, reasons, and what a load
// refuses.
#include "core/base/file.h"
#include "core/flags/flagset.h"
#include "core/flags/fractional.h"
#include "core/flags/murmur3.h"
#include "tests/support/result.h"
#include "tests/support/shareddata.h"

#include <QTest>

#include <fmt/format.h>

#include <filesystem>

using namespace sluice;
using namespace sluice::flags;

namespace {

Json load(const std::string& path)
{
    const auto text = readFile(path, std::size_t{16} << 20U);
    return text ? Json::parse(*text, nullptr, false) : Json{};
}

/// flagd-core's vectors where they are at hand, our own small selection of them otherwise.
const Json& vectors()
{
    static const Json kVectors = [] {
        const std::string shared = tests::sharedData("flags/fractional_vectors.json");
        return load(shared.empty()
                        ? std::string(SLUICE_SOURCE_DIR "/tests/flags/data/fractional-small.json")
                        : shared);
    }();
    return kVectors;
}

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

} // namespace

class TestFlagSet : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fractional_data();
    void fractional();
    void edges_data();
    void edges();
    void reasons();
    void sharedRulesAndMetadata();
    void schemaDocuments_data();
    void schemaDocuments();
    void refusesAsAWhole_data();
    void refusesAsAWhole();
    void hashIsTheSameInTwoPieces();
    void generation3_data();
    void generation3();
};

void TestFlagSet::fractional_data()
{
    QTest::addColumn<QString>("group");
    QTest::addColumn<int>("index");
    for (const char* group : {"shorthand", "explicit_var", "cat_flagkey", "non_ascii"}) {
        const Json& rows = vectors()[group];
        QVERIFY(!rows.empty());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            QTest::newRow(fmt::format("{} {}", group, i).c_str())
                << QString::fromLatin1(group) << static_cast<int>(i);
        }
    }
}

void TestFlagSet::fractional()
{
    QFETCH(QString, group);
    QFETCH(int, index);
    const Json& row = vectors()[group.toStdString()][static_cast<std::size_t>(index)];
    const Json& buckets = vectors()["weight_sets"][row["weights"].get<std::string>()];
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
    QCOMPARE(murmur3(hashed), hash);
    if (ascii) {
        QCOMPARE(bucketOfHash(hash, row["total"].get<std::uint32_t>()),
                 row["bucket"].get<std::uint32_t>());
    }
    const auto set = FlagSet::fromJson(oneFlag(key, withBuckets(first, buckets), buckets));
    QVERIFY_RESULT(set);
    const Evaluation answer = (*set)->evaluate(key, context, {});
    QCOMPARE(std::string(answer.variant),
             row[ascii ? "variant" : "utf8_variant"].get<std::string>());
    QCOMPARE(answer.reason, Reason::TargetingMatch);
}

void TestFlagSet::edges_data()
{
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < vectors()["edge"].size(); ++i) {
        QTest::newRow(vectors()["edge"][i]["name"].get<std::string>().c_str())
            << static_cast<int>(i);
    }
}

void TestFlagSet::edges()
{
    QFETCH(int, index);
    const Json& row = vectors()["edge"][static_cast<std::size_t>(index)];
    Json variants = Json::object();
    for (const char* name : {"on", "off", "dflt", "premium", "standard"}) {
        variants[name] = name;
    }
    variants["true"] = "t";
    variants["false"] = "f";
    const Json document{{"flags",
                         {{"edge-flag",
                           {{"state", "ENABLED"},
                            {"variants", variants},
                            {"defaultVariant", "dflt"},
                            {"targeting", row["targeting"]}}}}}};
    const auto set = FlagSet::fromJson(document);
    QVERIFY_RESULT(set);
    Context context;
    QVERIFY_RESULT(context.merge(row["context"]));
    const Evaluation answer = (*set)->evaluate("edge-flag", context, {});
    const Json& expected = row["result"];
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

void TestFlagSet::reasons()
{
    const auto set = FlagSet::fromJson(Json::parse(R"({"flags": {
        "static": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"},
        "empty":  {"state": "ENABLED", "variants": {"a": 1}, "defaultVariant": "a", "targeting": {}},
        "code":   {"state": "ENABLED", "variants": {"a": {"x": 1}}, "defaultVariant": null},
        "none":   {"state": "ENABLED", "variants": {"a": 1}, "targeting": {"if": [{"==": [{"var": "u"}, 1]}, "a"]}},
        "broken": {"state": "ENABLED", "variants": {"a": 1}, "targeting": {"+": ["x", 1]}},
        "off":    {"state": "DISABLED", "variants": {"a": 1}, "defaultVariant": "a"},
        "number": {"state": "ENABLED", "variants": {"1": "one"}, "targeting": {"+": [{"var": "u"}, 0]}}}})"));
    QVERIFY_RESULT(set);
    Context context;
    context.set("u", 1);
    const auto reason = [&](const char* key) { return (*set)->evaluate(key, context, {}).reason; };
    QCOMPARE(reason("static"), Reason::Static);
    QCOMPARE(reason("empty"), Reason::Static);
    QCOMPARE(reason("code"), Reason::Default);
    QVERIFY((*set)->evaluate("code", context, {}).value == nullptr);
    QCOMPARE(reason("none"), Reason::TargetingMatch);
    QCOMPARE(reason("number"), Reason::TargetingMatch);
    QCOMPARE(reason("broken"), Reason::Error);
    QCOMPARE(reason("off"), Reason::Disabled);
    QVERIFY((*set)->evaluate("off", context, {}).value == nullptr);
    QCOMPARE((*set)->evaluate("off", context, {}).error, EvaluationError::None);
    QCOMPARE((*set)->evaluate("absent", context, {}).error, EvaluationError::FlagNotFound);
    QCOMPARE((*set)->names().size(), std::size_t{7});
    context.clear();
    QCOMPARE(reason("none"), Reason::Default);
}

void TestFlagSet::sharedRulesAndMetadata()
{
    const auto set = FlagSet::fromJson(Json::parse(R"({
        "$evaluators": {"internal": {"ends_with": [{"var": "email"}, "@example.com"]}},
        "metadata": {"flagSetId": "demo", "team": "set"},
        "flags": {"f": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
                        "metadata": {"team": "flag"}, "targeting": {"if": [{"$ref": "internal"}, "on", null]}}}})"));
    QVERIFY_RESULT(set);
    Context context;
    context.set("email", "ada@example.com");
    const Evaluation answer = (*set)->evaluate("f", context, {});
    QCOMPARE(answer.variant, std::string_view("on"));
    QVERIFY((*answer.metadata)["team"] == "flag");
    QVERIFY((*answer.metadata)["flagSetId"] == "demo");
    context.set("email", "ada@example.org");
    QCOMPARE((*set)->evaluate("f", context, {}).reason, Reason::Default);
}

void TestFlagSet::schemaDocuments_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("accepted");
    const std::string folder = tests::sharedData("flags/flagd-schemas/test/flags");
    if (folder.empty()) {
        QTest::newRow("own document")
            << QStringLiteral(SLUICE_SOURCE_DIR "/tests/flags/data/flags-small.json") << true;
        return;
    }
    for (const char* kind : {"positive", "negative"}) {
        for (const auto& entry : std::filesystem::directory_iterator(folder + "/" + kind)) {
            if (entry.path().extension() == ".json") {
                QTest::newRow((std::string(kind) + " " + entry.path().filename().string()).c_str())
                    << QString::fromStdString(entry.path().string())
                    << (std::string_view(kind) == "positive");
            }
        }
    }
}

void TestFlagSet::schemaDocuments()
{
    QFETCH(QString, path);
    QFETCH(bool, accepted);
    const Json document = load(path.toStdString());
    const bool daemon = document.value("$schema", "").ends_with("/flagd.json");
    const auto set =
        FlagSet::fromJson(document, {}, daemon ? FlagForm::Daemon : FlagForm::Provider);
    QVERIFY2(set.ok() == accepted, set.ok() ? "accepted" : describe(set.error()).c_str());
}

void TestFlagSet::refusesAsAWhole_data()
{
    QTest::addColumn<QString>("document");
    QTest::addColumn<QString>("where");
    const auto row = [](const char* name, const char* flag, const char* where) {
        QTest::newRow(name)
            << QStringLiteral(
                   R"({"flags": {"good": {"state": "ENABLED", "variants": {"a": 1}}, "x/y": %1}})")
                   .arg(QString::fromUtf8(flag))
            << QString::fromUtf8(where);
    };
    row("state", R"({"state": "on", "variants": {"a": 1}})", "/flags/x~1y/state");
    row("no state", R"({"variants": {"a": 1}})", "/flags/x~1y/state");
    row("mixed variants", R"({"state": "ENABLED", "variants": {"a": 1, "b": "x"}})",
        "/flags/x~1y/variants/b");
    row("unsafe number", R"({"state": "ENABLED", "variants": {"a": 9007199254740993}})",
        "/flags/x~1y/variants/a");
    row("unknown default", R"({"state": "ENABLED", "variants": {"a": 1}, "defaultVariant": "b"})",
        "/flags/x~1y/defaultVariant");
    row("unknown operator",
        R"({"state": "ENABLED", "variants": {"a": 1}, "targeting": {"if": [{"is": 1}, "a"]}})",
        "/flags/x~1y/targeting/if/0/is");
    row("nested metadata", R"({"state": "ENABLED", "variants": {"a": 1}, "metadata": {"a": {}}})",
        "/flags/x~1y/metadata/a");
    row("unknown shared rule",
        R"({"state": "ENABLED", "variants": {"a": 1}, "targeting": {"$ref": "r"}})",
        "/flags/x~1y/targeting/$ref");
    QTest::newRow("cyclic shared rule") << R"({"$evaluators": {"r": {"!": [{"$ref": "r"}]}},
              "flags": {"x": {"state": "ENABLED", "variants": {"a": 1}, "targeting": {"$ref": "r"}}}})"
                                        << "/$evaluators/r/!/0/$ref";
    QTest::newRow("no flags") << "{}" << "/flags";
}

void TestFlagSet::refusesAsAWhole()
{
    QFETCH(QString, document);
    QFETCH(QString, where);
    const auto set = FlagSet::fromJson(Json::parse(document.toStdString()));
    QVERIFY(!set.ok());
    QCOMPARE(QString::fromStdString(set.error().where), where);
}

void TestFlagSet::hashIsTheSameInTwoPieces()
{
    const std::string text = "the quick brown fox";
    for (std::size_t length = 0; length <= text.size(); ++length) {
        const std::string_view whole(text.data(), length);
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

void TestFlagSet::generation3_data()
{
    QTest::addColumn<int>("index");
    const Json& rows = vectors()["v3_cbor_preview"]["vectors"];
    QVERIFY(!rows.empty());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        QTest::newRow(fmt::format("{} {}", i, rows[i]["input"].dump().substr(0, 60)).c_str())
            << static_cast<int>(i);
    }
}

void TestFlagSet::generation3()
{
    QFETCH(int, index);
    const Json& row = vectors()["v3_cbor_preview"]["vectors"][static_cast<std::size_t>(index)];
    const Json& input = row["input"];
    const auto expected = row["hash_u32"].get<std::uint32_t>();
    if (input.is_array()) { // the short form's flag and targetingKey
        QCOMPARE(fractionalHash(Generation::V3, input[0].get<std::string>(),
                                input[1].get<std::string>()),
                 expected);
        return;
    }
    QCOMPARE(fractionalHashV3(Value::of(input)), std::optional(expected));
    if (input.is_string()) {
        const std::string text = input;
        const std::string_view view = text;
        for (std::size_t cut = 0; cut <= text.size(); ++cut) {
            QCOMPARE(fractionalHashV3(view.substr(0, cut), view.substr(cut)), expected);
        }
    }
}

QTEST_GUILESS_MAIN(TestFlagSet)
#include "tst_flagset.moc"
