// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/deferredplane.h"
#include "app/console/options.h"
#include "tests/support/fakeplane.h"
#include "tests/support/manualclock.h"

#include <QTest>

#include <atomic>

using namespace sluice;
using console::DeferredPlane;

class TestConsole final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsItsOptions();
    void refusesOptions_data();
    void refusesOptions();
    void commandsWaitForTheEngine();
    void eventsReachWhoSubscribedBefore();
    void aFailedStartAnswersEverything();
    void anEngineThatStoppedAnswersUnavailable();
    void endAnswersWhatWaits();
};

void TestConsole::readsItsOptions()
{
    const auto options = console::optionsFromArguments(
        {QStringLiteral("sluice"), QStringLiteral("--workspace"), QStringLiteral("/w"),
         QStringLiteral("--listen=127.0.0.1:0"), QStringLiteral("--admin"),
         QStringLiteral("127.0.0.1:0"), QStringLiteral("--ready-file"), QStringLiteral("r.json")});
    QVERIFY(options.ok());
    QCOMPARE(options->workspace, std::string("/w"));
    QCOMPARE(options->listen, std::string("127.0.0.1:0"));
    QCOMPARE(options->readyFile, std::string("r.json"));
    QVERIFY(!options->demo);
    QCOMPARE(
        console::optionsFromArguments({QStringLiteral("sluice"), QStringLiteral("--log=debug")})
            ->log,
        LogLevel::Debug);
    QVERIFY(
        console::optionsFromArguments({QStringLiteral("sluice"), QStringLiteral("--demo")})->demo);
}

void TestConsole::refusesOptions_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("names");
    QTest::newRow("unknown") << QStringList{QStringLiteral("--fast"), QStringLiteral("1")}
                             << QStringLiteral("--fast");
    QTest::newRow("value missing")
        << QStringList{QStringLiteral("--listen")} << QStringLiteral("--listen");
    QTest::newRow("no such level")
        << QStringList{QStringLiteral("--log=loud")} << QStringLiteral("loud");
    QTest::newRow("connect is to come")
        << QStringList{QStringLiteral("--connect"), QStringLiteral("http://x")}
        << QStringLiteral("cannot connect");
    QTest::newRow("demo has its own")
        << QStringList{QStringLiteral("--demo"), QStringLiteral("--workspace=/w")}
        << QStringLiteral("--demo");
}

void TestConsole::refusesOptions()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, names);
    const auto options =
        console::optionsFromArguments(QStringList{QStringLiteral("sluice")} + arguments);
    QVERIFY(!options.ok());
    QCOMPARE(exitCode(options.error().code), 2);
    QVERIFY(QString::fromStdString(options.error().message).contains(names));
}

void TestConsole::commandsWaitForTheEngine()
{
    const tests::ManualClock clock;
    tests::FakePlane engine(clock);
    DeferredPlane plane;
    std::atomic<int> answered = 0;
    for (int i = 0; i < 3; ++i) {
        plane.execute({"fleet.status", Json::object(), {}, "me", api::Role::Viewer},
                      [&answered](const auto& reply) { answered += reply.ok() ? 1 : 100; });
    }
    QVERIFY(plane.commands().empty());
    QCOMPARE(answered.load(), 0);
    plane.resolve(engine);
    QTRY_COMPARE(answered.load(), 3);
    QVERIFY(!plane.commands().empty());
    plane.execute({"fleet.status", Json::object(), {}, "me", api::Role::Viewer},
                  [&answered](const auto&) { ++answered; });
    QTRY_COMPARE(answered.load(), 4);
    plane.release();
}

void TestConsole::eventsReachWhoSubscribedBefore()
{
    const tests::ManualClock clock;
    tests::FakePlane engine(clock);
    DeferredPlane plane;
    std::atomic<int> seen = 0;
    auto subscription = plane.subscribe([&seen](const api::Event&) { ++seen; });
    plane.resolve(engine);
    engine.emitEvent("alert", {});
    QTRY_COMPARE(seen.load(), 1);
    subscription.reset();
    engine.emitEvent("alert", {});
    plane.release(); // waits for deliveries under way
    QCOMPARE(seen.load(), 1);
}

void TestConsole::aFailedStartAnswersEverything()
{
    DeferredPlane plane;
    std::atomic<int> conflicts = 0;
    const auto count = [&conflicts](const Result<api::CommandReply>& reply) {
        conflicts += !reply.ok() && reply.error().code == ErrorCode::Conflict ? 1 : 0;
    };
    plane.execute({"fleet.status", Json::object(), {}, {}, api::Role::Viewer}, count);
    plane.fail(fail(ErrorCode::Conflict, "another process serves the workspace"));
    plane.execute({"fleet.status", Json::object(), {}, {}, api::Role::Viewer}, count);
    QTRY_COMPARE(conflicts.load(), 2);
}

void TestConsole::anEngineThatStoppedAnswersUnavailable()
{
    const tests::ManualClock clock;
    tests::FakePlane engine(clock);
    DeferredPlane plane;
    plane.resolve(engine);
    plane.release();
    std::atomic<bool> unavailable = false;
    plane.execute({"fleet.status", Json::object(), {}, {}, api::Role::Viewer},
                  [&unavailable](const auto& reply) {
                      unavailable = !reply.ok() && reply.error().code == ErrorCode::Unavailable;
                  });
    QTRY_VERIFY(unavailable.load());
}

void TestConsole::endAnswersWhatWaits()
{
    std::atomic<int> cancelled = 0;
    {
        DeferredPlane plane;
        for (int i = 0; i < 2; ++i) {
            plane.execute({"fleet.status", Json::object(), {}, {}, api::Role::Viewer},
                          [&cancelled](const auto& reply) {
                              cancelled +=
                                  !reply.ok() && reply.error().code == ErrorCode::Cancelled ? 1 : 0;
                          });
        }
    }
    QCOMPARE(cancelled.load(), 2);
}

QTEST_GUILESS_MAIN(TestConsole)
#include "tst_console.moc"
