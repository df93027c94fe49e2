// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/control/engine.h"
#include "core/control/schema.h"
#include "tests/control/controlfixture.h"
#include "tests/control/rawhttp.h"
#include "tests/support/result.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTest>

#include <future>

using namespace sluice;
using control::Engine;
using control::EngineOptions;

namespace {

/// A file whose units take messages as they are and answer at once.
Json quickFile()
{
    Json file = tests::sampleFile();
    file.erase("keys"); // so that requests need none
    for (auto& provider : file["providers"]) {
        provider["simulator"]["ttft_median_ms"] = 1;
        provider["simulator"]["tokens_per_second"] = 100000;
    }
    return file;
}

Result<api::CommandReply> run(Engine& engine, const std::string& name, Json arguments)
{
    const auto answer = std::make_shared<std::promise<Result<api::CommandReply>>>();
    engine.plane().execute(
        {name, std::move(arguments), {}, "tester", api::Role::Admin},
        [answer](Result<api::CommandReply> reply) { answer->set_value(std::move(reply)); });
    return answer->get_future().get();
}

std::uint16_t portOf(const std::string& url)
{
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

tests::HttpAnswer ask(Engine& engine, const std::string& user)
{
    const Json body{{"model", "support"},
                    {"messages", {{{"role", "user"}, {"content", "Where is my order?"}}}}};
    return tests::rawRequest(
        portOf(engine.listenUrl()), "POST", "/v1/chat/completions",
        "Host: 127.0.0.1\r\nContent-Type: application/json\r\nx-sluice-user: " + user + "\r\n",
        body.dump());
}

} // namespace

/// The whole engine on loopback, with simulated providers.
class TestEngine final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void servesKillsAndRestarts();
    void recordsArriveInTelemetry();
    void previewCountsWhoMoves();
    void dryRunOfARule();
    void generationMovesWhoItSays();
    void secondProcessIsRefused();
    void F01_servesFromTheSnapshotWithoutItsStore();
    void appliesTheWorkspacesOwnFile();
    void fileThatMayNotBeAppliedLeavesTheLastGood();
    void SEC01_refusesAnOpenAddress();
    void firstTokenIsPrivate();
    void fleetStatusFitsItsSchema();

private:
    EngineOptions options(const Json& file = quickFile());

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestEngine::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

EngineOptions TestEngine::options(const Json& file)
{
    const std::string path = m_folder->filePath("file.json").toStdString();
    if (auto status = writeFileAtomically(path, file.dump()); !status) {
        qFatal("%s", describe(status.error()).c_str());
    }
    EngineOptions options;
    options.workspace = m_folder->filePath("workspace").toStdString();
    options.listen.port = 0;
    options.admin.port = 0;
    options.threads = 2;
    options.version = "test";
    options.applyFile = path;
    return options;
}

void TestEngine::servesKillsAndRestarts()
{
    std::string candidateUser;
    {
        Engine engine(options());
        QVERIFY_RESULT(engine.start());
        std::map<std::string, int> arms;
        for (int i = 0; i < 60; ++i) {
            const std::string user = "u-" + std::to_string(i);
            const auto answer = ask(engine, user);
            QVERIFY2(answer.status == 200, answer.body.c_str());
            const std::string arm = answer.headers.at("x-sluice-arm");
            ++arms[arm];
            if (arm == "candidate") {
                candidateUser = user;
            }
            QCOMPARE(answer.headers.at("x-sluice-revision"), std::string("1"));
            const auto why = run(engine, "routes.explain", {{"route", "support"}, {"user", user}});
            QCOMPARE(why->result["arm"], Json(arm));
        }
        QVERIFY(arms["candidate"] > 2 && arms["control"] > 2 && arms["stable"] > 15);
        const auto kill = run(engine, "routing.kill", {{"route", "support"}, {"reason", "test"}});
        QVERIFY_RESULT(kill);
        QVERIFY(kill->result["milliseconds"].get<double>() < 1000);
        QCOMPARE(ask(engine, candidateUser).headers.at("x-sluice-arm"), std::string("stable"));
    }
    Engine again(options()); // the same file: its digest is known, so it is not applied again
    QVERIFY_RESULT(again.start());
    QVERIFY(!run(again, "routes.get", {{"route", "support"}})->result["killed"].is_null());
    QCOMPARE(ask(again, candidateUser).headers.at("x-sluice-arm"), std::string("stable"));
}

void TestEngine::recordsArriveInTelemetry()
{
    Engine engine(options());
    QVERIFY_RESULT(engine.start());
    const std::string id = ask(engine, "u-1").headers.at("x-sluice-request-id");
    QTRY_VERIFY(run(engine, "telemetry.record", {{"id", id}}).ok());
    const Json record = run(engine, "telemetry.record", {{"id", id}})->result;
    QCOMPARE(record["route"], Json("support"));
    QCOMPARE(record["simulated"], Json(true));
    QVERIFY(record["tokens"]["output"].get<int>() > 0);
    QTRY_VERIFY(
        !run(engine, "telemetry.summary", Json::object())->result["routes"][1]["arms"].empty());
    const Json page =
        run(engine, "telemetry.records", {{"route", "support"}, {"limit", 10}})->result;
    QCOMPARE(page["records"].size(), std::size_t{1});
}

void TestEngine::previewCountsWhoMoves()
{
    Engine engine(options());
    QVERIFY_RESULT(engine.start());
    int control = 0;
    for (int i = 0; i < 40; ++i) {
        control +=
            ask(engine, "u-" + std::to_string(i)).headers.at("x-sluice-arm") != "candidate" ? 1 : 0;
    }
    const auto seen = [&](double percent) {
        return run(engine, "routes.preview", {{"route", "support"}, {"percent", percent}})->result;
    };
    QTRY_COMPARE(seen(100)["users_seen"], Json(40));
    QCOMPARE(seen(100)["users_in"], Json(control));
    QCOMPARE(seen(100)["users_out"], Json(0));
    QCOMPARE(seen(20)["users_in"], Json(0));
    QCOMPARE(seen(0)["users_out"], Json(40 - control));
}

void TestEngine::dryRunOfARule()
{
    Engine engine(options());
    QVERIFY_RESULT(engine.start());
    for (int i = 0; i < 40; ++i) {
        QCOMPARE(ask(engine, "u-" + std::to_string(i)).status, 200);
    }
    const auto would = [&](const Json& definition) {
        return run(engine, "routes.dry_run",
                   {{"route", "support"}, {"definition", definition}, {"patch", true}});
    };
    QTRY_COMPARE(would({{"percent", 20}})->result["users"], Json(40));
    const Json same = would({{"percent", 20}})->result;
    QCOMPARE(same["moved_users"], Json(0));
    QCOMPARE(same["requests"], Json(40));
    QCOMPARE(same["p95_ms"]["before"], same["p95_ms"]["after"]);
    QCOMPARE(same["sampled"], Json(false));
    QVERIFY(same["p95_ms"]["before"].is_number());
    QVERIFY(same["cost_per_minute"]["before"].is_null()); // the candidate's model has no price
    QCOMPARE(same["cost_per_minute"]["currency"], Json("USD"));

    // The allow list is told by the keys' HMAC; u-1's arm is known, so is what becomes of it.
    const Json listed = would({{"percent", 0}, {"allow", {"u-1", "nobody"}}})->result;
    const bool was = ask(engine, "u-1").headers.at("x-sluice-arm") == "candidate";
    std::uint64_t candidates = 0;
    for (int i = 0; i < 40; ++i) {
        const auto bucket = routing::bucketOf("support", "u-" + std::to_string(i));
        candidates += routing::armOfBucket(bucket, 2000) == units::Arm::Candidate ? 1 : 0;
    }
    QCOMPARE(listed["moved_users"], Json(was ? candidates - 1 : candidates + 1));
    QCOMPARE(listed["not_evaluable"], Json(0));

    // Nobody recorded the plan yet, as no rule read it.
    const Json rules = Json::parse(
        R"({"rules":[{"when":{"==":[{"var":"plan"},"pro"]},"arm":"candidate"}]})");
    const Json unknown = would(rules)->result;
    QVERIFY(unknown["not_evaluable"].get<int>() >= 40);
    QCOMPARE(unknown["users"], Json(0));
    QVERIFY(!would({{"percent", 101}}));
    QVERIFY(!run(engine, "routes.dry_run", {{"route", "nothere"}, {"definition", rules}}));
}

void TestEngine::generationMovesWhoItSays()
{
    Engine engine(options());
    QVERIFY_RESULT(engine.start());
    constexpr int kUsers = 60;
    const auto armOf = [](int user, routing::Generation generation) {
        const std::string name = "u-" + std::to_string(user);
        return routing::armOfBucket(routing::bucketOf("support", name, generation), 2000);
    };
    std::uint64_t moving = 0;
    for (int i = 0; i < kUsers; ++i) {
        QCOMPARE(ask(engine, "u-" + std::to_string(i)).headers.at("x-sluice-arm"),
                 std::string(units::armName(armOf(i, routing::Generation::V2))));
        moving += armOf(i, routing::Generation::V2) != armOf(i, routing::Generation::V3) ? 1 : 0;
    }
    const auto generation = [&](int version, bool dry) {
        return run(engine, "flags.generation",
                   {{"version", version}, {"reason", "as flagd does"}, {"dry_run", dry}});
    };
    QTRY_COMPARE(generation(3, true)->result["known_users"], Json(kUsers));
    const auto dry = generation(3, true);
    QCOMPARE(dry->result["would_move"], Json(moving));
    QCOMPARE(dry->result["routes"][1]["route"], Json("support"));
    QCOMPARE(dry->result["routes"][1]["would_move"], Json(moving));
    QCOMPARE(dry->revision, std::uint64_t{1});

    const auto done = generation(3, false);
    QVERIFY_RESULT(done);
    QCOMPARE(done->revision, std::uint64_t{2}); // cohorts are others: another revision
    for (int i = 0; i < kUsers; ++i) {
        const auto answer = ask(engine, "u-" + std::to_string(i));
        QCOMPARE(answer.headers.at("x-sluice-arm"),
                 std::string(units::armName(armOf(i, routing::Generation::V3))));
        QCOMPARE(answer.headers.at("x-sluice-revision"), std::string("2"));
        const auto why = run(engine, "routes.explain",
                             {{"route", "support"}, {"user", "u-" + std::to_string(i)}});
        QCOMPARE(why->result["bucket"], Json(routing::bucketOf("support", "u-" + std::to_string(i),
                                                               routing::Generation::V3)));
    }
    const auto history = run(engine, "routing.history", {{"route", "support"}, {"limit", 1}});
    QCOMPARE(history->result["revisions"][0]["changes"][0]["pointer"], Json("/fractional_version"));
    QCOMPARE(generation(3, false)->revision, std::uint64_t{2}); // nothing to do
    QCOMPARE(generation(2, true)->result["would_move"], Json(moving));
    QVERIFY_RESULT(generation(2, false));
    QCOMPARE(ask(engine, "u-1").headers.at("x-sluice-arm"),
             std::string(units::armName(armOf(1, routing::Generation::V2))));
}

void TestEngine::secondProcessIsRefused()
{
    Engine first(options());
    QVERIFY_RESULT(first.start());
    Engine second(options());
    const Status status = second.start();
    QVERIFY(!status);
    QCOMPARE(status.error().code, ErrorCode::Conflict);
    QVERIFY2(status.error().message.find(first.adminUrl()) != std::string::npos,
             status.error().message.c_str());
}

void TestEngine::F01_servesFromTheSnapshotWithoutItsStore()
{
    {
        Engine engine(options());
        QVERIFY_RESULT(engine.start());
        QTRY_VERIFY(QFile::exists(m_folder->filePath("workspace/routing.snapshot")));
    }
    QFile::remove(m_folder->filePath("workspace/sluice.db-wal"));
    QVERIFY_RESULT(writeFileAtomically(m_folder->filePath("workspace/sluice.db").toStdString(),
                                       std::string(8192, 'x')));
    {
        Engine engine(options());
        QVERIFY_RESULT(engine.start());
        QVERIFY(engine.degraded());
        QCOMPARE(ask(engine, "u-1").status, 200);
        const Json status = run(engine, "fleet.status", Json::object())->result;
        QCOMPARE(status["store"]["state"], Json("degraded"));
        QCOMPARE(run(engine, "prices.put", {{"prices", Json::array()}}).error().code,
                 ErrorCode::Unavailable);
        QVERIFY_RESULT(
            run(engine, "routing.kill", {{"route", "support"}, {"reason", "without a store"}}));
    }
    Engine again(options());
    QVERIFY_RESULT(again.start());
    QVERIFY2(!run(again, "routes.get", {{"route", "support"}})->result["killed"].is_null(),
             "by the journal alone");
}

void TestEngine::appliesTheWorkspacesOwnFile()
{
    EngineOptions own = options();
    own.applyFile.reset();
    QVERIFY(QDir().mkpath(m_folder->filePath("workspace")));
    QVERIFY(
        QFile::copy(m_folder->filePath("file.json"), m_folder->filePath("workspace/sluice.json")));
    Engine engine(own);
    QVERIFY_RESULT(engine.start());
    QCOMPARE(run(engine, "routes.list", Json::object())->result["routes"].size(), std::size_t{2});
}

void TestEngine::fileThatMayNotBeAppliedLeavesTheLastGood()
{
    Json broken = quickFile();
    broken["routes"]["support"]["stable"] = "nobody";
    {
        Engine engine(options(broken));
        QCOMPARE(engine.start().error().code, ErrorCode::NotFound); // nothing to serve instead
    }
    {
        Engine engine(options());
        QVERIFY_RESULT(engine.start());
    }
    Engine engine(options(broken));
    QVERIFY_RESULT(engine.start());
    QCOMPARE(ask(engine, "u-1").status, 200);
}

void TestEngine::SEC01_refusesAnOpenAddress()
{
    EngineOptions open = options();
    open.listen.host = "0.0.0.0";
    Engine engine(open);
    const Status status = engine.start();
    QVERIFY(!status);
    QCOMPARE(exitCode(status.error().code), 3);
}

void TestEngine::firstTokenIsPrivate()
{
    Engine engine(options());
    QVERIFY_RESULT(engine.start());
    const QString file = QString::fromStdString(engine.tokenFile());
    QCOMPARE(QFileInfo(file).permissions() &
                 (QFile::ReadGroup | QFile::ReadOther | QFile::WriteOther),
             QFile::Permissions());
    const auto token = readFile(engine.tokenFile(), 1000);
    QVERIFY_RESULT(token);
    const auto answer = tests::rawRequest(portOf(engine.adminUrl()), "GET", "/admin/v1/commands",
                                          "Host: 127.0.0.1\r\nAuthorization: Bearer " +
                                              token->substr(0, token->size() - 1) + "\r\n");
    QCOMPARE(answer.status, 200);
}

void TestEngine::fleetStatusFitsItsSchema()
{
    Engine engine(options());
    QVERIFY_RESULT(engine.start());
    const auto reply = run(engine, "fleet.status", Json::object());
    QVERIFY_RESULT(reply);
    for (const api::CommandDescriptor& command : engine.plane().commands()) {
        if (command.name == "fleet.status") {
            QVERIFY_RESULT(control::schema::validate(command.result, reply->result));
        }
    }
    QCOMPARE(reply->result["listen"], Json(engine.listenUrl()));
    QCOMPARE(reply->result["simulated"], Json(true));
}

QTEST_GUILESS_MAIN(TestEngine)
#include "tst_engine.moc"
