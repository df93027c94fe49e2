// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/pagetest.h"
#include "ui/pages/flags/flagfacts.h"
#include "ui/pages/flags/flagspage.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/jsontext.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/statestack.h"
#include "ui/widgets/tableview.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>

namespace sluice::tests {

using namespace sluice::ui;

namespace {

using FlagsTest = PageTest<FlagsPage>;

constexpr int kFlags = 12; ///< of the fake: six plain, one of a source, five routes

void open(FlagsTest& test, const char* flag = nullptr)
{
    test.show();
    test.page().activateWindow();
    QTRY_COMPARE(test.find<TableView>("flags.table")->model()->rowCount(), kFlags);
    if (flag != nullptr) {
        test.page().activate(
            {QStringLiteral("flags"), {}, {{QStringLiteral("flag"), QString::fromLatin1(flag)}}});
        QTRY_COMPARE(test.find<QLineEdit>("flag.variants.0.name")->isVisible(), true);
    }
}

void click(FlagsTest& test, const char* name)
{
    auto* button = test.find<QAbstractButton>(name);
    // At its left end: check boxes may be wider than what reacts in them.
    QTest::mouseClick(button, Qt::LeftButton, {}, {8, button->height() / 2});
}

void setText(FlagsTest& test, const char* name, const QString& text)
{
    test.find<QPlainTextEdit>(name)->setPlainText(text);
}

QString messages(FlagsTest& test)
{
    QStringList texts;
    for (const MessageBar* bar : test.page().findChildren<MessageBar*>()) {
        for (const QLabel* label : bar->findChildren<QLabel*>()) {
            texts << label->text();
        }
    }
    return texts.join(QLatin1Char(' '));
}

QPushButton* messageButton(FlagsTest& test, const QString& text)
{
    for (QPushButton* button : test.page().findChildren<QPushButton*>()) {
        if (button->objectName() == QLatin1String("messageAction") && button->text() == text) {
            return button;
        }
    }
    return nullptr;
}

} // namespace

class TestFlagsPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void listsPlainFlagsThoseOfSourcesAndOfRoutes()
    {
        FlagsTest test;
        open(test);
        auto* model = test.find<TableView>("flags.table")->model();
        const QAbstractItemModelTester tester(
            model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QStringList owners;
        for (int row = 0; row < model->rowCount(); ++row) {
            owners << model->index(row, 5).data().toString();
        }
        QCOMPARE(owners.count(QStringLiteral("route")), 5);
        QCOMPARE(owners.count(QStringLiteral("workspace")), 6);
        QCOMPARE(owners.count(QStringLiteral("source platform")), 1);
        test.find<QLineEdit>("flags.filter")->setText(QStringLiteral("check"));
        QCOMPARE(model->rowCount(), 1);
    }

    void savesWhatWasShownFirst()
    {
        FlagsTest test;
        open(test, "new-checkout");
        auto* save = test.find<QPushButton>("flag.save");
        QVERIFY(!save->isEnabled());
        QVERIFY(!save->toolTip().isEmpty());
        click(test, "flag.enabled");
        QVERIFY(save->isEnabled());
        QTest::mouseClick(save, Qt::LeftButton);
        auto* confirm = test.find<QPushButton>("flag.apply.confirm");
        QTRY_VERIFY(confirm->isVisible());
        QVERIFY(test.fake().lastArguments("flags.set").value("dry_run", false));
        shot(test.page(), QStringLiteral("flags-save-light"));
        QTest::mouseClick(confirm, Qt::LeftButton);
        QTRY_COMPARE(test.fake().calls("flags.set"), 2);
        const Json sent = test.fake().lastArguments("flags.set");
        QVERIFY(!sent.contains("dry_run"));
        QCOMPARE(sent["definition"]["state"].get<std::string>(), std::string("DISABLED"));
        QVERIFY(sent["definition"]["targeting"].contains("if")); // nothing else was touched
        QTRY_VERIFY(messages(test).contains(QStringLiteral("in force")));
        QVERIFY(!save->isEnabled());
        auto* model = test.find<TableView>("flags.table")->model();
        const auto state = [&] {
            for (int row = 0; row < model->rowCount(); ++row) {
                if (model->index(row, 0).data().toString() == QLatin1String("new-checkout")) {
                    return model->index(row, 1).data().toString();
                }
            }
            return QString();
        };
        QTRY_VERIFY(state().contains(QStringLiteral("off")));
    }

