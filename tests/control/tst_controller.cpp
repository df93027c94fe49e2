// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/openapi.h"
#include "tests/control/controlfixture.h"
#include "tests/support/result.h"

#include <QTest>

#include <fmt/format.h>

#include <future>
#include <set>
#include <thread>

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
    void conflictShowsBothSides();
    void conflictWithARemovedRoute();
    void otherRoutesAreNoConflict();
    void whatAllWantIsNoConflict();
    void twoConsolesLoseNothing();
    void diffOfTwoRevisions();
    void restoresAPointInTime();
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

void TestController::conflictShowsBothSides()
{
    QVERIFY_RESULT(m_control->run("routes.put", patch("support", {{"percent", 30}})));
    QVERIFY_RESULT(
        m_control->run("routes.put", patch("support", {{"guard", {{"ttft_ms", 900}}}})));
    QVERIFY_RESULT(m_control->run("routes.put", patch("steady", {{"bucket_by", "org_id"}})));
    const Json mine{{"percent", 40}, {"allow", {"ada"}}};
    const auto late = m_control->run("routes.put", patch("support", mine), api::Role::Operator, 1);
    QVERIFY(!late);
    QCOMPARE(late.error().code, ErrorCode::Conflict);
    QVERIFY(late.error().details != nullptr);
    QCOMPARE(*late.error().details, Json::parse(R"({"base": 1, "current": 4,
        "changes": [{"route": "support", "pointer": "/guard/ttft_ms", "from": null, "to": 900},
                    {"route": "support", "pointer": "/percent", "from": 20, "to": 30}],
        "yours": [{"route": "support", "pointer": "/allow", "from": [], "to": ["ada"]},
                  {"route": "support", "pointer": "/percent", "from": 20, "to": 40}],
        "both": ["/percent"]})"));
    QCOMPARE(control::errorJson(late.error())["error"]["details"]["both"], Json::array({"/percent"}));

    // Against what it has seen now, it goes through, and nothing of the others is lost.
    QVERIFY_RESULT(m_control->run("routes.put", patch("support", mine), api::Role::Operator, 4));
    const Json route = m_control->result("routes.get", {{"route", "support"}});
    QCOMPARE(route["percent"], Json(40));
    QCOMPARE(route["guard"]["ttft_ms"], Json(900));
    QCOMPARE(m_control->run("routes.put", patch("support", mine), api::Role::Operator, 77)
                 .error()
                 .details->at("current"),
             Json(5)); // no such revision: nothing to compare with, but a conflict all the same
}

void TestController::conflictWithARemovedRoute()
{
    QVERIFY_RESULT(m_control->run("routes.delete", {{"route", "steady"}, {"reason", "r"}}));
    const auto late =
        m_control->run("routes.put", patch("steady", {{"bucket_by", "org_id"}}),
                                     api::Role::Admin, 1);
    QVERIFY(!late);
    QCOMPARE(late.error().code, ErrorCode::Conflict);
    QCOMPARE(late.error().details->at("both"), Json::array({"/bucket_by"}));
    QCOMPARE(late.error().details->at("changes")[0]["pointer"], Json(""));
    QVERIFY(late.error().message.find("was removed") != std::string::npos);
    // A whole definition too: it would bring the route back behind the other's back.
    const Json whole{
        {"route", "steady"}, {"definition", {{"stable", "support-v2"}}}, {"reason", "r"}};
    QCOMPARE(m_control->run("routes.put", whole, api::Role::Admin, 1).error().code,
             ErrorCode::Conflict);
}

void TestController::otherRoutesAreNoConflict()
{
    QVERIFY_RESULT(m_control->run("routes.put", patch("steady", {{"bucket_by", "org_id"}})));
    const auto late =
        m_control->run("routes.put", patch("support", {{"percent", 40}}), api::Role::Operator, 1);
    QVERIFY_RESULT(late);
    QCOMPARE(late->revision, std::uint64_t{3});
    QCOMPARE(m_control->result("routes.get", {{"route", "steady"}})["bucket_by"], Json("org_id"));
    const Json restore{{"revision", 1}, {"route", "steady"}, {"reason", "r"}};
    QCOMPARE(m_control->run("routing.restore", restore, api::Role::Admin, 1).error().code,
             ErrorCode::Conflict);
    QVERIFY_RESULT(m_control->run("routing.restore", restore, api::Role::Admin, 2));
    // Of keys no more is known than that the routing moved.
    QCOMPARE(m_control->run("keys.remove", {{"id", "shop"}}, api::Role::Admin, 2).error().code,
             ErrorCode::Conflict);
}

