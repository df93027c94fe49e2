// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/control/engine.h"
#include "tests/control/controlfixture.h"
#include "tests/control/rawhttp.h"
#include "tests/support/result.h"
#include "ui/models/jsontablemodel.h"
#include "ui/models/plane.h"
#include "ui/pages/flags/flagspage.h"
#include "ui/pages/overview/overviewpage.h"
#include "ui/pages/requests/requestspage.h"
#include "ui/pages/route/routepage.h"
#include "ui/widgets/tableview.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabWidget>
#include <QTest>

#include <future>

using namespace sluice;
using namespace sluice::ui;

namespace {

constexpr int kRequests = 620;
constexpr int kChanges = 60;

/// A file whose units answer at once, to whoever asks.
Json quickFile()
{
    Json file = tests::sampleFile();
    file.erase("keys");
    for (auto& provider : file["providers"]) {
        provider["simulator"]["ttft_median_ms"] = 1;
        provider["simulator"]["tokens_per_second"] = 100000;
    }
    return file;
}

QString armOf(const QAbstractItemModel& model, int row)
{
    return model.index(row, 2).data().toString();
}

} // namespace

/// Pages on the real engine, in process: what the fake control plane cannot vouch for.
class TestEnginePages final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void requestsPageBackWithTheirFilters();
    void revisionsPageBackAndAreRestored();
    void aNewRouteServes();
    void targetingIsSavedAndAConflictSettled();
    void revisionsAreComparedAndATimeRestored();
    void aFlagIsMadeTestedAndRefused();
    void flagsAreImportedAndTheirGenerationCounted();

private:
    Result<api::CommandReply> run(const std::string& name, Json arguments);
    std::string ask(const std::string& route, int user);
    template <typename Widget>
    static Widget* find(const QWidget& page, const char* name)
    {
        auto* found = page.findChild<Widget*>(QString::fromLatin1(name));
        if (found == nullptr) {
            qFatal("no %s", name);
        }
        return found;
    }

    QTemporaryDir m_folder;
    std::unique_ptr<control::Engine> m_engine;
    std::unique_ptr<Plane> m_plane;
    std::unique_ptr<Theme> m_theme;
    std::map<std::string, int> m_arms; ///< answers by arm
    int m_stableUser = 0;              ///< one whom the stable arm serves
};

Result<api::CommandReply> TestEnginePages::run(const std::string& name, Json arguments)
{
    const auto answer = std::make_shared<std::promise<Result<api::CommandReply>>>();
    m_engine->plane().execute(
        {name, std::move(arguments), {}, "tester", api::Role::Admin},
        [answer](Result<api::CommandReply> reply) { answer->set_value(std::move(reply)); });
    return answer->get_future().get();
}

/// The arm that answered.
std::string TestEnginePages::ask(const std::string& route, int user)
{
    const std::string& url = m_engine->listenUrl();
    const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    const Json body{{"model", route}, {"messages", {{{"role", "user"}, {"content", "Hello?"}}}}};
    const auto answer = tests::rawRequest(port, "POST", "/v1/chat/completions",
                                          "Host: 127.0.0.1\r\nContent-Type: application/json\r\n"
                                          "x-sluice-user: u-" +
                                              std::to_string(user) + "\r\n",
                                          body.dump());
    return answer.status == 200 ? answer.headers.at("x-sluice-arm") : std::string("failed");
}

void TestEnginePages::initTestCase()
{
    const std::string path = m_folder.filePath(QStringLiteral("file.json")).toStdString();
    QVERIFY_RESULT(writeFileAtomically(path, quickFile().dump()));
    control::EngineOptions options;
    options.workspace = m_folder.filePath(QStringLiteral("workspace")).toStdString();
    options.listen.port = 0;
    options.admin.port = 0;
    options.threads = 1;
    options.embedded = true;
    options.applyFile = path;
    m_engine = std::make_unique<control::Engine>(std::move(options));
    QVERIFY_RESULT(m_engine->start());
    m_plane = std::make_unique<Plane>(m_engine->plane());
    m_plane->setIdentity("tester", api::Role::Admin);
    m_theme = std::make_unique<Theme>(*qApp, Theme::Mode::Light);
    for (int i = 0; i < kRequests; ++i) {
        const std::string arm = ask("support", i);
        ++m_arms[arm];
        m_stableUser = arm == "stable" ? i : m_stableUser;
    }
    QVERIFY(!m_arms.contains("failed"));
}

void TestEnginePages::cleanupTestCase()
{
    m_plane.reset();
    m_engine.reset();
}