    void changingAfterTheDryRunTakesTheQuestionBack()
    {
        FlagsTest test;
        open(test, "new-checkout");
        click(test, "flag.enabled");
        click(test, "flag.save");
        auto* confirm = test.find<QPushButton>("flag.apply.confirm");
        QTRY_VERIFY(confirm->isVisible());
        click(test, "flag.variants.0.default");
        QVERIFY(!confirm->isVisible());
    }

    void formAndJsonAreOne()
    {
        FlagsTest test;
        open(test, "search-settings");
        QVERIFY(test.find<QRadioButton>("flag.variants.none")->isChecked());
        test.find<QTabWidget>("flag.tabs")->setCurrentIndex(1);
        auto* text = test.find<QPlainTextEdit>("flag.json.text");
        QVERIFY(text->toPlainText().contains(QStringLiteral("rerank")));
        Json definition = *parseJson(text->toPlainText().toStdString());
        definition["variants"]["huge"] = {{"k", 50}, {"rerank", true}};
        definition["$comment"] = "kept";
        text->setPlainText(jsontext::pretty(definition));
        QCOMPARE(test.find<QLineEdit>("flag.variants.0.name")->text(), QStringLiteral("huge"));
        test.find<QTabWidget>("flag.tabs")->setCurrentIndex(0);
        click(test, "flag.variants.0.default");
        const Json now = *parseJson(text->toPlainText().toStdString());
        QCOMPARE(now["defaultVariant"].get<std::string>(), std::string("huge"));
        QCOMPARE(now["$comment"].get<std::string>(), std::string("kept"));
        click(test, "flag.revert");
        QVERIFY(!text->toPlainText().contains(QStringLiteral("huge")));
    }

    void faultsInJsonAreNamedWithTheirLine()
    {
        FlagsTest test;
        open(test, "new-checkout");
        test.find<QTabWidget>("flag.tabs")->setCurrentIndex(1);
        auto* text = test.find<QPlainTextEdit>("flag.json.text");
        const QString good = text->toPlainText();
        setText(test, "flag.json.text", QStringLiteral("{\n \"state\": \"ENABLED\",\n oops }"));
        auto* problem = test.find<QLabel>("flag.json.problem");
        QVERIFY2(problem->text().startsWith(QStringLiteral("Line 3")), qPrintable(problem->text()));
        QVERIFY(!test.find<QPushButton>("flag.save")->isEnabled());
        shot(test.page(), QStringLiteral("flags-json-fault-light"));
        // What only the engine can tell is shown at its line too.
        Json wrong = *parseJson(good.toStdString());
        wrong["defaultVariant"] = "onn";
        setText(test, "flag.json.text", jsontext::pretty(wrong, 40));
        click(test, "flag.save");
        QTRY_VERIFY(problem->text().contains(QStringLiteral("onn")));
        QVERIFY(problem->text().startsWith(QStringLiteral("Line ")));
        QVERIFY(messages(test).contains(QStringLiteral("onn")));
    }

    void newFlagByKeyboard()
    {
        FlagsTest test;
        open(test);
        test.page().findChild<QAction*>(QStringLiteral("flags.action.new"))->trigger();
        auto* key = test.find<QLineEdit>("flag.key");
        QTRY_VERIFY(key->hasFocus());
        QTest::keyClicks(key, QStringLiteral("support-assistant"));
        QVERIFY(test.find<QLabel>("flag.problems")->text().contains(QStringLiteral("route")));
        QVERIFY(!test.find<QPushButton>("flag.save")->isEnabled());
        key->selectAll();
        QTest::keyClicks(key, QStringLiteral("banner"));
        click(test, "flag.save");
        QTRY_VERIFY(test.find<QPushButton>("flag.apply.confirm")->isVisible());
        QTest::keyClick(test.find<QPushButton>("flag.apply.confirm"), Qt::Key_Space);
        QTRY_COMPARE(test.find<TableView>("flags.table")->model()->rowCount(), kFlags + 1);
        QTRY_VERIFY(!key->isVisible());
    }

    void unsavedEditIsNotLost()
    {
        FlagsTest test;
        open(test, "new-checkout");
        click(test, "flag.enabled");
        auto* table = test.find<TableView>("flags.table");
        const auto rowOf = [&](const char* key) {
            for (int row = 0; row < table->model()->rowCount(); ++row) {
                if (table->model()->index(row, 0).data().toString() == QLatin1String(key)) {
                    return row;
                }
            }
            return -1;
        };
        table->selectRow(rowOf("tier"));
        QVERIFY(messages(test).contains(QStringLiteral("not saved")));
        QVERIFY(!test.find<QCheckBox>("flag.enabled")->isChecked());
        QTRY_COMPARE(table->selectionModel()->selectedRows().value(0).row(), rowOf("new-checkout"));
        QTest::mouseClick(messageButton(test, QStringLiteral("Drop it and go on")), Qt::LeftButton);
        QTRY_COMPARE(table->selectionModel()->selectedRows()[0].row(), rowOf("tier"));
        QVERIFY(!test.find<QPushButton>("flag.save")->isEnabled());
    }

