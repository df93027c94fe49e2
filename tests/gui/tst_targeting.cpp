// SPDX-License-Identifier: GPL-3.0-or-later
// What the rule builder reads and writes, apart from any widget.
#include "core/base/json.h"
#include "ui/models/condition.h"
#include "ui/models/targeting.h"
#include "ui/widgets/jsontext.h"
#include "ui/widgets/valuefield.h"

#include <QTest>

namespace sluice::tests {

using namespace sluice::ui;

namespace {

Json json(const QString& text)
{
    return *parseJson(text.toStdString());
}

Json json(const char* text)
{
    return *parseJson(text);
}

const Condition* onlyCondition(const ConditionGroup& group)
{
    return group.parts.size() == 1 ? std::get_if<Condition>(&group.parts.front().content) : nullptr;
}

/// Whether any part of the form is kept as JSON.
bool hasForeign(const ConditionGroup& group)
{
    return std::any_of(group.parts.begin(), group.parts.end(), [](const ConditionNode& part) {
        const auto* inner = std::get_if<ConditionGroup>(&part.content);
        return std::holds_alternative<Json>(part.content) ||
               (inner != nullptr && hasForeign(*inner));
    });
}

} // namespace

class TestTargeting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comparisonsWriteAndReadBack_data()
    {
        QTest::addColumn<int>("comparison");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("logic");
        const auto row = [](const char* name, Comparison comparison, const char* value,
                            const char* logic) {
            QTest::newRow(name) << static_cast<int>(comparison) << QString::fromUtf8(value)
                                << QString::fromUtf8(logic);
        };
        row("is text", Comparison::Is, R"("x")", R"({"==":[{"var":"a"},"x"]})");
        row("is number", Comparison::Is, "42", R"({"==":[{"var":"a"},42]})");
        row("is true", Comparison::Is, "true", R"({"==":[{"var":"a"},true]})");
        row("is not", Comparison::IsNot, R"("x")", R"({"!=":[{"var":"a"},"x"]})");
        row("in", Comparison::In, R"(["x","y"])", R"({"in":[{"var":"a"},["x","y"]]})");
        row("not in", Comparison::NotIn, "[1,2]", R"({"!":[{"in":[{"var":"a"},[1,2]]}]})");
        row("contains", Comparison::Contains, R"("x")", R"({"in":["x",{"var":"a"}]})");
        row("starts", Comparison::StartsWith, R"("x")", R"({"starts_with":[{"var":"a"},"x"]})");
        row("ends", Comparison::EndsWith, R"("x")", R"({"ends_with":[{"var":"a"},"x"]})");
        row("greater", Comparison::Greater, "1.5", R"({">":[{"var":"a"},1.5]})");
        row("at least", Comparison::AtLeast, "3", R"({">=":[{"var":"a"},3]})");
        row("less", Comparison::Less, "3", R"({"<":[{"var":"a"},3]})");
        row("at most", Comparison::AtMost, "3", R"({"<=":[{"var":"a"},3]})");
        row("version is", Comparison::VersionIs, R"("1.2.3")",
            R"({"sem_ver":[{"var":"a"},"=","1.2.3"]})");
        row("version is not", Comparison::VersionIsNot, R"("1.2.3")",
            R"({"sem_ver":[{"var":"a"},"!=","1.2.3"]})");
        row("version above", Comparison::VersionAbove, R"("1.2")",
            R"({"sem_ver":[{"var":"a"},">","1.2"]})");
        row("version at least", Comparison::VersionAtLeast, R"("1.2")",
            R"({"sem_ver":[{"var":"a"},">=","1.2"]})");
        row("version below", Comparison::VersionBelow, R"("1.2")",
            R"({"sem_ver":[{"var":"a"},"<","1.2"]})");
        row("version at most", Comparison::VersionAtMost, R"("1.2")",
            R"({"sem_ver":[{"var":"a"},"<=","1.2"]})");
        row("same major", Comparison::VersionSameMajor, R"("1.2")",
            R"({"sem_ver":[{"var":"a"},"^","1.2"]})");
        row("same minor", Comparison::VersionSameMinor, R"("1.2")",
            R"({"sem_ver":[{"var":"a"},"~","1.2"]})");
        row("share", Comparison::Share, "12.5",
            R"({"fractional":[{"var":"a"},[true,1250],[false,8750]]})");
        row("known", Comparison::Exists, "null", R"({"!=":[{"var":"a"},null]})");
        row("not known", Comparison::Absent, "null", R"({"==":[{"var":"a"},null]})");
    }

