// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/control/controlfixture.h"
#include "tests/support/result.h"

#include <QTest>

#include <future>
#include <set>

using namespace sluice;
using tests::ControlFixture;

namespace {

Json patch(const char* route, Json definition)
{
    return {{"route", route},
            {"definition", std::move(definition)},
            {"patch", true},
            {"reason", "test"}};
}

} // namespace

class TestController final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void applyTwiceChangesNothing();
    void applyDryRunOnlyPlans();
    void applyKeepsWhatTheFileDoesNotName();
    void applyNamesThePlace_data();
    void applyNamesThePlace();
    void percentageBecomesTheNextRevision();
    void movedBaseIsAConflict();
    void promotionNeedsAnApprover();
    void everyChangeIsAudited();
    void answerWaitsForAdoption();
    void failedCommitChangesNothing();
    void restoresOneRouteOrAll();
    void historyFiltersByRoute();
    void aliasNeverMoves();
    void routeAndFlagShareNoName();
    void restartFindsEverything();
    void fleetIsConfigured();
    void revokedTokenIsGone();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<tests::MemoryStore> m_store;
    std::unique_ptr<ControlFixture> m_control;
};

void TestController::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_store = std::make_unique<tests::MemoryStore>();
    m_control = std::make_unique<ControlFixture>(*m_store, *m_folder);
    m_control->applySample();
}

void TestController::cleanup()
{
    m_control.reset();
}

void TestController::applyTwiceChangesNothing()
{
    const auto again = m_control->run("apply", {{"document", tests::sampleFile()}});
    QVERIFY_RESULT(again);
    for (const Json& row : again->result["plan"]) {
        QVERIFY2(row["action"] == "none", row.dump().c_str());
    }
    QCOMPARE(again->revision, std::uint64_t{1});
    QCOMPARE(m_control->result("routing.history")["revisions"].size(), std::size_t{1});
}

void TestController::applyDryRunOnlyPlans()
{
    Json file = tests::sampleFile();
    file["routes"]["support"]["percent"] = 50;
    file["routes"]["fresh"] = {{"stable", "support-v1"}};
    const auto plan = m_control->run("apply", {{"document", file}, {"dry_run", true}});
    QVERIFY_RESULT(plan);
    QCOMPARE(plan->result["applied"], Json(false));
    std::map<std::string, std::string> actions;
    for (const Json& row : plan->result["plan"]) {
        if (row["kind"] == "route") {
            actions[row["name"]] = row["action"];
        }
    }
    const std::map<std::string, std::string> expected{
        {"fresh", "add"}, {"steady", "none"}, {"support", "change"}};
    QCOMPARE(actions, expected);
    QCOMPARE(m_control->result("routes.get", {{"route", "support"}})["percent"], Json(20));
    QVERIFY(!m_control->run("routes.get", {{"route", "fresh"}}));
}

/// As with kubectl apply: what is missing from the file stays. The plan says so, and says what the
/// documents that are replaced as a whole lose.
void TestController::applyKeepsWhatTheFileDoesNotName()
{
    Json file = tests::sampleFile();
    file.erase("keys");
    file["units"].erase("support-v2");
    file["routes"].erase("support");
    file["prices"] = Json::array();
    file["flags"] = {{"flags", Json::object()}};
    const auto plan = m_control->run("apply", {{"document", file}, {"dry_run", true}});
    QVERIFY_RESULT(plan);
    std::set<std::string> other;
    for (const Json& row : plan->result["plan"]) {
        if (row["action"] == "keep" || row["action"] == "remove") {
            other.insert(row["action"].get<std::string>() + " " + row["kind"].get<std::string>() +
                         " " + row["name"].get<std::string>());
        }
    }
    const std::set<std::string> expected{"keep key shop", "keep route support",
                                         "keep unit support-v2", "remove flag new-checkout",
                                         "remove price house/m-1-2026-01-15"};
    QCOMPARE(other, expected);
    QVERIFY_RESULT(m_control->run("apply", {{"document", file}}));
    QCOMPARE(m_control->result("routes.get", {{"route", "support"}})["percent"], Json(20));
    QCOMPARE(m_control->result("keys.list")["keys"].size(), std::size_t{1});
    QCOMPARE(m_control->result("prices.list")["prices"].size(), std::size_t{0});
}