    void changeByAnotherIsTold()
    {
        FlagsTest test;
        open(test, "new-checkout");
        click(test, "flag.enabled");
        bool done = false;
        test.plane().execute("flags.set", {{"flag", "new-checkout"}, {"definition", newFlag()}},
                             this,
                             [&](const Result<api::CommandReply>& reply) { done = reply.ok(); });
        QTRY_VERIFY(done);
        QTRY_VERIFY(messages(test).contains(QStringLiteral("changed new-checkout")));
        QVERIFY(!test.find<QCheckBox>("flag.enabled")->isChecked()); // the edit is kept
        QTest::mouseClick(messageButton(test, QStringLiteral("Take theirs")), Qt::LeftButton);
        QVERIFY(test.find<QCheckBox>("flag.enabled")->isChecked());
    }

    void routesAndSourcesFlagsAreShownOnly()
    {
        FlagsTest test;
        open(test, "support-assistant");
        QVERIFY(!test.find<QPushButton>("flag.save")->isVisible());
        QVERIFY(!test.find<QCheckBox>("flag.enabled")->isEnabled());
        QSignalSpy went(&test.page(), &Page::goTo);
        click(test, "flag.toRoute");
        QCOMPARE(went.size(), 1);
        QCOMPARE(went[0][0].value<Place>().route, QStringLiteral("support-assistant"));
        shot(test.page(), QStringLiteral("flags-route-light"));
        test.page().activate(
            {QStringLiteral("flags"), {}, {{QStringLiteral("flag"), QStringLiteral("dark-mode")}}});
        QTRY_VERIFY(test.find<Chip>("flag.chip")->text().contains(QStringLiteral("platform")));
        QVERIFY(!test.find<QPushButton>("flag.save")->isVisible());
    }

    void testerExplains()
    {
        FlagsTest test;
        open(test, "new-checkout");
        test.find<QTabWidget>("flag.tabs")->setCurrentIndex(2);
        test.find<QLineEdit>("flagtest.key")->setText(QStringLiteral("user-42"));
        setText(test, "flagtest.context.text", QStringLiteral("[1]"));
        click(test, "flagtest.ask");
        QVERIFY(test.find<QLabel>("flagtest.context.problem")->isVisible());
        setText(test, "flagtest.context.text",
                QStringLiteral("{\"email\": \"mara@shop.example\", \"plan\": \"trial\"}"));
        click(test, "flagtest.ask");
        QTRY_VERIFY(test.find<QLabel>("flagtest.answer")
                        ->text()
                        .contains(QStringLiteral("TARGETING_MATCH")));
        const Json context = test.fake().lastArguments("flags.evaluate")["context"];
        QCOMPARE(context.value("targetingKey", ""), std::string("user-42"));
        QCOMPARE(context.value("plan", ""), std::string("trial"));
        shot(test.page(), QStringLiteral("flags-tester-light"));
    }