void TestEnginePages::requestsPageBackWithTheirFilters()
{
    QTRY_COMPARE_WITH_TIMEOUT(run("telemetry.records", {{"limit", 1000}})->result["records"].size(),
                              std::size_t{kRequests}, 30'000);
    RequestsPage page(*m_theme, *m_plane);
    page.resize(1240, 812);
    page.show();
    const QAbstractItemModel& rows = *find<TableView>(page, "requests.table")->model();
    auto* older = find<QPushButton>(page, "requests.older");
    QTRY_COMPARE(rows.rowCount(), 200);
    auto* arm = find<QComboBox>(page, "requests.arm");
    arm->setCurrentIndex(arm->findData(QStringLiteral("stable")));
    QTRY_VERIFY(rows.rowCount() == 200 && armOf(rows, 0) == QLatin1String("stable"));
    const int stable = m_arms["stable"];
    QVERIFY(stable > 300);
    older->click();
    QVERIFY(!older->isEnabled()); // once is enough
    QTRY_COMPARE(rows.rowCount(), std::min(stable, 400));
    QTRY_VERIFY(older->isEnabled() == (stable > 400));
    if (stable > 400) {
        older->click();
        QTRY_COMPARE(rows.rowCount(), stable);
    }
    QTRY_VERIFY(!older->isEnabled());
    for (int row = 0; row < rows.rowCount(); ++row) {
        QCOMPARE(armOf(rows, row), QStringLiteral("stable"));
    }
    ask("support", m_stableUser);
    auto* resume = find<QPushButton>(page, "requests.resume");
    QTRY_VERIFY(resume->isVisible()); // a newer one is there, and what was paged to stands still
    QCOMPARE(rows.rowCount(), stable);
}

void TestEnginePages::revisionsPageBackAndAreRestored()
{
    for (int i = 1; i <= kChanges; ++i) {
        QVERIFY_RESULT(run("routes.put", {{"route", "support"},
                                          {"definition", {{"percent", i / 100.0}}},
                                          {"patch", true},
                                          {"reason", "step " + std::to_string(i)}}));
    }
    RoutePage page(*m_theme, *m_plane);
    page.resize(1240, 812);
    page.show();
    page.activate({QStringLiteral("route"), QStringLiteral("support"), {}});
    auto* table = find<TableView>(page, "route.revisions");
    auto* older = find<QPushButton>(page, "route.older");
    QTRY_COMPARE(table->model()->rowCount(), 50);
    QVERIFY(!older->isHidden());
    older->click();
    QTRY_COMPARE(table->model()->rowCount(), kChanges + 1); // and the file
    QVERIFY(older->isHidden());
    // A change elsewhere reads the newest page again; the older ones stay, and there is no more.
    QVERIFY_RESULT(run("routes.put", {{"route", "support"},
                                      {"definition", {{"percent", 30}}},
                                      {"patch", true},
                                      {"reason", "meanwhile"}}));
    QTRY_COMPARE(table->model()->rowCount(), kChanges + 2);
    QVERIFY(older->isHidden());

    int row = 0; // "step 7"
    while (table->model()->index(row, 4).data().toString() != QLatin1String("step 7")) {
        QVERIFY(++row < table->model()->rowCount());
    }
    const int revision = table->model()->index(row, 0).data().toInt();
    table->selectRow(row);
    auto* restore = find<QPushButton>(page, "route.restore");
    QTRY_VERIFY(restore->isEnabled());
    restore->click();
    auto* confirm = find<QPushButton>(page, "restore.confirm");
    QTRY_VERIFY(confirm->isVisibleTo(&page));
    const QList<QLabel*> shown = confirm->parentWidget()->parentWidget()->findChildren<QLabel*>();
    QVERIFY(std::any_of(shown.begin(), shown.end(), [](const QLabel* label) {
        return label->text().contains(QStringLiteral("0.07"));
    }));
    QVERIFY(!confirm->isEnabled()); // without a reason
    find<QLineEdit>(page, "restore.reason")->setText(QStringLiteral("back to before"));
    QTRY_VERIFY(confirm->isEnabled());
    confirm->click();
    QTRY_COMPARE(run("routes.get", {{"route", "support"}})->result["percent"].get<double>(), 0.07);
    QTRY_VERIFY(!confirm->isVisibleTo(&page));
    QTRY_COMPARE(table->model()->rowCount(), kChanges + 3);
    QCOMPARE(table->model()->index(0, 4).data().toString(), QStringLiteral("back to before"));
    QVERIFY(table->model()->index(0, 0).data().toInt() > revision);
}

void TestEnginePages::aNewRouteServes()
{
    OverviewPage page(*m_theme, *m_plane);
    page.resize(1240, 812);
    page.show();
    auto* table = find<TableView>(page, "overview.routes");
    QTRY_COMPARE(table->model()->rowCount(), 2);
    find<QPushButton>(page, "overview.new")->click();
    auto* stable = find<QComboBox>(page, "newRoute.stable");
    QTRY_COMPARE(stable->count(), 2);
    find<QLineEdit>(page, "newRoute.name")->setText(QStringLiteral("refunds"));
    const QSignalSpy went(&page, &Page::goTo);
    find<QPushButton>(page, "newRoute.create")->click();
    QTRY_COMPARE(went.size(), 1);
    QCOMPARE(ask("refunds", 1), std::string("stable"));
    QTRY_COMPARE(table->model()->rowCount(), 3); // the next one is against this revision

    // What only the engine knows stands under the field that it speaks of.
    find<QPushButton>(page, "overview.new")->click();
    QTRY_COMPARE(stable->count(), 2);
    find<QLineEdit>(page, "newRoute.name")->setText(QStringLiteral("more"));
    find<QComboBox>(page, "newRoute.bucketBy")->setCurrentText(QString(2000, QLatin1Char('x')));
    find<QPushButton>(page, "newRoute.create")->click();
    auto* problem = find<QLabel>(page, "newRoute.bucketBy.problem");
    QTRY_VERIFY(problem->isVisible());
    QVERIFY(problem->text().contains(QStringLiteral("bytes")));
}

void TestEnginePages::targetingIsSavedAndAConflictSettled()
{
    RoutePage page(*m_theme, *m_plane);
    page.resize(1240, 812);
    page.show();
    page.activate({QStringLiteral("route"), QStringLiteral("support"), {}});
    const auto edit = [&] {
        return page.findChild<QPushButton*>(
            QStringLiteral("traffic.rules")); // there with the route
    };
    QTRY_VERIFY(edit() != nullptr && edit()->isVisible());
    edit()->click();
    find<QPushButton>(page, "rules.add")->click();
    find<QLineEdit>(page, "rules.0.when.0.attribute")->setText(QStringLiteral("user_id"));
    auto* value = find<QLineEdit>(page, "rules.0.when.0.value.text");
    QTRY_VERIFY(value->isVisible());
    QTest::keyClicks(value, QStringLiteral("u-%1").arg(m_stableUser));
    auto* effect = find<QLabel>(page, "targeting.apply.effect");
    // Records keep no names, so that a rule by name cannot be judged by them, and that is said.
    QTRY_VERIFY2(effect->text().contains(QStringLiteral("could not be judged")),
                 qPrintable(effect->text()));

    // Somebody else has moved the percentage of the same route meanwhile.
    QVERIFY_RESULT(run("routes.put", {{"route", "support"},
                                      {"definition", {{"percent", 12}}},
                                      {"patch", true},
                                      {"reason", "meanwhile"}}));
    auto* save = find<QPushButton>(page, "targeting.apply.confirm");
    QTRY_VERIFY(save->isEnabled());
    save->click();
    auto* mine = find<QPushButton>(page, "conflict.mine");
    QTRY_VERIFY(mine->isVisible());
    mine->click();
    const auto route = [&] { return run("routes.get", {{"route", "support"}})->result; };
    QTRY_COMPARE(route()["rules"].size(), std::size_t{1});
    QCOMPARE(route()["percent"].get<double>(), 12.0); // theirs holds as well
    QCOMPARE(ask("support", m_stableUser), std::string("candidate"));

    // And the tester says so.
    find<QPushButton>(page, "traffic.test")->click();
    find<QLineEdit>(page, "tester.user")->setText(QStringLiteral("u-%1").arg(m_stableUser));
    find<QPushButton>(page, "tester.ask")->click();
    auto* answer = find<QLabel>(page, "tester.answer");
    QTRY_VERIFY(answer->text().contains(QStringLiteral("assigned by rule")));
    QVERIFY(answer->text().contains(QStringLiteral("hash ")));
}

void TestEnginePages::revisionsAreComparedAndATimeRestored()
{
    RoutePage page(*m_theme, *m_plane);
    page.resize(1240, 812);
    page.show();
    page.activate({QStringLiteral("route"), QStringLiteral("support"), {}});
    auto* table = find<TableView>(page, "route.revisions");
    QTRY_VERIFY(table->model()->rowCount() > 2);
    table->selectRow(0);
    find<QPushButton>(page, "route.compareRevisions")->click();
    const auto shows = [&](const QString& text) {
        const QList<QLabel*> labels = page.findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
            return label->isVisible() && label->text() == text;
        });
    };
    QTRY_VERIFY(shows(QStringLiteral("Targeting rules")));
    QVERIFY(shows(QStringLiteral("1. user_id = u-%1 → candidate").arg(m_stableUser)));

    // An hour ago there was nothing here yet.
    find<QPushButton>(page, "route.restoreTime")->click();
    auto* effect = find<QLabel>(page, "restore.effect");
    QTRY_VERIFY(effect->text().contains(QStringLiteral("cannot be restored")));
    QVERIFY(!find<QPushButton>(page, "restore.confirm")->isEnabled());
}