void TestController::applyNamesThePlace_data()
{
    QTest::addColumn<QString>("patch");
    QTest::addColumn<QString>("where");
    QTest::addColumn<int>("exitCode");
    QTest::newRow("unknown section") << R"({"rutes":{}})" << "/document/rutes" << 2;
    QTest::newRow("unknown unit") << R"({"routes":{"support":{"stable":"nobody"}}})"
                                  << "/document/routes/support/stable" << 1;
    QTest::newRow("floating model") << R"({"units":{"x":{"provider":"house","model":"gpt-4o"}}})"
                                    << "/document/units/x/model" << 2;
    QTest::newRow("unknown provider") << R"({"units":{"x":{"provider":"no","model":"m-1"}}})"
                                      << "/document/units/x/provider" << 1;
    QTest::newRow("percent") << R"({"routes":{"support":{"percent":101}}})"
                             << "/document/routes/support/percent" << 2;
    QTest::newRow("price") << R"({"prices":[{"provider":"house"}]})" << "/document/prices/0/model"
                           << 2;
    QTest::newRow("key") << R"({"keys":{"k":{"sha256":"xyz"}}})" << "/document/keys/k/sha256" << 2;
    QTest::newRow("flag")
        << R"({"flags":{"flags":{"support":{"state":"ENABLED","variants":{"a":1}}}}})"
        << "/document/flags/flags/support" << 4;
}

void TestController::applyNamesThePlace()
{
    QFETCH(QString, patch);
    QFETCH(QString, where);
    Json file = tests::sampleFile();
    file.merge_patch(Json::parse(patch.toStdString()));
    const auto reply = m_control->run("apply", {{"document", file}});
    QVERIFY(!reply);
    QCOMPARE(QString::fromStdString(reply.error().where), where);
    QTEST(exitCode(reply.error().code), "exitCode");
    QCOMPARE(m_control->controller->state()->revision, std::uint64_t{1});
}

void TestController::percentageBecomesTheNextRevision()
{
    const auto reply =
        m_control->run("routes.put", patch("support", {{"percent", 50}}), api::Role::Operator, 1);
    QVERIFY_RESULT(reply);
    QCOMPARE(reply->revision, std::uint64_t{2});
    QCOMPARE(reply->result["route"]["percent"], Json(50));
    QCOMPARE(reply->result["changes"].size(), std::size_t{1});
    QCOMPARE(reply->result["changes"][0]["pointer"], Json("/percent"));
    QCOMPARE(m_control->dataPlane.table()->routing->revision(), std::uint64_t{2});
    QCOMPARE(m_control->dataPlane.table()->routing->find("support")->route().definition.percent,
             5000U);
    const Json history = m_control->result("routing.history")["revisions"];
    QCOMPARE(history[0]["actor"], Json("tester"));
    QCOMPARE(history[0]["reason"], Json("test"));
    QCOMPARE(history[0]["command"], Json("routes.put"));
}

void TestController::movedBaseIsAConflict()
{
    QVERIFY_RESULT(
        m_control->run("routes.put", patch("support", {{"percent", 30}}), api::Role::Operator, 1));
    const auto late =
        m_control->run("routes.put", patch("support", {{"percent", 40}}), api::Role::Operator, 1);
    QVERIFY(!late);
    QCOMPARE(late.error().code, ErrorCode::Conflict);
    QCOMPARE(m_control->result("routes.get", {{"route", "support"}})["percent"], Json(30));
}

void TestController::promotionNeedsAnApprover()
{
    const Json promote = patch("support", {{"stable", "support-v2"}});
    const auto refused = m_control->run("routes.put", promote, api::Role::Operator);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Refused);
    const auto done = m_control->run("routes.put", promote, api::Role::Approver);
    QVERIFY_RESULT(done);
    const Json& route = done->result["route"];
    QCOMPARE(route["stable"]["alias"], Json("support-v2"));
    QVERIFY(route["candidate"].is_null());
    QCOMPARE(route["known_good"]["unit"]["alias"], Json("support-v1"));
}