    void importShowsFirstWhatWouldChange()
    {
        FlagsTest test;
        open(test);
        click(test, "flags.import");
        auto* check = test.find<QPushButton>("import.check");
        QVERIFY(!check->isEnabled());
        const QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("flags.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({"flags": {"banner": {"state": "ENABLED",
            "variants": {"on": true}, "defaultVariant": "of"}}})");
        file.close();
        auto* path = test.find<QLineEdit>("import.path");
        path->setText(file.fileName());
        QTest::keyClick(path, Qt::Key_Return);
        QTRY_VERIFY(check->isEnabled());
        QTest::mouseClick(check, Qt::LeftButton);
        auto* problem = test.find<QLabel>("import.document.problem");
        QTRY_VERIFY2(problem->text().startsWith(QStringLiteral("Line 2")),
                     qPrintable(problem->text()));
        QVERIFY(test.find<QLabel>("import.note")->text().contains(QStringLiteral("Refused")));
        setText(test, "import.document.text",
                test.find<QPlainTextEdit>("import.document.text")
                    ->toPlainText()
                    .replace(QStringLiteral("\"of\""), QStringLiteral("\"on\"")));
        QTest::mouseClick(check, Qt::LeftButton);
        auto* confirm = test.find<QPushButton>("import.apply.confirm");
        QTRY_VERIFY(confirm->isVisible());
        QVERIFY(test.fake().lastArguments("flags.import").value("dry_run", false));
        shot(test.page(), QStringLiteral("flags-import-light"));
        QTest::mouseClick(confirm, Qt::LeftButton);
        QTRY_COMPARE(test.find<TableView>("flags.table")->model()->rowCount(), kFlags + 1);
    }

    void exportCopiesOneDocument()
    {
        FlagsTest test;
        open(test);
        test.page().findChild<QAction*>(QStringLiteral("flags.export.copy"))->trigger();
        QTRY_VERIFY(messages(test).contains(QStringLiteral("clipboard")));
        const auto document = parseJson(QGuiApplication::clipboard()->text().toStdString());
        QVERIFY(document.ok());
        QVERIFY((*document)["flags"].contains("new-checkout"));
        QVERIFY((*document)["flags"].contains("support-assistant"));
    }

    void sourcesTellTheirState()
    {
        FlagsTest test;
        open(test);
        click(test, "flags.sources");
        auto* table = test.find<TableView>("sources.table");
        QTRY_COMPARE(table->model()->rowCount(), 2);
        QVERIFY(table->model()->index(0, 4).data().toString().contains(QStringLiteral("line 12")));
        QVERIFY(!test.find<QPushButton>("sources.save")->isEnabled());
        table->selectRow(1);
        QCOMPARE(test.find<QLineEdit>("sources.path")->text(),
                 QStringLiteral("platform/flags.json"));
        shot(test.page(), QStringLiteral("flags-sources-light"));
        test.find<QLineEdit>("sources.name")->setText(QStringLiteral("files"));
        test.find<QComboBox>("sources.kind")->setCurrentIndex(0);
        Q_EMIT test.find<QComboBox>("sources.kind")->activated(0);
        click(test, "sources.save");
        QTRY_COMPARE(table->model()->rowCount(), 3);
        const Json sent = test.fake().lastArguments("flags.source.put");
        QCOMPARE(sent.value("kind", ""), std::string("file"));
        QVERIFY(!sent.contains("path"));
    }

    void generationCountsBeforeItSwitches()
    {
        FlagsTest test;
        open(test);
        click(test, "flags.generation");
        auto* confirm = test.find<QPushButton>("generation.apply.confirm");
        QTRY_VERIFY(confirm->isVisible());
        QVERIFY(test.find<QLabel>("generation.text")->text().contains(QStringLiteral("3,377")));
        QVERIFY(test.fake().lastArguments("flags.generation").value("dry_run", false));
        QVERIFY(!confirm->isEnabled());
        test.find<QLineEdit>("generation.apply.reason")->setText(QStringLiteral("as agreed"));
        QTest::qWait(50);
        shot(test.page(), QStringLiteral("flags-generation-light"));
        QTest::mouseClick(confirm, Qt::LeftButton);
        QTRY_COMPARE(test.find<QPushButton>("flags.generation")->text(),
                     QStringLiteral("fractional v3"));
    }

    void states_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<int>("view");
        QTest::newRow("empty") << int(FakePlane::State::Empty) << int(StateStack::View::Empty);
        QTest::newRow("error") << int(FakePlane::State::Error) << int(StateStack::View::Error);
        QTest::newRow("loading") << int(FakePlane::State::Loading)
                                 << int(StateStack::View::Loading);
    }

    void states()
    {
        QFETCH(int, state);
        QFETCH(int, view);
        FlagsTest test;
        test.fake().setState(static_cast<FakePlane::State>(state));
        test.show();
        auto* stack = test.page().findChild<StateStack*>(QString(), Qt::FindDirectChildrenOnly);
        QTRY_COMPARE(int(stack->view()), view);
        if (view == int(StateStack::View::Empty)) {
            Q_EMIT stack->nextStep();
            QVERIFY(test.find<QLineEdit>("flag.key")->isVisible());
        }
    }

    void readOnlySaysWhy()
    {
        FlagsTest test;
        open(test, "new-checkout");
        test.plane().setReadOnly(true);
        QVERIFY(!test.find<QPushButton>("flags.new")->isEnabled());
        QVERIFY(!test.find<QPushButton>("flag.remove")->isEnabled());
        QVERIFY(!test.find<QPushButton>("flag.remove")->toolTip().isEmpty());
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
        FlagsTest test(dark ? Theme::Mode::Dark : Theme::Mode::Light);
        open(test, "new-checkout");
        QTest::qWait(50);
        shot(test.page(), dark ? QStringLiteral("flags-dark") : QStringLiteral("flags-light"));
    }
};

} // namespace sluice::tests

QTEST_MAIN(sluice::tests::TestFlagsPage)
#include "tst_flagspage.moc"
