// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/statestorage.h"
#include "tests/control/controlfixture.h"
#include "tests/support/result.h"

#include <QTest>

using namespace sluice;
using tests::ControlFixture;

namespace {

const Json kPress{{"route", "support"}, {"reason", "error rate"}};

Json patch(Json definition)
{
    return {{"route", "support"},
            {"definition", std::move(definition)},
            {"patch", true},
            {"reason", "test"}};
}

} // namespace

/// The red button's promises, each against a store that misbehaves in its own way.
class TestRedButton final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void takesTheCandidateOut();
    void secondPressGivesTheFirstProof();
    void afterAPromotionReturnsToTheUnitBefore();
    void nothingToReturnToIsRefused();
    void allLeavesRoutesWithoutCandidateAlone();
    void worksWhileTheStoreHangs();
    void winsOverAChangeOnItsWayToTheDisk();
    void worksWhileTheStoreFailsAndIsStoredLater();
    void survivesKill9BetweenJournalAndStore();
    void survivesARestartAndTheSameFile();
    void movesOnlyAfterAcknowledge();
    void withoutJournalAndStoreIsNotAcknowledged();
    void reportsTheEndOfTheLastRequest();
    void snapshotHoldsIt();

private:
    void restart();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<tests::MemoryStore> m_store;
    std::unique_ptr<ControlFixture> m_control;
};

void TestRedButton::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_store = std::make_unique<tests::MemoryStore>();
    m_control = std::make_unique<ControlFixture>(*m_store, *m_folder);
    m_control->applySample();
}

void TestRedButton::cleanup()
{
    m_control.reset();
}

void TestRedButton::restart()
{
    m_control.reset();
    m_control = std::make_unique<ControlFixture>(*m_store, *m_folder);
}

void TestRedButton::takesTheCandidateOut()
{
    const auto reply = m_control->run("routing.kill", kPress, api::Role::Operator);
    QVERIFY_RESULT(reply);
    const Json& result = reply->result;
    QCOMPARE(result["already"], Json(false));
    QCOMPARE(result["routes"][0]["killed"]["alias"], Json("support-v2"));
    QCOMPARE(result["routes"][0]["to"]["alias"], Json("support-v1"));
    QCOMPARE(result["routes"][0]["from_percent"], Json(20));
    QCOMPARE(result["revision"], Json(2));
    QVERIFY(result["milliseconds"].get<double>() >= 0);
    QCOMPARE(result["gateways"], (Json{{"acknowledged", 1}, {"total", 1}}));
    const auto* route = m_control->dataPlane.table()->routing->find("support");
    QVERIFY(route->route().killed.has_value());
    flags::Context context;
    for (int user = 0; user < 200; ++user) {
        context.clear();
        context.set("user_id", "u-" + std::to_string(user));
        QCOMPARE(*route->assign(context).unit, route->route().definition.stable);
    }
    QCOMPARE(m_control->result("routing.history")["revisions"][0]["command"], Json("routing.kill"));
}

void TestRedButton::secondPressGivesTheFirstProof()
{
    const Json first = m_control->result("routing.kill", kPress);
    restart(); // also over a restart: stopping waits for the store
    Json second = m_control->result("rollback", kPress);
    QCOMPARE(second["already"], Json(true));
    second["already"] = false;
    QCOMPARE(second["pressed_at"], first["pressed_at"]);
    QCOMPARE(second["routes"], first["routes"]);
    QCOMPARE(second["milliseconds"], first["milliseconds"]);
    QCOMPARE(m_control->controller->state()->revision, std::uint64_t{2});
}

void TestRedButton::afterAPromotionReturnsToTheUnitBefore()
{
    QVERIFY_RESULT(m_control->run("routes.put", patch({{"stable", "support-v2"}})));
    const Json result = m_control->result("routing.kill", kPress);
    QCOMPARE(result["routes"][0]["killed"]["alias"], Json("support-v2"));
    QCOMPARE(result["routes"][0]["to"]["alias"], Json("support-v1"));
    QCOMPARE(m_control->result("routes.get", {{"route", "support"}})["stable"]["alias"],
             Json("support-v1"));
}