    void comparisonsWriteAndReadBack()
    {
        QFETCH(int, comparison);
        QFETCH(QString, value);
        QFETCH(QString, logic);
        Condition condition;
        condition.attribute = std::string("a"); // assigned from a literal, GCC 12 sees an overlap
        condition.comparison = static_cast<Comparison>(comparison);
        condition.value = json(value);
        ConditionGroup form;
        form.implied = true;
        form.parts.push_back({condition});
        QVERIFY(conditionProblems(form).isEmpty());
        const Json written = writeCondition(form);
        QCOMPARE(written.dump(), json(logic).dump());
        const ConditionGroup back = readCondition(written);
        const Condition* read = onlyCondition(back);
        QVERIFY(read != nullptr);
        QCOMPARE(read->attribute, std::string("a"));
        QCOMPARE(static_cast<int>(read->comparison), comparison);
        QCOMPARE(read->value.dump(), shapeOf(read->comparison) == ValueShape::Percent
                                         ? std::string("12.5")
                                         : condition.value.dump());
    }

    void everyDocumentSurvives_data()
    {
        QTest::addColumn<QString>("logic");
        QTest::addColumn<bool>("foreign"); // whether some of it stays JSON
        const auto row = [](const char* name, const char* logic, bool foreign) {
            QTest::newRow(name) << QString::fromUtf8(logic) << foreign;
        };
        row("always", "true", false);
        row("never", "false", true);
        row("strict", R"({"===":[{"var":"a"},1]})", true);
        row("variable as list", R"({"==":[{"var":["a"]},1]})", false);
        row("variable with default", R"({"==":[{"var":["a","x"]},1]})", true);
        row("reversed", R"({"==":[1,{"var":"a"}]})", true);
        row("between", R"({"<":[1,{"var":"a"},3]})", true);
        row("a number as it was written", R"({">":[{"var":"a"},1.0]})", false);
        row("not in, bare", R"({"!":{"in":[{"var":"a"},["x"]]}})", false);
        row("mixed list", R"({"in":[{"var":"a"},["x",1,true]]})", false);
        row("list with objects", R"({"in":[{"var":"a"},[{"b":1}]]})", true);
        row("list by variable", R"({"in":[{"var":"a"},{"var":"b"}]})", true);
        row("one within and", R"({"and":[{"==":[{"var":"a"},1]}]})", false);
        row("and of nothing", R"({"and":[]})", true);
        row("nested",
            R"({"and":[{"or":[{"==":[{"var":"a"},1]},{"==":[{"var":"b"},2]}]},{"!":[{"or":[{"==":[{"var":"c"},3]}]}]}]})",
            false);
        row("none of, bare", R"({"!":{"or":[{"==":[{"var":"c"},3]}]}})", false);
        row("foreign within",
            R"({"or":[{"==":[{"var":"a"},1]},{"some":[{"var":"l"},{"==":[{"var":""},1]}]}]})",
            true);
        row("share of thirds", R"({"fractional":[{"var":"a"},[true,1],[false,2]]})", false);
        row("salted share", R"({"fractional":[{"cat":["s",{"var":"a"}]},[true,5],[false,5]]})",
            false);
        row("fractional of three", R"({"fractional":[{"var":"a"},["x",1],["y",1],["z",1]]})", true);
        row("reference", R"({"$ref":"staff"})", true);
        row("several operators", R"({"==":[1,1],"!=":[1,2]})", true);
        row("text", R"("always")", true);
        row("list", "[1,2]", true);
        row("null", "null", true);
        row("whole attribute", R"({"==":[{"var":""},1]})", true);
        row("timestamp", R"({">":[{"var":"$flagd.timestamp"},1740000000]})", false);
    }

