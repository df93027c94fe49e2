// SPDX-License-Identifier: GPL-3.0-or-later
// flagd's definitions: reasons, error codes, types, shared rules, metadata, explanations.
#include "core/flags/flagset.h"
#include "tests/support/result.h"

#include <QTest>

#include <algorithm>

using namespace sluice;
using namespace sluice::flags;

namespace {

/// Of all that a flag can be.
constexpr const char* kFlags = R"({
    "$evaluators": {"internal": {"ends_with": [{"var": "email"}, "@example.com"]}},
    "metadata": {"flagSetId": "demo", "team": "set"},
    "flags": {
        "static": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"},
        "empty":  {"state": "ENABLED", "variants": {"a": 1}, "defaultVariant": "a", "targeting": {}},
        "code":   {"state": "ENABLED", "variants": {"a": {"x": 1}}, "defaultVariant": null},
        "none":   {"state": "ENABLED", "variants": {"a": 1}, "targeting": {"if": [{"==": [{"var": "u"}, 1]}, "a"]}},
        "broken": {"state": "ENABLED", "variants": {"a": 1}, "targeting": {"+": ["x", 1]}},
        "lost":   {"state": "ENABLED", "variants": {"a": 1}, "defaultVariant": "a", "targeting": {"if": [{"$ref": "gone"}, "a"]}},
        "off":    {"state": "DISABLED", "variants": {"a": 1}, "defaultVariant": "a", "targeting": {"if": [{"$ref": "gone"}, "a"]}},
        "number": {"state": "ENABLED", "variants": {"1": "one"}, "targeting": {"+": [{"var": "u"}, 0]}},
        "shared": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
                   "metadata": {"team": "flag"}, "targeting": {"if": [{"$ref": "internal"}, "on", null]}},
        "text":   {"state": "ENABLED", "variants": {"a": "A"}, "defaultVariant": "a"},
        "ten":    {"state": "ENABLED", "variants": {"a": 10.0}, "defaultVariant": "a"},
        "pi":     {"state": "ENABLED", "variants": {"a": 3.14}, "defaultVariant": "a"},
        "object": {"state": "ENABLED", "variants": {"a": {"rule": {"$ref": "internal"}}}, "defaultVariant": "a"},
        "split":  {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
                   "targeting": {"if": [{"==": [{"var": "org_id"}, "org-internal"]}, "on",
                                        {"fractional": [["on", 5], ["off", 95]]}]}}}})";

std::shared_ptr<const FlagSet> flagSet()
{
    auto set = FlagSet::fromText(kFlags);
    return set ? *set : nullptr;
}

} // namespace

class TestFlagSet : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reasons();
    void errors();
    void types_data();
    void types();
    void sharedRulesAndMetadata();
    void flagdAttributesAreOurs_data();
    void flagdAttributesAreOurs();
    void findsEachOfMany();
    void explains();
    void explainsWhatFails();
};

void TestFlagSet::reasons()
{
    const auto set = flagSet();
    QVERIFY(set);
    Context context;
    context.set("u", 1);
    const auto reason = [&](const char* key) { return set->evaluate(key, context, {}).reason; };
    QCOMPARE(reason("static"), Reason::Static);
    QCOMPARE(reason("empty"), Reason::Static);
    QCOMPARE(reason("code"), Reason::Default);
    QVERIFY(set->evaluate("code", context, {}).value == nullptr);
    QCOMPARE(reason("none"), Reason::TargetingMatch);
    QCOMPARE(reason("number"), Reason::TargetingMatch);
    QCOMPARE(reason("off"), Reason::Disabled);
    QVERIFY(set->evaluate("off", context, {}).value == nullptr);
    QCOMPARE(set->evaluate("off", context, {}).error, EvaluationError::None);
    QCOMPARE(set->names().size(), std::size_t{14});
    QVERIFY(std::is_sorted(set->names().begin(), set->names().end()));
    context.clear();
    QCOMPARE(reason("none"), Reason::Default);
}

void TestFlagSet::errors()
{
    const auto set = flagSet();
    QVERIFY(set);
    Context context;
    context.set("u", 2);
    const auto error = [&](const char* key) {
        return std::string(evaluationErrorName(set->evaluate(key, context, {}).error));
    };
    QCOMPARE(error("broken"), std::string("GENERAL"));
    QCOMPARE(error("number"), std::string("GENERAL")); // "2" is not a variant
    QCOMPARE(error("absent"), std::string("FLAG_NOT_FOUND"));
    QVERIFY((*set->evaluate("absent", context, {}).metadata)["flagSetId"] == "demo");
    const Evaluation lost = set->evaluate("lost", context, {});
    QCOMPARE(std::string(evaluationErrorName(lost.error)), std::string("PARSE_ERROR"));
    QCOMPARE(lost.reason, Reason::Error);
    QVERIFY(lost.value == nullptr);
    QVERIFY(lost.details.find("gone") != std::string_view::npos);
    QCOMPARE(set->warnings().size(), std::size_t{2});
    QCOMPARE(set->warnings().front().where, std::string("/flags/lost/targeting/if/0/$ref"));
}