void TestRedButton::nothingToReturnToIsRefused()
{
    const auto reply = m_control->run("routing.kill", {{"route", "steady"}, {"reason", "r"}});
    QVERIFY(!reply);
    QCOMPARE(exitCode(reply.error().code), 3);
    QCOMPARE(m_control->run("routing.kill", {{"route", "nothere"}, {"reason", "r"}}).error().code,
             ErrorCode::NotFound);
    QCOMPARE(m_control->run("routing.kill", {{"reason", "r"}}).error().code,
             ErrorCode::InvalidArgument);
}

void TestRedButton::allLeavesRoutesWithoutCandidateAlone()
{
    const Json result = m_control->result("routing.kill", {{"all", true}, {"reason", "all"}});
    QCOMPARE(result["routes"].size(), std::size_t{1});
    QVERIFY(m_control->result("routes.get", {{"route", "steady"}})["killed"].is_null());
}

void TestRedButton::worksWhileTheStoreHangs()
{
    m_store->closeGate();
    m_control->plane->execute(
        {"prices.put", {{"prices", Json::array()}}, {}, "tester", api::Role::Admin},
        [](const Result<api::CommandReply>&) {});
    m_store->awaitWaiting();
    const auto reply =
        m_control->run("routing.kill", kPress); // answered while the disk still hangs
    QVERIFY_RESULT(reply);
    QVERIFY(m_control->dataPlane.table()->routing->find("support")->route().killed.has_value());
    m_store->openGate();
    QTRY_VERIFY(m_control->controller->health().storeOk && m_store->latestRevision()->has_value() &&
                (*m_store->latestRevision())->command == "routing.kill");
}

void TestRedButton::winsOverAChangeOnItsWayToTheDisk()
{
    m_store->closeGate();
    std::atomic<bool> answered{false};
    m_control->plane->execute(
        {"routes.put", patch({{"percent", 90}}), {}, "tester", api::Role::Operator},
        [&](const Result<api::CommandReply>& reply) { answered = reply.ok(); });
    m_store->awaitWaiting(); // revision 2 is on its way
    const Json proof = m_control->result("routing.kill", kPress);
    QCOMPARE(proof["revision"], Json(3));
    m_store->openGate();
    QTRY_VERIFY(answered);
    QVERIFY(m_control->dataPlane.table()->routing->find("support")->route().killed.has_value());
    QTRY_COMPARE((*m_store->latestRevision())->revision, m_control->controller->state()->revision);
    restart();
    QVERIFY(!m_control->result("routes.get", {{"route", "support"}})["killed"].is_null());
}

void TestRedButton::worksWhileTheStoreFailsAndIsStoredLater()
{
    m_store->failing = true;
    QVERIFY_RESULT(m_control->run("routing.kill", kPress));
    QTRY_VERIFY(!m_control->controller->health().storeOk);
    const auto other = m_control->run("routes.put", patch({{"percent", 1}}));
    QCOMPARE(other.error().code, ErrorCode::Unavailable);
    m_store->failing = false;
    QTRY_VERIFY(m_control->controller->health().storeOk); // the next tick has stored it
    QCOMPARE((*m_store->latestRevision())->command, std::string("routing.kill"));
}

void TestRedButton::survivesKill9BetweenJournalAndStore()
{
    m_store->failing = true; // whatever is not in the journal is lost with the process
    QVERIFY_RESULT(m_control->run("routing.kill", kPress));
    m_control.reset();
    m_store->failing = false;
    m_control = std::make_unique<ControlFixture>(*m_store, *m_folder);
    QVERIFY(m_control->dataPlane.table()->routing->find("support")->route().killed.has_value());
    QTRY_COMPARE((*m_store->latestRevision())->command, std::string("routing.kill"));
    QCOMPARE((*m_store->latestRevision())->actor, std::string("tester"));
}