void TestController::whatAllWantIsNoConflict()
{
    QVERIFY_RESULT(m_control->run("routes.put", patch("support", {{"percent", 30}})));
    const auto same =
        m_control->run("routes.put", patch("support", {{"percent", 30}}), api::Role::Operator, 1);
    QVERIFY_RESULT(same);
    QCOMPARE(same->revision, std::uint64_t{2});
    QVERIFY(same->result["changes"].empty());
}

/// Two consoles that each move a route of their own and one that they share, at the same time,
/// repeating after each conflict: every accepted step is in the history, in order.
void TestController::twoConsolesLoseNothing()
{
    constexpr int kSteps = 40;
    std::atomic<int> accepted{0};
    const auto console = [&](const std::string& member) {
        for (int step = 0; step < kSteps; ++step) {
            for (;;) {
                const auto seen = m_control->run("routes.get", {{"route", "support"}});
                Json allow = seen->result["allow"];
                allow.push_back(fmt::format("{}-{}", member, step));
                const auto put =
                    m_control->run("routes.put", patch("support", {{"allow", std::move(allow)}}),
                                   api::Role::Operator, seen->revision);
                if (put) {
                    ++accepted;
                    break;
                }
                if (put.error().code != ErrorCode::Conflict) {
                    return;
                }
            }
        }
    };
    std::thread other([&] { console("b"); });
    console("a");
    other.join();
    QCOMPARE(accepted.load(), 2 * kSteps);
    const Json route = m_control->result("routes.get", {{"route", "support"}});
    QCOMPARE(route["allow"].size(), std::size_t{2 * kSteps});
}

void TestController::diffOfTwoRevisions()
{
    QVERIFY_RESULT(m_control->run("routes.put", patch("support", {{"percent", 30}})));
    QVERIFY_RESULT(m_control->run("routes.put", patch("steady", {{"bucket_by", "org_id"}})));
    const Json all = m_control->result("routing.diff", {{"from", 1}, {"to", 3}})["changes"];
    QCOMPARE(all, Json::parse(R"([
        {"route": "steady", "pointer": "/bucket_by", "from": "user_id", "to": "org_id"},
        {"route": "support", "pointer": "/percent", "from": 20, "to": 30}])"));
    const Json one =
        m_control->result("routing.diff", {{"from", 3}, {"to", 1}, {"route", "support"}});
    QCOMPARE(one["changes"], Json::parse(R"([
        {"route": "support", "pointer": "/percent", "from": 30, "to": 20}])"));
    QCOMPARE(m_control->result("routing.diff", {{"from", 0}, {"to", 1}})["changes"].size(),
             std::size_t{2});
    const auto unknown = m_control->run("routing.diff", {{"from", 1}, {"to", 9}});
    QCOMPARE(unknown.error().code, ErrorCode::NotFound);
    QCOMPARE(unknown.error().where, std::string("/to"));
}

void TestController::restoresAPointInTime()
{
    const std::int64_t before = toMicros(m_control->clock.now());
    m_control->clock.advance(std::chrono::minutes(1));
    QVERIFY_RESULT(m_control->run("routes.put", patch("support", {{"percent", 30}})));
    m_control->clock.advance(std::chrono::minutes(1));
    QVERIFY_RESULT(m_control->run("routes.put", patch("support", {{"percent", 50}})));
    m_control->clock.advance(std::chrono::minutes(1));
    const auto restore = [&](Json when) {
        when.update({{"route", "support"}, {"reason", "then it was fine"}});
        return m_control->run("routing.restore", when, api::Role::Operator);
    };
    const auto percent = [&] {
        return m_control->result("routes.get", {{"route", "support"}})["percent"];
    };
    QVERIFY_RESULT(restore({{"at", before + 90'000'000}})); // between the two
    QCOMPARE(percent(), Json(30));
    QVERIFY_RESULT(restore({{"at", before}}));
    QCOMPARE(percent(), Json(20));
    QCOMPARE(restore({{"at", before - 60'000'000}}).error().code, ErrorCode::NotFound);
    QCOMPARE(restore({{"at", before}, {"revision", 1}}).error().code, ErrorCode::InvalidArgument);
    QCOMPARE(restore(Json::object()).error().code, ErrorCode::InvalidArgument);
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