    void everyDocumentSurvives()
    {
        QFETCH(QString, logic);
        QFETCH(bool, foreign);
        const Json document = json(logic);
        const ConditionGroup form = readCondition(document);
        QCOMPARE(writeCondition(form).dump(), document.dump());
        QCOMPARE(hasForeign(form), foreign);
    }

    void changingAConditionLeavesItsNeighboursAlone()
    {
        ConditionGroup form = readCondition(
            json(R"({"and":[{"==":[{"var":["a"]},1.0]},{"cat":[1]},{"==":[{"var":"b"},2]}]})"));
        std::get<Condition>(form.parts[2].content).value = 3;
        QCOMPARE(writeCondition(form).dump(),
                 json(R"({"and":[{"==":[{"var":["a"]},1.0]},{"cat":[1]},{"==":[{"var":"b"},3]}]})")
                     .dump());
    }

    void flagTargetingSurvives_data()
    {
        QTest::addColumn<QString>("targeting");
        QTest::addColumn<int>("rules"); // -1: not a list of rules
        const auto row = [](const char* name, const char* targeting, int rules) {
            QTest::newRow(name) << QString::fromUtf8(targeting) << rules;
        };
        row("none", "{}", 0);
        row("one rule", R"({"if":[{"==":[{"var":"a"},1]},"on"]})", 1);
        row("with else", R"({"if":[{"==":[{"var":"a"},1]},"on","off"]})", 1);
        row("with null else", R"({"if":[{"==":[{"var":"a"},1]},"on",null]})", 1);
        row("three", R"({"if":[true,"a",{"!=":[{"var":"b"},null]},"b",false,"c","d"]})", 3);
        row("split", R"({"fractional":[["on",5],["off",95]]})", 0);
        row("split by attribute", R"({"fractional":[{"var":"email"},["on",5],["off",95]]})", 0);
        row("split, salted",
            R"({"fractional":[{"cat":[{"var":"$flagd.flagKey"},{"var":"email"}]},["on",5],["off"]]})",
            0);
        row("split by something else", R"({"fractional":[{"upper":"x"},["on",5],["off",95]]})", -1);
        row("split with computed weights",
            R"({"if":[true,{"fractional":[["on",{"-":[1,1]}],["off",1]]}]})", 1);
        row("off", R"({"if":[{"and":[false,{"==":[{"var":"a"},1]}]},"on"]})", 1);
        row("computed", R"({"var":"variant"})", -1);
        row("nested if", R"({"if":[true,"a",{"if":[false,"b","c"]}]})", 1);
        row("if of one", R"({"if":[true]})", -1);
        row("if without list", R"({"if":true})", -1);
    }

    void flagTargetingSurvives()
    {
        QFETCH(QString, targeting);
        QFETCH(int, rules);
        const Json document = json(targeting);
        const Targeting read = readTargeting(document);
        QCOMPARE(writeTargeting(read).dump(), document.dump());
        QCOMPARE(read.foreign.has_value(), rules < 0);
        if (rules >= 0) {
            QCOMPARE(static_cast<int>(read.rules.size()), rules);
        }
    }

    void offAndOnAgainIsTheSameRule()
    {
        const Json on = json(R"([{"when":{"===":[1,1]},"arm":"candidate"}])");
        Targeting rules = readRouteRules(on);
        rules.rules[0].enabled = false;
        const Json off = writeRouteRules(rules);
        QCOMPARE(off.dump(),
                 json(R"([{"when":{"and":[false,{"===":[1,1]}]},"arm":"candidate"}])").dump());
        Targeting again = readRouteRules(off);
        QVERIFY(!again.rules[0].enabled);
        again.rules[0].enabled = true;
        QCOMPARE(writeRouteRules(again).dump(), on.dump());
    }

    void problemsNameTheRule()
    {
        Targeting targeting = readTargeting(json(R"({"if":[{"==":[{"var":"a"},1]},"on"]})"));
        QVERIFY(targetingProblems(targeting).isEmpty());
        targeting.rules.push_back({});
        targeting.rules[1].when.parts.push_back({Condition{}});
        const QStringList problems = targetingProblems(targeting);
        QVERIFY(problems.join(QLatin1Char(' ')).contains(QStringLiteral("Rule 2")));
        QVERIFY(!problems.join(QLatin1Char(' ')).contains(QStringLiteral("Rule 1")));
    }