void TestRedButton::survivesARestartAndTheSameFile()
{
    QVERIFY_RESULT(m_control->run("routing.kill", kPress));
    restart();
    QVERIFY(!m_control->result("routes.get", {{"route", "support"}})["killed"].is_null());
    const auto again = m_control->run("apply", {{"document", tests::sampleFile()}});
    QVERIFY(!again);
    QCOMPARE(exitCode(again.error().code), 3);
    QVERIFY(!m_control->result("routes.get", {{"route", "support"}})["killed"].is_null());
}

void TestRedButton::movesOnlyAfterAcknowledge()
{
    QVERIFY_RESULT(m_control->run("routing.kill", kPress));
    QCOMPARE(m_control->run("routes.put", patch({{"percent", 5}})).error().code,
             ErrorCode::Refused);
    QCOMPARE(m_control->run("routing.restore", {{"revision", 1}, {"reason", "r"}}).error().code,
             ErrorCode::Refused);
    QCOMPARE(m_control->run("routes.delete", {{"route", "support"}, {"reason", "r"}}).error().code,
             ErrorCode::Refused);
    const auto reply = m_control->run(
        "routing.acknowledge", {{"route", "support"}, {"reason", "fixed"}}, api::Role::Operator);
    QVERIFY_RESULT(reply);
    QVERIFY(reply->result["route"]["killed"].is_null());
    QCOMPARE(reply->result["route"]["percent"], Json(0));
    QVERIFY_RESULT(m_control->run("routes.put", patch({{"percent", 5}})));
    restart(); // the journal still has the press; the store knows that it is over
    QVERIFY(m_control->result("routes.get", {{"route", "support"}})["killed"].is_null());
}

void TestRedButton::withoutJournalAndStoreIsNotAcknowledged()
{
    m_control.reset();
    QVERIFY(m_folder->remove()); // the journal's file is gone, and nothing can be made in its place
    m_folder = std::make_unique<QTemporaryDir>();
    m_control = std::make_unique<ControlFixture>(*m_store, *m_folder);
    control::KillRecord full{100, 0, "x", std::string(control::KillJournal::kBytes - 500, 'x'),
                             0,   {}};
    QVERIFY_RESULT(m_control->journal->append(full));
    m_store->failing = true;
    Json press = kPress;
    press["reason"] = std::string(600, 'y');
    const auto reply = m_control->run("routing.kill", press);
    QVERIFY(!reply);
    QCOMPARE(reply.error().code, ErrorCode::Io);
    QVERIFY2(m_control->dataPlane.table()->routing->find("support")->route().killed.has_value(),
             "in force all the same");
}

void TestRedButton::reportsTheEndOfTheLastRequest()
{
    std::atomic<int> kills{0};
    std::atomic<int> finished{0};
    const auto subscription = m_control->plane->subscribe([&](const api::Event& event) {
        kills += event.kind == "kill" ? 1 : 0;
        finished += event.kind == "kill.finished" ? 1 : 0;
    });
    QVERIFY_RESULT(m_control->run("routing.kill", kPress));
    QTRY_COMPARE(kills, 1);
    QTRY_COMPARE(finished, 1);
}

void TestRedButton::snapshotHoldsIt()
{
    QVERIFY_RESULT(m_control->run("routing.kill", kPress));
    const std::string path = m_folder->filePath("routing.snapshot").toStdString();
    const auto killed = [&] {
        const auto snapshot = routing::readSnapshot(path);
        const auto state =
            snapshot ? control::stateFrom(*snapshot) : Result<control::State>(snapshot.error());
        return state && state->routes.at("support")->route.killed.has_value() &&
               state->units.size() == 2 && state->keys.size() == 1;
    };
    QTRY_VERIFY(killed());
}

QTEST_GUILESS_MAIN(TestRedButton)
#include "tst_redbutton.moc"
