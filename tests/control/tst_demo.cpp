// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file.h"
#include "core/control/engine.h"
#include "tests/support/result.h"

#include <QTemporaryDir>
#include <QTest>

#include <future>
#include <map>

using namespace sluice;

namespace {

control::EngineOptions demoOptions(const QTemporaryDir& folder)
{
    control::EngineOptions options;
    options.workspace = folder.filePath(QStringLiteral("ws")).toStdString();
    options.listen.port = 0;
    options.admin.port = 0;
    options.threads = 1;
    options.demo = true;
    return options;
}

Result<api::CommandReply> run(control::Engine& engine, const std::string& name, Json arguments)
{
    const auto answer = std::make_shared<std::promise<Result<api::CommandReply>>>();
    engine.plane().execute(
        {name, std::move(arguments), {}, "tester", api::Role::Admin},
        [answer](Result<api::CommandReply> reply) { answer->set_value(std::move(reply)); });
    return answer->get_future().get();
}

} // namespace

/// The demo as a person finds it: a past, a present, and customers.
class TestDemo final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hasAPastAndAPresent();
    void beginsAfresh();
    void neverEmptiesAWorkspace();
};

void TestDemo::hasAPastAndAPresent()
{
    const QTemporaryDir folder;
    control::Engine engine(demoOptions(folder));
    QVERIFY_RESULT(engine.start());

    const auto routes = run(engine, "routes.list", Json::object());
    QVERIFY_RESULT(routes);
    QCOMPARE(routes->result["routes"].size(), std::size_t{4});
    const auto killed = run(engine, "routes.get", {{"route", "returns-desk"}});
    QVERIFY_RESULT(killed);
    QCOMPARE(killed->result["killed"]["unit"]["alias"].get<std::string>(),
             std::string("returns-v4"));

    const auto history = run(engine, "routing.history", Json::object());
    QVERIFY_RESULT(history);
    const Json& revisions = history->result["revisions"];
    QCOMPARE(revisions.size(), std::size_t{6});
    const auto hourAgo = toMicros(SystemClock{}.now()) - 3600LL * 1'000'000;
    QVERIFY(revisions.back()["at"].get<std::int64_t>() < hourAgo);

    // The past is in the store by the time that somebody looks; the writer may still be at it.
    std::map<std::string, std::int64_t> requests; // by arm, fallbacks included
    const auto look = [&] {
        requests.clear();
        const auto summary = run(engine, "telemetry.summary", Json::object());
        for (const Json& route : summary ? summary->result["routes"] : Json::array()) {
            for (const Json& arm :
                 route["route"] == "support-assistant" ? route["arms"] : Json::array()) {
                requests[arm["arm"].get<std::string>()] += arm["requests"].get<std::int64_t>();
            }
        }
        // 20 % for seventeen minutes, 5 % for half an hour before; control is as large.
        return requests["candidate"] > 2'500 && requests["control"] > 2'300;
    };
    QTRY_VERIFY_WITH_TIMEOUT(look(), 200'000); // the past is told in order, so these come last
    QVERIFY(requests["stable"] > 5 * requests["candidate"]);

    // The customers go on asking.
    const auto newest = [&] {
        const auto page = run(engine, "telemetry.records", {{"limit", 1}});
        if (!page) {
            qWarning("%s", describe(page.error()).c_str());
            return std::string();
        }
        const Json& records = page->result["records"];
        return records.empty() ? std::string() : records[0]["gateway"].get<std::string>();
    };
    QTRY_COMPARE_WITH_TIMEOUT(newest(), std::string("gw-1"), 120'000);
}

void TestDemo::beginsAfresh()
{
    const QTemporaryDir folder;
    {
        control::Engine engine(demoOptions(folder));
        QVERIFY_RESULT(engine.start());
        QVERIFY_RESULT(run(engine, "routing.kill", {{"all", true}, {"reason", "trying"}}));
    }
    control::Engine engine(demoOptions(folder));
    QVERIFY_RESULT(engine.start());
    QCOMPARE(run(engine, "routes.get", {{"route", "support-assistant"}})
                 ->result["percent"]
                 .get<double>(),
             20.0);
}

void TestDemo::neverEmptiesAWorkspace()
{
    const QTemporaryDir folder;
    auto options = demoOptions(folder);
    options.demo = false;
    {
        control::Engine engine(options);
        QVERIFY_RESULT(engine.start());
    }
    options.demo = true;
    control::Engine engine(options);
    const Status started = engine.start();
    QVERIFY(!started);
    QCOMPARE(started.error().code, ErrorCode::Refused);
    QVERIFY_RESULT(readFile(options.workspace + "/admin.token", 1000));
}

QTEST_GUILESS_MAIN(TestDemo)
#include "tst_demo.moc"