void TestController::everyChangeIsAudited()
{
    QVERIFY(!m_control->run("routes.put", patch("support", {{"percent", 30}}),
                            api::Role::Viewer));                                         // role
    QVERIFY(!m_control->run("routes.put", {{"route", "support"}}, api::Role::Operator)); // schema
    QVERIFY(!m_control->run("routes.put", patch("nothere", {{"percent", 3}}),
                            api::Role::Operator)); // handler
    QVERIFY_RESULT(
        m_control->run("routes.put", patch("support", {{"percent", 31}}), api::Role::Operator));
    const Json entries = m_control->result("audit.list")["entries"];
    QCOMPARE(entries.size(), std::size_t{5}); // and the fixture's apply
    QCOMPARE(entries[0]["outcome"], Json("ok"));
    QCOMPARE(entries[0]["revision"], Json(2));
    QCOMPARE(entries[0]["role"], Json("operator"));
    QCOMPARE(entries[2]["outcome"], Json("invalid_argument"));
    QCOMPARE(entries[3]["outcome"], Json("refused"));
    QVERIFY(!entries[3]["message"].get<std::string>().empty());
}

void TestController::answerWaitsForAdoption()
{
    m_control->dataPlane.holdAdoption = true;
    std::atomic<bool> answered{false};
    m_control->plane->execute(
        {"routes.put", patch("support", {{"percent", 33}}), {}, "tester", api::Role::Operator},
        [&](const Result<api::CommandReply>&) { answered = true; });
    QTRY_COMPARE(m_control->controller->state()->revision, std::uint64_t{2});
    QVERIFY_RESULT(m_control->run("routes.list", Json::object())); // reading goes on meanwhile
    QVERIFY(!answered);
    m_control->dataPlane.adoptAll();
    QTRY_VERIFY(answered);
}

void TestController::failedCommitChangesNothing()
{
    m_store->failing = true;
    const auto reply = m_control->run("routes.put", patch("support", {{"percent", 50}}));
    QVERIFY(!reply);
    QCOMPARE(reply.error().code, ErrorCode::Unavailable);
    QCOMPARE(m_control->dataPlane.table()->routing->find("support")->route().definition.percent,
             2000U);
    QTRY_VERIFY(!m_control->controller->health().storeOk);
    m_store->failing = false;
    QVERIFY_RESULT(m_control->run("routes.put", patch("support", {{"percent", 50}})));
    QVERIFY(m_control->controller->health().storeOk);
}

void TestController::restoresOneRouteOrAll()
{
    QVERIFY_RESULT(m_control->run("routes.put", patch("support", {{"percent", 50}})));
    QVERIFY_RESULT(m_control->run("routes.put", patch("steady", {{"bucket_by", "org_id"}})));
    const Json one{{"revision", 1}, {"route", "support"}, {"reason", "back"}};
    const auto restored = m_control->run("routing.restore", one, api::Role::Operator);
    QVERIFY_RESULT(restored);
    QCOMPARE(restored->result["revision"], Json(4));
    QCOMPARE(m_control->result("routes.get", {{"route", "support"}})["percent"], Json(20));
    QCOMPARE(m_control->result("routes.get", {{"route", "steady"}})["bucket_by"], Json("org_id"));
    QVERIFY_RESULT(m_control->run("routing.restore", {{"revision", 1}, {"reason", "all"}}));
    QCOMPARE(m_control->result("routes.get", {{"route", "steady"}})["bucket_by"], Json("user_id"));
    QCOMPARE(m_control->run("routing.restore", {{"revision", 99}, {"reason", "r"}}).error().code,
             ErrorCode::NotFound);
}

