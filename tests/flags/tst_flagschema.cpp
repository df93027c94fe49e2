// SPDX-License-Identifier: GPL-3.0-or-later
// What a load lets in and what it refuses: flagd's own documents, and bad ones of every kind, each
// with its place.
#include "core/flags/flagset.h"
#include "core/flags/jsonplace.h"
#include "tests/flags/flagsupport.h"
#include "tests/support/result.h"

#include <QTest>

#include <fmt/format.h>

#include <filesystem>
#include <map>

using namespace sluice;
using namespace sluice::flags;

namespace {

/// A targeting rule as the only thing of interest in a document.
std::string withTargeting(const std::string& rule)
{
    return R"({"flags": {"f": {"state": "ENABLED", "variants": {"a": 1},
 "targeting": )" +
           rule + "}}}";
}

std::string repeated(std::string_view part, int times)
{
    std::string out;
    for (int i = 0; i < times; ++i) {
        out += part;
    }
    return out;
}

} // namespace

class TestFlagSchema : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void documents_data();
    void documents();
    void targeting_data();
    void targeting();
    void refusesAsAWhole_data();
    void refusesAsAWhole();
    void badInput_data();
    void badInput();
    void manyCopiesOfASharedRule();
    void places_data();
    void places();
};

void TestFlagSchema::documents_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("daemon");
    QTest::addColumn<bool>("accepted");
    const std::string folder = tests::sharedData("flags/flagd-schemas/test");
    if (folder.empty()) {
        QTest::newRow("own document")
            << QStringLiteral(SLUICE_SOURCE_DIR "/tests/flags/data/flags-small.json") << false
            << true;
        return;
    }
    std::map<std::string, int> count;
    for (const std::string kind : {"flags/positive", "flags/negative", "flagd/positive"}) {
        for (const auto& entry : std::filesystem::directory_iterator(folder + "/" + kind)) {
            // The folder "flags" is for providers, but for the two that name flagd's own schema.
            const bool daemon =
                tests::loadJson(entry.path()).value("$schema", "").ends_with("/flagd.json");
            QTest::addRow("%s %s", kind.c_str(), entry.path().filename().c_str())
                << QString::fromStdString(entry.path().string()) << daemon
                << kind.ends_with("positive");
            ++count[kind];
        }
    }
    QCOMPARE(count["flags/positive"] + count["flags/negative"] + count["flagd/positive"], 20);
}

void TestFlagSchema::documents()
{
    QFETCH(QString, path);
    QFETCH(bool, daemon);
    QFETCH(bool, accepted);
    const auto text = readFile(path.toStdString(), std::size_t{1} << 20U);
    QVERIFY_RESULT(text);
    const auto set = FlagSet::fromText(*text, daemon ? FlagForm::Daemon : FlagForm::Provider);
    QVERIFY2(set.ok() == accepted, set.ok() ? "accepted" : describe(set.error()).c_str());
    if (!set) {
        QVERIFY2(set.error().where.find(", line ") != std::string::npos, set.error().where.c_str());
    }
}

void TestFlagSchema::targeting_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("accepted");
    const std::string folder = tests::sharedData("flags/flagd-schemas/test/targeting");
    if (folder.empty()) {
        QSKIP("flagd's own targeting documents are not at hand; refusesAsAWhole has ours");
    }
    int count = 0;
    for (const std::string kind : {"positive", "negative"}) {
        for (const auto& entry : std::filesystem::directory_iterator(folder + "/" + kind)) {
            QTest::addRow("%s %s", kind.c_str(), entry.path().filename().c_str())
                << QString::fromStdString(entry.path().string()) << (kind == "positive");
            ++count;
        }
    }
    QCOMPARE(count, 16);
}

void TestFlagSchema::targeting()
{
    QFETCH(QString, path);
    QFETCH(bool, accepted);
    const auto text = readFile(path.toStdString(), std::size_t{1} << 20U);
    QVERIFY_RESULT(text);
    const auto set = FlagSet::fromText(withTargeting(*text));
    QVERIFY2(set.ok() == accepted, set.ok() ? "accepted" : describe(set.error()).c_str());
}