void TestEnginePages::aFlagIsMadeTestedAndRefused()
{
    FlagsPage page(*m_theme, *m_plane);
    page.resize(1240, 812);
    page.show();
    const QAbstractItemModel& rows = *find<TableView>(page, "flags.table")->model();
    QTRY_VERIFY(rows.rowCount() >= 3); // new-checkout and the routes' own
    const int before = rows.rowCount();
    find<QPushButton>(page, "flags.new")->click();
    QTest::keyClicks(find<QLineEdit>(page, "flag.key"), QStringLiteral("banner"));
    auto* everybody = find<QComboBox>(page, "flag.rules.else.outcome");
    everybody->setCurrentText(QStringLiteral("split by weights"));
    Q_EMIT everybody->activated(everybody->currentIndex());
    find<QSpinBox>(page, "flag.rules.else.split.0.weight")->setValue(0);
    auto* save = find<QPushButton>(page, "flag.save");
    QTRY_VERIFY(save->isEnabled());
    save->click();
    auto* confirm = find<QPushButton>(page, "flag.apply.confirm");
    QTRY_VERIFY(confirm->isVisible());
    confirm->click();
    QTRY_COMPARE(rows.rowCount(), before + 1);
    const Json made = run("flags.list", Json::object())->result["flags"]["banner"];
    QCOMPARE_JSON(
        made["targeting"],
        (Json{{"fractional", Json::array({Json::array({"off", 0}), Json::array({"on", 1})})}}));

    find<QTabWidget>(page, "flag.tabs")->setCurrentIndex(2);
    find<QLineEdit>(page, "flagtest.key")->setText(QStringLiteral("user-42"));
    find<QPushButton>(page, "flagtest.ask")->click();
    QTRY_COMPARE(find<QLabel>(page, "flagtest.value")->text(), QStringLiteral("true"));

    // What only the engine knows is named with its line, and nothing is changed.
    find<QTabWidget>(page, "flag.tabs")->setCurrentIndex(1);
    Json wrong = made;
    wrong["defaultVariant"] = "gone";
    find<QPlainTextEdit>(page, "flag.json.text")
        ->setPlainText(QString::fromStdString(wrong.dump(2)));
    QTRY_VERIFY(save->isEnabled());
    save->click();
    auto* problem = find<QLabel>(page, "flag.json.problem");
    QTRY_VERIFY(problem->text().contains(QStringLiteral("names none of the variants")));
    QVERIFY2(problem->text().startsWith(QStringLiteral("Line 2,")), qPrintable(problem->text()));
    QCOMPARE_JSON(run("flags.list", Json::object())->result["flags"]["banner"], made);
}