void TestFlagSet::types_data()
{
    QTest::addColumn<QString>("flag");
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("value"); // empty: TYPE_MISMATCH
    const auto row = [](const char* flag, ValueType type, const char* value) {
        QTest::addRow("%s as %d", flag, static_cast<int>(type))
            << QString::fromLatin1(flag) << static_cast<int>(type) << QString::fromLatin1(value);
    };
    row("static", ValueType::Boolean, "true");
    row("static", ValueType::String, "");
    row("static", ValueType::Integer, "");
    row("static", ValueType::Float, "");
    row("text", ValueType::String, "\"A\"");
    row("text", ValueType::Boolean, "");
    row("text", ValueType::Float, "");
    row("ten", ValueType::Integer, "10");
    row("ten", ValueType::Float, "10.0");
    row("pi", ValueType::Integer, "");
    row("pi", ValueType::Float, "3.14");
    row("pi", ValueType::Object, "");
    row("empty", ValueType::Integer, "1");
    row("empty", ValueType::Float, "1");
    row("object", ValueType::String, "");
    row("object", ValueType::Object,
        R"({"rule":{"ends_with":[{"var":"email"},"@example.com"]}})"); // $ref is textual
}

void TestFlagSet::types()
{
    QFETCH(QString, flag);
    QFETCH(int, type);
    QFETCH(QString, value);
    const auto set = flagSet();
    QVERIFY(set);
    const Evaluation answer =
        set->evaluate(flag.toStdString(), {}, {}, static_cast<ValueType>(type));
    QCOMPARE(answer.value == nullptr ? QString() : QString::fromStdString(answer.value->dump()),
             value);
    QCOMPARE(answer.error, value.isEmpty() ? EvaluationError::TypeMismatch : EvaluationError::None);
    QCOMPARE(std::string(evaluationErrorName(EvaluationError::TypeMismatch)),
             std::string("TYPE_MISMATCH"));
    // Nothing to be of another type: the caller's own default stays a success.
    QCOMPARE(set->evaluate("code", {}, {}, static_cast<ValueType>(type)).error,
             EvaluationError::None);
}

void TestFlagSet::sharedRulesAndMetadata()
{
    const auto set = flagSet();
    QVERIFY(set);
    Context context;
    context.set("email", "ada@example.com");
    const Evaluation answer = set->evaluate("shared", context, {});
    QCOMPARE(answer.variant, std::string_view("on"));
    QVERIFY((*answer.metadata)["team"] == "flag");
    QVERIFY((*answer.metadata)["flagSetId"] == "demo");
    QVERIFY(set->metadata()["team"] == "set");
    context.set("email", "ada@example.org");
    QCOMPARE(set->evaluate("shared", context, {}).reason, Reason::Default);
}

void TestFlagSet::flagdAttributesAreOurs_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<QString>("variant");
    const auto row = [](const char* rule, const char* variant) {
        QTest::newRow(rule) << QString::fromLatin1(rule) << QString::fromLatin1(variant);
    };
    row(R"({"var": "$flagd.flagKey"})", "f");
    row(R"({"if": [{"==": [{"var": "$flagd.timestamp"}, 1800000000]}, "yes"]})", "yes");
    row(R"({"if": [{"==": [{"var": {"cat": ["$flagd", ".flagKey"]}}, "f"]}, "yes"]})", "yes");
    row(R"({"if": [{"var": ["$flagd.role", false]}, "yes", "no"]})", "no");
    row(R"({"if": [{"var": "$flagd"}, "yes", "no"]})", "yes");
    row(R"({"if": [{"missing": ["$flagd.flagKey", "$flagd.timestamp"]}, "yes", "no"]})", "no");
    row(R"({"if": [{"missing": ["$flagd.role"]}, "yes", "no"]})", "yes");
    // Paths in elements are relative to them.
    row(R"({"if": [{"some": [[1], {"var": "$flagd.flagKey"}]}, "yes", "no"]})", "no");
    row(R"({"reduce": [["yes", 1], {"if": [{"var": ""}, {"var": "accumulator"}, "no"]}, "yes"]})",
        "yes");
}

