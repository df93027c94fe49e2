// SPDX-License-Identifier: GPL-3.0-or-later
// The rule builder driven by its controls, with mouse and keyboard.
#include "tests/gui/shots.h"
#include "ui/pages/rules/rulebuilder.h"
#include "ui/widgets/numberlabel.h"
#include "ui/widgets/percentspin.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QTest>
#include <QToolButton>
#include <QVBoxLayout>

namespace sluice::tests {

using namespace sluice::ui;

namespace {

Json json(const char* text)
{
    return *parseJson(text);
}

/// A builder in a window of its own.
struct Bench
{
    explicit Bench(RuleBuilder::Subject subject = RuleBuilder::Subject::Route,
                   Theme::Mode mode = Theme::Mode::Light)
        : theme(*qApp, mode)
    {
        builder = new RuleBuilder(theme, subject, QStringLiteral("r"));
        auto* host = new QWidget;
        auto* column = new QVBoxLayout(host);
        column->addWidget(builder);
        column->addStretch(1);
        window.setWidgetResizable(true);
        window.setWidget(host);
        window.resize(900, 760);
        builder->setChoices(
            subject == RuleBuilder::Subject::Route
                ? OutcomeChoices{{QStringLiteral("candidate"), QStringLiteral("stable")}, false, {}}
                : OutcomeChoices{
                      {QStringLiteral("on"), QStringLiteral("off")}, true, QStringLiteral("off")});
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.activateWindow();
    }

    template <typename Widget>
    Widget* find(const char* name) const
    {
        QCoreApplication::processEvents(); // what was just added is shown in the next turn only
        auto* found = builder->findChild<Widget*>(QStringLiteral("r.") + QLatin1String(name));
        if (found == nullptr) {
            QTest::qFail(name, __FILE__, __LINE__);
        }
        return found;
    }
    void click(const char* name) const
    {
        QTest::mouseClick(find<QAbstractButton>(name), Qt::LeftButton);
    }
    void type(const char* name, const char* text) const
    {
        auto* field = find<QLineEdit>(name);
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, QString::fromUtf8(text));
    }
    void choose(const char* name, const char* text) const
    {
        auto* box = find<QComboBox>(name);
        const int index = box->findText(QString::fromUtf8(text));
        QVERIFY2(index >= 0, text);
        box->setCurrentIndex(index);
        Q_EMIT box->activated(index);
    }
    [[nodiscard]] std::string logic() const { return builder->logic().dump(); }

    Theme theme;
    QScrollArea window;
    RuleBuilder* builder;
};

} // namespace