    void conditionsInWords_data()
    {
        QTest::addColumn<QString>("logic");
        QTest::addColumn<QString>("words");
        QTest::newRow("is") << R"({"==":[{"var":"org_id"},"internal"]})" << "org_id = internal";
        QTest::newRow("in") << R"({"in":[{"var":"plan"},["trial","free"]]})"
                            << "plan is one of trial, free";
        QTest::newRow("both") << R"({"and":[{"==":[{"var":"a"},1]},{"!=":[{"var":"b"},null]}]})"
                              << "a = 1 and b is known";
        QTest::newRow("nested")
            << R"({"and":[{"or":[{"==":[{"var":"a"},1]},{"<":[{"var":"b"},2]}]},{"==":[{"var":"c"},3]}]})"
            << "(a = 1 or b < 2) and c = 3";
        QTest::newRow("always") << "true" << "always";
        QTest::newRow("no words") << R"({"cat":[1,2]})" << R"({"cat":[1,2]})";
    }

    void conditionsInWords()
    {
        QFETCH(QString, logic);
        QFETCH(QString, words);
        QCOMPARE(conditionText(json(logic)), words);
    }

    void listsOfValues_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("value"); // empty: refused
        const auto row = [](const char* name, const char* text, ValueKind kind, const char* value) {
            QTest::newRow(name) << QString::fromUtf8(text) << static_cast<int>(kind)
                                << QString::fromUtf8(value);
        };
        row("words", "trial, free", ValueKind::Text, R"(["trial","free"])");
        row("comma within", "\"a, b\", c", ValueKind::Text, R"(["a, b","c"])");
        row("digits as text", "1, 2", ValueKind::Text, R"(["1","2"])");
        row("numbers", "1, 2.5", ValueKind::Number, "[1,2.5]");
        row("not a number", "1, x", ValueKind::Number, "");
        row("open quote", "\"a, b", ValueKind::Text, "");
        row("trailing comma", "a,", ValueKind::Text, R"(["a"])");
        row("empty", "", ValueKind::Text, "[]");
        row("quote within", "\"say \\\"hi\\\"\"", ValueKind::Text, "[\"say \\\"hi\\\"\"]");
    }

    void listsOfValues()
    {
        QFETCH(QString, text);
        QFETCH(int, kind);
        QFETCH(QString, value);
        const auto read = valuetext::read(text, static_cast<ValueKind>(kind), true);
        QCOMPARE(read.ok(), !value.isEmpty());
        if (read.ok()) {
            QCOMPARE(read->dump(), json(value).dump());
            const QString again = valuetext::write(*read, static_cast<ValueKind>(kind), true);
            QCOMPARE(valuetext::read(again, static_cast<ValueKind>(kind), true)->dump(),
                     read->dump());
        }
    }

    void jsonIsFoundByPointer()
    {
        const Json document{
            {"flags",
             {{"a/b", {{"state", "ENABLED"}, {"list", Json::array({1, {{"x", "}\"{"}}, 3})}}},
              {"other", {{"state", "DISABLED"}, {"variants", {{"on", true}}}}}}}};
        const QString text = jsontext::pretty(document, 20);
        QCOMPARE(json(text).dump(), document.dump());
        const auto at = [&](const char* pointer) {
            const auto place = jsontext::placeOf(text, pointer);
            return text.split(QLatin1Char('\n'))[place.line - 1].mid(place.column - 1);
        };
        QVERIFY(at("/flags/a~1b/list/2").startsWith(QLatin1Char('3')));
        QVERIFY(at("/flags/a~1b/list/1/x").startsWith(QLatin1String("\"}\\\"{\"")));
        QVERIFY(at("/flags/other/state").startsWith(QLatin1String("\"DISABLED\"")));
        QVERIFY(at("/flags/other/absent").startsWith(QLatin1Char('{')));
        QCOMPARE(jsontext::placeOf(text, "").line, 1);
    }
};

} // namespace sluice::tests

QTEST_MAIN(sluice::tests::TestTargeting)
#include "tst_targeting.moc"