void TestFlagSet::flagdAttributesAreOurs()
{
    QFETCH(QString, rule);
    QFETCH(QString, variant);
    const Json document{{"flags",
                         {{"f",
                           {{"state", "ENABLED"},
                            {"variants", {{"f", "f"}, {"yes", "yes"}, {"no", "no"}}},
                            {"targeting", Json::parse(rule.toStdString())}}}}}};
    const auto set = FlagSet::fromJson(document);
    QVERIFY_RESULT(set);
    Context context;
    QVERIFY_RESULT(
        context.merge({{"$flagd", {{"flagKey", "forged"}, {"role", "admin"}, {"timestamp", 1}}}}));
    const SystemTime now = fromMicros(1'800'000'000'999'999);
    QCOMPARE(std::string((*set)->evaluate("f", context, now).variant), variant.toStdString());
}

void TestFlagSet::findsEachOfMany()
{
    Json flags = Json::object();
    for (int i = 0; i < 3000; ++i) {
        flags["flag-" + std::to_string(i)] = {
            {"state", "ENABLED"}, {"variants", {{"v", i}}}, {"defaultVariant", "v"}};
    }
    const auto set = FlagSet::fromJson({{"flags", std::move(flags)}});
    QVERIFY_RESULT(set);
    for (int i = 0; i < 3000; ++i) {
        const Evaluation answer = (*set)->evaluate("flag-" + std::to_string(i), {}, {});
        QVERIFY(answer.value != nullptr && *answer.value == i);
    }
    QVERIFY(!(*set)->contains("flag-3000"));
    QVERIFY(!(*set)->contains(""));
}

void TestFlagSet::explains()
{
    const auto set = flagSet();
    QVERIFY(set);
    Context context;
    context.set("targetingKey", "ada");
    context.set("org_id", "org-7");
    const auto steps = set->explain("split", context, {});
    QStringList names;
    for (const ExplainStep& step : steps) {
        names << QString::fromStdString(step.step);
    }
    QCOMPARE(names,
             QStringList({"state", "condition", "fractional", "targeting", "variant", "result"}));
    QCOMPARE(steps[1].outcome, std::string("does not hold"));
    QVERIFY(steps[1].detail["at"] == "/flags/split/targeting/if/0/==");
    const Json& fraction = steps[2].detail;
    const std::uint32_t hash = fractionalHashV2("split", "ada");
    QVERIFY(fraction["hash"] == hash);
    QVERIFY(fraction["bucket"] == bucketOfHash(hash, 100));
    QVERIFY(fraction["total"] == 100);
    QVERIFY(fraction["targeting_key"] == "ada");
    QVERIFY(fraction["flag_key"] == "split");
    QVERIFY(fraction["generation"] == 2);
    QVERIFY(fraction["weights"] == Json::array({{"on", 5}, {"off", 95}}));
    const Evaluation answer = set->evaluate("split", context, {});
    QVERIFY(fraction["chosen"] == answer.variant);
    QVERIFY(steps[4].detail["variant"] == answer.variant);
    QVERIFY(steps[5].detail["reason"] == "TARGETING_MATCH");
    context.set("org_id", "org-internal");
    QCOMPARE(set->explain("split", context, {})[1].outcome, std::string("holds"));
}

void TestFlagSet::explainsWhatFails()
{
    const auto set = flagSet();
    QVERIFY(set);
    const auto outcome = [&](const char* key, std::size_t step) {
        const auto steps = set->explain(key, {}, {});
        return step < steps.size() ? steps[step].outcome : std::string("no such step");
    };
    QCOMPARE(outcome("absent", 0),
             std::string("ERROR, FLAG_NOT_FOUND: there is no flag of this name"));
    QCOMPARE(outcome("off", 0), std::string("disabled: the caller's own default applies"));
    QCOMPARE(outcome("off", 1), std::string("DISABLED"));
    QVERIFY(outcome("lost", 1).find("gone") != std::string::npos);
    QVERIFY(outcome("lost", 3).starts_with("ERROR, PARSE_ERROR"));
    QCOMPARE(outcome("broken", 1), std::string("cannot be evaluated (not a number)"));
    QVERIFY(outcome("broken", 3).starts_with("ERROR, GENERAL"));
    QCOMPARE(outcome("code", 2), std::string("none: the caller's own default applies"));
    QCOMPARE(outcome("split", 2), std::string("no targetingKey to bucket by: null"));
    QCOMPARE(outcome("split", 3), std::string("gives null: the default variant"));
    QCOMPARE(outcome("split", 4), std::string("by default \"off\""));
}

QTEST_GUILESS_MAIN(TestFlagSet)
#include "tst_flagset.moc"