class TestRuleBuilder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void buildsARouteRule()
    {
        Bench bench;
        bench.builder->setLogic(Json::array());
        bench.click("add");
        QVERIFY(!bench.builder->problems().isEmpty());
        QTRY_COMPARE(QApplication::focusWidget(), bench.find<QLineEdit>("0.when.0.attribute"));
        bench.type("0.when.0.attribute", "plan");
        bench.choose("0.when.0.comparison", "is one of");
        bench.type("0.when.0.value.text", "trial, free");
        bench.click("0.when.add");
        bench.type("0.when.1.attribute", "seats");
        bench.choose("0.when.1.comparison", "is at least");
        bench.type("0.when.1.value.text", "10");
        bench.choose("0.outcome", "stable");
        QCOMPARE(bench.logic(),
                 json(R"([{"arm":"stable","when":{"and":[{"in":[{"var":"plan"},["trial","free"]]},)"
                      R"({">=":[{"var":"seats"},10]}]}}])")
                     .dump());
        QVERIFY(bench.builder->problems().isEmpty());
        QVERIFY(bench.builder->changed());
    }

    void readsWritesAndKeepsWhatItCannotExpress()
    {
        Bench bench;
        const Json rules = json(
            R"([{"when":{"or":[{"some":[{"var":"roles"},{"==":[{"var":""},"agent"]}]},{"==":[{"var":"a"},1.0]}]},"arm":"candidate"},)"
            R"({"when":{"===":[{"var":"b"},2]},"arm":"stable"}])");
        bench.builder->setLogic(rules);
        QCOMPARE(bench.logic(), rules.dump());
        QVERIFY(!bench.builder->changed());
        // A change beside it leaves the foreign parts as they were.
        bench.type("0.when.1.value.text", "7");
        Json expected = rules;
        expected[0]["when"]["or"][1]["=="][1] = 7;
        QCOMPARE(bench.logic(), expected.dump());
    }

    void foreignPartsAreEditedAsJsonWithTheFaultsPlace()
    {
        Bench bench;
        bench.builder->setLogic(json(R"([{"when":{"===":[{"var":"b"},2]},"arm":"stable"}])"));
        auto* text = bench.find<QPlainTextEdit>("0.when.0.json.text");
        QVERIFY(!bench.find<QPushButton>("0.when.0.form")->isVisible());
        text->setPlainText(QStringLiteral("{\n  \"===\": [1, ]\n}"));
        auto* problem = bench.find<QLabel>("0.when.0.json.problem");
        QVERIFY(problem->isVisible());
        QVERIFY2(problem->text().contains(QStringLiteral("ine 2, column")),
                 qPrintable(problem->text()));
        QVERIFY(!bench.builder->problems().isEmpty());
        QCOMPARE(bench.logic(),
                 json(R"([{"when":{"===":[{"var":"b"},2]},"arm":"stable"}])").dump());
        text->setPlainText(QStringLiteral("{\"==\": [{\"var\": \"b\"}, 3]}"));
        QVERIFY(bench.builder->problems().isEmpty());
        QVERIFY(bench.find<QPushButton>("0.when.0.form")->isVisible());
        bench.click("0.when.0.form");
        QCOMPARE(bench.find<QLineEdit>("0.when.0.attribute")->text(), QStringLiteral("b"));
        QCOMPARE(bench.logic(), json(R"([{"when":{"==":[{"var":"b"},3]},"arm":"stable"}])").dump());
    }

    void movesByKeyboardButtonAndDrag()
    {
        Bench bench;
        const auto order = [&] {
            QStringList names;
            for (const Json& rule : bench.builder->logic()) {
                names << QString::fromStdString(rule["when"]["=="][0]["var"].get<std::string>());
            }
            return names.join(QString());
        };
        bench.builder->setLogic(json(
            R"([{"when":{"==":[{"var":"a"},1]},"arm":"candidate"},{"when":{"==":[{"var":"b"},1]},"arm":"candidate"},)"
            R"({"when":{"==":[{"var":"c"},1]},"arm":"candidate"}])"));
        auto* attribute = bench.find<QLineEdit>("0.when.0.attribute");
        attribute->setFocus();
        QTest::keyClick(attribute, Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(order(), QStringLiteral("bac"));
        QCOMPARE(QApplication::focusWidget(), attribute); // the same control, one rule further
        QTest::keyClick(attribute, Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(order(), QStringLiteral("bca"));
        QTest::keyClick(attribute, Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(order(), QStringLiteral("bca"));
        bench.click("1.up");
        QCOMPARE(order(), QStringLiteral("cba"));
        QVERIFY(!bench.find<QToolButton>("0.up")->isEnabled());
        // By its handle, to the end.
        QTest::qWait(20);
        auto* handle = bench.find<QLabel>("0.handle");
        const auto* last = bench.find<QWidget>("2");
        const QPoint to = last->mapTo(handle->window(), last->rect().bottomLeft());
        const QPoint local = handle->mapFrom(handle->window(), to);
        QTest::mousePress(handle, Qt::LeftButton, {}, {2, 2});
        QMouseEvent move(QEvent::MouseMove, local, handle->mapToGlobal(local), Qt::NoButton,
                         Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(handle, &move);
        QTest::mouseRelease(handle, Qt::LeftButton, {}, {2, 2});
        QCOMPARE(order(), QStringLiteral("bac"));
    }

    void duplicatesSwitchesOffRemovesAndUndoes()
    {
        Bench bench;
        const Json rules = json(R"([{"when":{"==":[{"var":"a"},1]},"arm":"candidate"}])");
        bench.builder->setLogic(rules);
        bench.click("0.duplicate");
        QCOMPARE(bench.builder->logic().size(), std::size_t{2});
        bench.click("1.enabled");
        QCOMPARE(bench.builder->logic()[1]["when"].dump(),
                 json(R"({"and":[false,{"==":[{"var":"a"},1]}]})").dump());
        bench.click("0.remove");
        QCOMPARE(bench.builder->logic().size(), std::size_t{1});
        for (int i = 0; i < 3; ++i) {
            QVERIFY(bench.find<QToolButton>("undo")->isEnabled());
            bench.click("undo");
        }
        QCOMPARE(bench.logic(), rules.dump());
        QVERIFY(!bench.builder->changed());
        QVERIFY(!bench.find<QToolButton>("undo")->isEnabled());
        bench.click("redo");
        QCOMPARE(bench.builder->logic().size(), std::size_t{2});
    }

    void typingIsOneStep()
    {
        Bench bench;
        const Json rules = json(R"([{"when":{"==":[{"var":"a"},"x"]},"arm":"candidate"}])");
        bench.builder->setLogic(rules);
        bench.type("0.when.0.value.text", "hello");
        bench.type("0.when.0.attribute", "word");
        QCOMPARE(bench.builder->logic()[0]["when"].dump(),
                 json(R"({"==":[{"var":"word"},"hello"]})").dump());
        auto* field = bench.find<QLineEdit>("0.when.0.attribute");
        field->clearFocus();
        bench.builder->setFocus();
        bench.click("undo");
        QCOMPARE(bench.builder->logic()[0]["when"].dump(),
                 json(R"({"==":[{"var":"a"},"hello"]})").dump());
        bench.click("undo");
        QCOMPARE(bench.logic(), rules.dump());
    }

    void groupsNest()
    {
        Bench bench;
        bench.builder->setLogic(json(R"([{"when":{"==":[{"var":"a"},1]},"arm":"candidate"}])"));
        bench.click("0.when.addGroup");
        bench.type("0.when.1.0.attribute", "b");
        bench.type("0.when.1.0.value.text", "x");
        bench.click("0.when.1.add");
        bench.type("0.when.1.1.attribute", "c");
        bench.choose("0.when.1.1.comparison", "is known");
        bench.choose("0.when.1.join", "none of these holds");
        QCOMPARE(
            bench.builder->logic()[0]["when"].dump(),
            json(
                R"({"and":[{"==":[{"var":"a"},1]},{"!":[{"or":[{"==":[{"var":"b"},"x"]},{"!=":[{"var":"c"},null]}]}]}]})")
                .dump());
        bench.click("0.when.1.remove");
        QCOMPARE(bench.builder->logic()[0]["when"].dump(),
                 json(R"({"==":[{"var":"a"},1]})").dump());
    }

    void typesOfValues()
    {
        Bench bench;
        bench.builder->setLogic(json(R"([{"when":{"==":[{"var":"a"},"42"]},"arm":"candidate"}])"));
        const auto value = [&] { return bench.builder->logic()[0]["when"]["=="][1].dump(); };
        QCOMPARE(value(), std::string("\"42\""));
        bench.choose("0.when.0.value.kind", "number");
        QCOMPARE(value(), std::string("42"));
        bench.type("0.when.0.value.text", "4x");
        QVERIFY(
            bench.builder->problems().join(QLatin1Char(' ')).contains(QStringLiteral("number")));
        bench.choose("0.when.0.value.kind", "true or false");
        QCOMPARE(value(), std::string("true"));
        QVERIFY(bench.builder->problems().isEmpty());
        bench.choose("0.when.0.comparison", "falls into a share of");
        bench.find<PercentSpin>("0.when.0.percent")->setValue(2.5);
        bench.type("0.when.0.salt", "s1");
        QCOMPARE(
            bench.builder->logic()[0]["when"].dump(),
            json(R"({"fractional":[{"cat":["s1",{"var":"a"}]},[true,250],[false,9750]]})").dump());
    }

    void textAndFormFollowEachOther()
    {
        Bench bench;
        bench.builder->setLogic(Json::array());
        bench.click("showLogic");
        auto* text = bench.find<QPlainTextEdit>("logic.text");
        QVERIFY(text->isVisible());
        text->setPlainText(
            QStringLiteral("[{\"when\": {\"==\": [{\"var\": \"a\"}, 1]}, \"arm\": \"stable\"}]"));
        QCOMPARE(bench.find<QLineEdit>("0.when.0.attribute")->text(), QStringLiteral("a"));
        bench.type("0.when.0.attribute", "other");
        QVERIFY(text->toPlainText().contains(QStringLiteral("other")));
        text->setPlainText(QStringLiteral("[{\"when\": "));
        QVERIFY(!bench.builder->problems().isEmpty());
        QCOMPARE(bench.find<QLineEdit>("0.when.0.attribute")->text(), QStringLiteral("other"));
        text->setPlainText(QStringLiteral("[1]"));
        QVERIFY(!bench.builder->problems().isEmpty());
        QCOMPARE(bench.builder->logic().size(), std::size_t{1});
    }

    void flagsSplit()
    {
        Bench bench(RuleBuilder::Subject::Flag);
        bench.builder->setLogic(Json::object());
        bench.choose("else.outcome", "split by weights");
        bench.find<QSpinBox>("else.split.0.weight")->setValue(5);
        bench.find<QSpinBox>("else.split.1.weight")->setValue(95);
        QCOMPARE(bench.logic(), json(R"({"fractional":[["on",5],["off",95]]})").dump());
        QCOMPARE(bench.find<NumberLabel>("else.split.0.share")->text(), QStringLiteral("5\u00a0%"));
        bench.choose("else.split.key", "flag and the attribute");
        QVERIFY(!bench.builder->problems().isEmpty());
        bench.type("else.split.attribute", "org_id");
        bench.click("else.split.1.up");
        QCOMPARE(
            bench.logic(),
            json(
                R"({"fractional":[{"cat":[{"var":"$flagd.flagKey"},{"var":"org_id"}]},["off",95],["on",5]]})")
                .dump());
        bench.click("add");
        bench.type("0.when.0.attribute", "email");
        bench.choose("0.when.0.comparison", "ends with");
        bench.type("0.when.0.value.text", "@shop.example");
        bench.choose("0.outcome", "the default (off)");
        QCOMPARE(bench.builder->logic()["if"][1].dump(), std::string("null"));
        QCOMPARE(bench.builder->logic()["if"].size(), std::size_t{3});
        bench.choose("else.outcome", "the default (off)");
        QCOMPARE(bench.logic(),
                 json(R"({"if":[{"ends_with":[{"var":"email"},"@shop.example"]},null]})").dump());
    }

    void foreignTargetingStays()
    {
        Bench bench(RuleBuilder::Subject::Flag);
        const Json targeting = json(R"({"var":"tier"})");
        bench.builder->setLogic(targeting);
        QCOMPARE(bench.logic(), targeting.dump());
        QVERIFY(bench.find<QPlainTextEdit>("logic.text")->isVisible());
        QVERIFY(bench.builder->findChild<QComboBox*>(QStringLiteral("r.else.outcome")) == nullptr);
        bench.click("add");
        bench.click("undo");
        QCOMPARE(bench.logic(), targeting.dump());
    }

    void aVariantThatWentIsShown()
    {
        Bench bench(RuleBuilder::Subject::Flag);
        bench.builder->setLogic(json(R"({"if":[true,"gone"]})"));
        QVERIFY(bench.find<QComboBox>("0.outcome")
                    ->currentText()
                    .contains(QStringLiteral("there is no such")));
        QCOMPARE(bench.logic(), json(R"({"if":[true,"gone"]})").dump());
    }

    void pictures_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }

    void pictures()
    {
        QFETCH(bool, dark);
        Bench bench(RuleBuilder::Subject::Flag, dark ? Theme::Mode::Dark : Theme::Mode::Light);
        bench.builder->setLogic(json(
            R"({"if":[{"and":[{"in":[{"var":"plan"},["trial","free"]]},{"or":[{"sem_ver":[{"var":"app_version"},">=","2.4.0"]},)"
            R"({"fractional":[{"cat":["wave-2",{"var":"org_id"}]},[true,1250],[false,8750]]}]}]},{"fractional":[["on",10],["off",90]]},)"
            R"({"some":[{"var":"roles"},{"==":[{"var":""},"agent"]}]},"on"]})"));
        bench.click("showLogic");
        QTest::qWait(50);
        shot(*bench.window.widget(),
             dark ? QStringLiteral("rules-dark") : QStringLiteral("rules-light"));
    }
};

} // namespace sluice::tests

QTEST_MAIN(sluice::tests::TestRuleBuilder)
#include "tst_rulebuilder.moc"