void TestFlagSchema::refusesAsAWhole_data()
{
    QTest::addColumn<QString>("document");
    QTest::addColumn<QString>("where");
    const auto row = [](const char* name, const char* flag, const char* where) {
        QTest::newRow(name)
            << QStringLiteral(
                   R"({"flags": {"good": {"state": "ENABLED", "variants": {"a": 1}}, "x/y": %1}})")
                   .arg(QString::fromUtf8(flag))
            << (QStringLiteral("/flags/x~1y") + QString::fromUtf8(where));
    };
    const auto rule = [&row](const char* name, const char* targeting, const char* where) {
        row(name,
            fmt::format(R"({{"state": "ENABLED", "variants": {{"a": 1}}, "targeting": {}}})",
                        targeting)
                .c_str(),
            fmt::format("/targeting{}", where).c_str());
    };
    row("state", R"({"state": "on", "variants": {"a": 1}})", "/state");
    row("no state", R"({"variants": {"a": 1}})", "/state");
    row("mixed variants", R"({"state": "ENABLED", "variants": {"a": 1, "b": "x"}})", "/variants/b");
    row("unsafe number", R"({"state": "ENABLED", "variants": {"a": 9007199254740993}})",
        "/variants/a");
    row("unknown default", R"({"state": "ENABLED", "variants": {"a": 1}, "defaultVariant": "b"})",
        "/defaultVariant");
    row("nested metadata", R"({"state": "ENABLED", "variants": {"a": 1}, "metadata": {"a": {}}})",
        "/metadata/a");
    row("generation of one flag",
        R"({"state": "ENABLED", "variants": {"a": 1}, "metadata": {"fractionalVersion": 3}})",
        "/metadata/fractionalVersion");
    rule("unknown operator", R"({"if": [{"is": 1}, "a"]})", "/if/0/is");
    rule("two operators", R"({"==": [1, 1], "!=": [1, 2]})", "");
    rule("not in the schema", R"({"?:": [true, "a"]})", "/?:");
    rule("no operand", R"({"if": [{}]})", "/if/0");
    rule("reduce", R"({"reduce": [[1], 2]})", "/reduce");
    rule("compares numbers", R"({"starts_with": ["a", 1]})", "/starts_with/1");
    rule("version", R"({"sem_ver": ["v1.0.0", "=", {"var": "v"}]})", "/sem_ver/0");
    rule("range", R"({"sem_ver": [{"var": "v"}, "=>", "1.0.0"]})", "/sem_ver/1");
    rule("version of a rule", R"({"sem_ver": [{"cat": ["1", ".0"]}, "=", "1.0.0"]})", "/sem_ver/0");
    rule("missing", R"({"missing": ["a", 1]})", "/missing/1");
    rule("missing_some", R"({"missing_some": ["1", ["a"]]})", "/missing_some/0");
    rule("flagd's attributes", R"({"var": "$flagd.role"})", "/var");
    rule("reference", R"({"if": [{"$ref": 1}, "a"]})", "/if/0/$ref");
    rule("overflow", R"({"fractional": [["a", 2147483647], ["a", 1]]})", "/fractional/1");
    rule("far overflow", R"({"fractional": [["a", 1e300]]})", "/fractional/0");
    rule("no bucket", R"({"fractional": []})", "/fractional");
    rule("bucket of three", R"({"fractional": [["a", 1, 2]]})", "/fractional/0");
    rule("weight", R"({"fractional": [["a", 1], ["a", null]]})", "/fractional/1/1");
    const auto document = [](const char* name, const char* text, const char* where) {
        QTest::newRow(name) << QString::fromLatin1(text) << QString::fromLatin1(where);
    };
    document("shared rule of itself",
             R"({"$evaluators": {"r": {"!": [{"$ref": "r"}]}}, "flags": {}})",
             "/$evaluators/r/!/0/$ref");
    document(
        "shared rules in a circle",
        R"({"$evaluators": {"a": {"!": [{"$ref": "b"}]}, "b": {"!": [{"$ref": "a"}]}}, "flags": {}})",
        "/$evaluators/a/!/0/$ref");
    document("shared rule", R"({"$evaluators": {"r": {"is": 1}}, "flags": {}})",
             "/$evaluators/r/is");
    document("no flags", "{}", "/flags");
    document("flags as an array", R"({"flags": []})", "/flags");
    document("generation", R"({"metadata": {"fractionalVersion": 4}, "flags": {}})",
             "/metadata/fractionalVersion");
    document("set's version", R"({"metadata": {"version": 4}, "flags": {}})", "/metadata/version");
    document("flag without a name",
             R"({"flags": {"": {"state": "ENABLED", "variants": {"a": 1}}}})", "/flags/");
}

void TestFlagSchema::refusesAsAWhole()
{
    QFETCH(QString, document);
    QFETCH(QString, where);
    const auto set = FlagSet::fromJson(Json::parse(document.toStdString()), "/base");
    QVERIFY(!set.ok());
    QCOMPARE(set.error().code, ErrorCode::InvalidArgument);
    QCOMPARE(QString::fromStdString(set.error().where), QStringLiteral("/base") + where);
}