void TestController::historyFiltersByRoute()
{
    for (int percent = 21; percent < 31; ++percent) {
        QVERIFY_RESULT(m_control->run("routes.put", patch("support", {{"percent", percent}})));
    }
    QVERIFY_RESULT(m_control->run("routes.put", patch("steady", {{"bucket_by", "org_id"}})));
    const Json page = m_control->result("routing.history", {{"route", "steady"}, {"limit", 1}});
    QCOMPARE(page["revisions"].size(), std::size_t{1});
    QCOMPARE(page["revisions"][0]["revision"], Json(12));
    QCOMPARE(page["more"], Json(true)); // the first one, in which it was added
    const Json rest = m_control->result("routing.history", {{"route", "steady"}, {"before", 12}});
    QCOMPARE(rest["revisions"][0]["revision"], Json(1));
    QCOMPARE(rest["more"], Json(false));
}

void TestController::aliasNeverMoves()
{
    const Json unit{{"provider", "house"}, {"model", "m-9-2026-05-01"}};
    const auto moved = m_control->run("units.register", {{"alias", "support-v1"}, {"unit", unit}});
    QVERIFY(!moved);
    QCOMPARE(moved.error().code, ErrorCode::Conflict);
    const auto first = m_control->run("units.register", {{"alias", "new"}, {"unit", unit}});
    const auto second = m_control->run("units.register", {{"alias", "same"}, {"unit", unit}});
    QVERIFY_RESULT(second);
    QCOMPARE(second->result["id"], first->result["id"]);
    QCOMPARE(second->result["aliases"], Json::array({"new", "same"}));
}

void TestController::routeAndFlagShareNoName()
{
    const Json route{
        {"route", "new-checkout"}, {"definition", {{"stable", "support-v1"}}}, {"reason", "r"}};
    QCOMPARE(m_control->run("routes.put", route).error().code, ErrorCode::Conflict);
}

void TestController::restartFindsEverything()
{
    QVERIFY_RESULT(m_control->run("routes.put", patch("support", {{"percent", 42}})));
    const Json before = m_control->result("routes.list");
    const Json units = m_control->result("units.list");
    const Json keys = m_control->result("keys.list");
    m_control.reset();
    m_control = std::make_unique<ControlFixture>(*m_store, *m_folder);
    QCOMPARE(m_control->result("routes.list"), before);
    QCOMPARE(m_control->result("units.list"), units);
    QCOMPARE(m_control->result("keys.list"), keys);
    QCOMPARE(m_control->result("flags.list")["flags"].size(), std::size_t{1});
}

void TestController::revokedTokenIsGone()
{
    const Json made = m_control->result("tokens.create", {{"name", "ci"}, {"role", "viewer"}});
    QCOMPARE(m_control->controller->state()->tokens.size(), std::size_t{1});
    QVERIFY_RESULT(m_control->run("tokens.revoke", {{"id", made["id"]}}));
    QVERIFY(m_control->controller->state()->tokens.empty());
}

void TestController::fleetIsConfigured()
{
    QVERIFY(!control::fleetProduction(*m_control->controller->state()));
    const auto refused =
        m_control->run("fleet.configure", {{"production", true}}, api::Role::Approver);
    QCOMPARE(refused.error().code, ErrorCode::Refused);

    std::promise<api::Event> told;
    auto listening = m_control->plane->subscribe([&](const api::Event& event) {
        if (event.kind == "fleet") {
            told.set_value(event);
        }
    });
    const auto done = m_control->run("fleet.configure", {{"production", true}, {"name", "Shop"}});
    QVERIFY_RESULT(done);
    QCOMPARE_JSON(done->result, (Json{{"production", true}, {"name", "Shop"}}));
    QCOMPARE(told.get_future().get().data.at("name").get<std::string>(), std::string("Shop"));
    QVERIFY(m_control->result("audit.list").dump().find("fleet.configure") != std::string::npos);

    listening.reset();
    m_control.reset();
    m_control = std::make_unique<ControlFixture>(*m_store, *m_folder);
    QVERIFY(control::fleetProduction(*m_control->controller->state()));
    QCOMPARE(control::fleetName(*m_control->controller->state()), std::string("Shop"));
    // Without a name the one that it has stays.
    QCOMPARE_JSON(m_control->result("fleet.configure", {{"production", false}}),
                  (Json{{"production", false}, {"name", "Shop"}}));
}

QTEST_GUILESS_MAIN(TestController)
#include "tst_controller.moc"