void TestEnginePages::flagsAreImportedAndTheirGenerationCounted()
{
    FlagsPage page(*m_theme, *m_plane);
    page.resize(1240, 812);
    page.show();
    const QAbstractItemModel& rows = *find<TableView>(page, "flags.table")->model();
    QTRY_VERIFY(rows.rowCount() >= 3);
    const int before = rows.rowCount();
    find<QPushButton>(page, "flags.import")->click();
    auto* document = find<QPlainTextEdit>(page, "import.document.text");
    document->setPlainText(QStringLiteral(
        "{\"flags\": {\"tier\": {\"state\": \"ENABLED\", \"variants\": {\"a\": 1, \"b\": 2}, "
        "\"defaultVariant\": \"a\"}}}"));
    find<QPushButton>(page, "import.check")->click();
    auto* confirm = find<QPushButton>(page, "import.apply.confirm");
    QTRY_VERIFY2(confirm->isVisible(), qPrintable(find<QLabel>(page, "import.note")->text()));
    QCOMPARE(rows.rowCount(), before); // a dry run
    confirm->click();
    QTRY_COMPARE(rows.rowCount(), before + 1);

    find<QPushButton>(page, "flags.generation")->click();
    auto* text = find<QLabel>(page, "generation.text");
    QTRY_VERIFY2(text->text().contains(QStringLiteral("known users would change arm")),
                 qPrintable(text->text()));
}

QTEST_MAIN(TestEnginePages)
#include "tst_enginepages.moc"