void TestFlagSchema::badInput_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("where");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const std::string& text, ErrorCode code,
                        const char* where, const char* message) {
        QTest::newRow(name) << QByteArray::fromStdString(text) << static_cast<int>(code)
                            << QString::fromLatin1(where) << QString::fromLatin1(message);
    };
    const auto wrong = ErrorCode::InvalidArgument;
    row("10 MB", withTargeting("null") + std::string(std::size_t{10} << 20U, ' '),
        ErrorCode::TooLarge, "", "at most 8388608 are accepted");
    row("10,000 deep", withTargeting(repeated(R"({"!":[)", 10'000) + repeated("]}", 10'000)),
        ErrorCode::TooLarge, "line 2, column 200", "deeper than");
    row("10,000 deep, never closed", repeated("[", 10'000), ErrorCode::TooLarge,
        "line 1, column 65", "deeper than");
    row("a key that is not UTF-8", "{\"flags\": {\n\"a\xff\": {}}}", wrong, "line 2, column 3",
        "not valid JSON");
    row("cut off", "{\"flags\":\n {", wrong, "line 2, column 3", "not valid JSON");
    row("a name twice", R"({"flags": {"a": 1, "a": 2}})", wrong, "", "stands twice");
    row("weights that overflow",
        withTargeting("{\"fractional\": [\n  [\"a\", 2147483647],\n  [\"b\", 1]]}"), wrong,
        "/flags/f/targeting/fractional/1, line 4, column 3", "more than 2147483647");
    row("cyclic", "{\"$evaluators\": {\n \"r\": {\"!\": {\"$ref\": \"r\"}}},\n \"flags\": {}}",
        wrong, "/$evaluators/r/!/$ref, line 2, column 22", "must not refer");
    row("a member that is not there", "{\"flags\": {\n  \"f\": {\"variants\": {\"a\": 1}}}}", wrong,
        "/flags/f/state, line 2, column 8", "state");
    row("a number too large", R"({"flags": {"f": {"state": "ENABLED", "variants": {"a": 1e999}}}})",
        wrong, "", "not valid JSON");
    std::string long_ = "{\"if\": [";
    for (int i = 0; i < 60'000; ++i) {
        long_ += "{\"!\": [{\"var\": \"a\"}]},\"a\",";
    }
    row("a rule of too many steps", withTargeting(long_ + "null]}"), ErrorCode::TooLarge,
        "/flags/f/targeting/if/", "steps");
}

void TestFlagSchema::badInput()
{
    QFETCH(QByteArray, text);
    QFETCH(int, code);
    QFETCH(QString, where);
    QFETCH(QString, message);
    // What a caller does: the old set stays where the new one is refused.
    auto current = FlagSet::fromText(R"({"flags": {"old": {"state": "ENABLED",
                                          "variants": {"a": 1}, "defaultVariant": "a"}}})");
    QVERIFY_RESULT(current);
    const auto next = FlagSet::fromText(text.toStdString());
    QVERIFY(!next.ok());
    QCOMPARE(static_cast<int>(next.error().code), code);
    const QString place = QString::fromStdString(next.error().where);
    QVERIFY2(where.endsWith(QLatin1Char('/')) ? place.startsWith(where)
                                              : where.isEmpty() || place == where,
             qPrintable(place));
    QVERIFY2(next.error().message.find(message.toStdString()) != std::string::npos,
             next.error().message.c_str());
    QVERIFY((*current)->evaluate("old", {}, {}).reason == Reason::Static);
}

/// A small text must not grow into a large set.
void TestFlagSchema::manyCopiesOfASharedRule()
{
    Json rule = {{"and", Json::array()}};
    for (int i = 0; i < 10'000; ++i) {
        rule["and"].push_back({{"var", "a"}});
    }
    Json flags = Json::object();
    for (int i = 0; i < 200; ++i) {
        flags[fmt::format("f{}", i)] = {{"state", "ENABLED"},
                                        {"variants", {{"true", 1}}},
                                        {"targeting", {{"!", {{"$ref", "r"}}}}}};
    }
    const auto set = FlagSet::fromJson({{"$evaluators", {{"r", rule}}}, {"flags", flags}});
    QVERIFY(!set.ok());
    QCOMPARE(set.error().code, ErrorCode::TooLarge);
    for (Json& flag : flags) {
        flag["variants"] = {{"a", {{"x", {{"$ref", "r"}}}}}};
        flag.erase("targeting");
    }
    const auto copies = FlagSet::fromJson({{"$evaluators", {{"r", rule}}}, {"flags", flags}});
    QVERIFY(!copies.ok());
    QCOMPARE(copies.error().code, ErrorCode::TooLarge);
}

void TestFlagSchema::places_data()
{
    QTest::addColumn<QString>("pointer");
    QTest::addColumn<int>("line");
    QTest::addColumn<int>("column");
    const auto row = [](const char* pointer, int line, int column) {
        QTest::newRow(pointer) << QString::fromLatin1(pointer) << line << column;
    };
    row("", 2, 1);
    row("/a", 3, 8);
    row("/a/1", 3, 12);
    row("/a/2/~0x", 4, 11);
    row("/a/2/none", 4, 4); // the object that it should be in
    row("/a/7", 3, 8);
    row("/quote\"d/n~1m", 6, 3);
    row("/quote\"d/n~1m/deeper", 6, 3);
}

void TestFlagSchema::places()
{
    QFETCH(QString, pointer);
    QFETCH(int, line);
    QFETCH(int, column);
    const char* text = "\n{\n  \"a\": [1, \"]}\\\"\",\n   {\"~x\": -1.5e3}],\n  \"quote\\\"d\": "
                       "{\"n/m\":\n  {}}}";
    QVERIFY(Json::accept(text));
    const TextPlace place = placeInJson(text, pointer.toStdString());
    QCOMPARE(static_cast<int>(place.line), line);
    QCOMPARE(static_cast<int>(place.column), column);
}

QTEST_GUILESS_MAIN(TestFlagSchema)
#include "tst_flagschema.moc"
