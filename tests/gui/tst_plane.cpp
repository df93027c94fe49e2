// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fakeplane.h"
#include "tests/support/manualclock.h"
#include "ui/models/livequery.h"
#include "ui/models/plane.h"

#include <QSignalSpy>
#include <QTest>
#include <QThread>

using namespace sluice;
using namespace sluice::ui;
using namespace std::chrono_literals;
using tests::FakePlane;
using tests::ManualClock;

class TestPlane final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersOnTheGuiThreadInOrder();
    void dropsAnswersOfDeadContexts();
    void maySurviveItsRequests();
    void readOnlyRefusesChangesOnly();
    void saysWhatAPersonMayNot();
    void deliversEvents();
    void noticesAGap();
    void queryGoesThroughItsStates();
    void queryKeepsTheLastGoodValueWithItsAge();
    void queryAsksOnlyWhileLookedAt();
    void queryDropsAnswersToOldQuestions();

private:
    struct Fixture
    {
        ManualClock clock;
        FakePlane control{clock};
        Plane plane{control, clock};
    };
};

void TestPlane::answersOnTheGuiThreadInOrder()
{
    Fixture f;
    QList<int> order;
    for (int i = 0; i < 50; ++i) {
        f.plane.execute("fleet.status", Json::object(), this,
                        [&order, i](const Result<api::CommandReply>& reply) {
                            QCOMPARE(QThread::currentThread(),
                                     QCoreApplication::instance()->thread());
                            QVERIFY(reply.ok());
                            order.append(i);
                        });
    }
    QVERIFY(order.isEmpty()); // never inside execute()
    QTRY_COMPARE(order.size(), 50);
    QVERIFY(std::is_sorted(order.begin(), order.end()));
}

void TestPlane::dropsAnswersOfDeadContexts()
{
    Fixture f;
    bool called = false;
    auto context = std::make_unique<QObject>();
    f.plane.execute("fleet.status", Json::object(), context.get(),
                    [&called](const auto&) { called = true; });
    context.reset();
    bool second = false;
    f.plane.execute("fleet.status", Json::object(), this,
                    [&second](const auto&) { second = true; });
    QTRY_VERIFY(second);
    QVERIFY(!called);
}

void TestPlane::maySurviveItsRequests()
{
    ManualClock clock;
    FakePlane control(clock);
    control.setState(FakePlane::State::Loading);
    auto plane = std::make_unique<Plane>(control, clock);
    plane->execute("fleet.status", Json::object(), this,
                   [](const auto&) { QFAIL("answered after its end"); });
    plane.reset();
    control.setState(FakePlane::State::Data);
    QTRY_COMPARE(control.calls("fleet.status"), 1);
    QCoreApplication::processEvents();
}

void TestPlane::readOnlyRefusesChangesOnly()
{
    Fixture f;
    f.plane.setReadOnly(true);
    std::optional<ErrorCode> refused;
    bool read = false;
    f.plane.execute("routing.kill", Json{{"all", true}}, this,
                    [&refused](const auto& reply) { refused = reply.error().code; });
    f.plane.execute("routes.list", Json::object(), this,
                    [&read](const auto& reply) { read = reply.ok(); });
    QTRY_VERIFY(read && refused);
    QCOMPARE(*refused, ErrorCode::Refused);
    QCOMPARE(f.control.calls("routing.kill"), 0);
}

void TestPlane::saysWhatAPersonMayNot()
{
    Fixture f;
    QVERIFY(f.plane.whyNot("routes.put").isEmpty());
    f.plane.setIdentity("eva", api::Role::Viewer);
    QVERIFY(f.plane.whyNot("routes.put").contains(QLatin1String("operator")));
    QVERIFY(f.plane.whyNot("routes.list").isEmpty());
    QVERIFY(!f.plane.whyNot("no.such").isEmpty());
}

void TestPlane::deliversEvents()
{
    Fixture f;
    QStringList kinds;
    connect(&f.plane, &Plane::event, this, [&kinds](const api::Event& event) {
        kinds.append(QString::fromStdString(event.kind));
    });
    f.control.emitEvent("alert", Json{{"id", "1"}});
    f.control.emitEvent("revision", Json{{"revision", 1}});
    QTRY_COMPARE(kinds, QStringList({QStringLiteral("alert"), QStringLiteral("revision")}));
}

void TestPlane::noticesAGap()
{
    ManualClock clock;
    FakePlane control(clock);
    Plane plane(control, clock);
    QSignalSpy resync(&plane, &Plane::resyncNeeded);
    control.emitEvent("alert", {});
    int seen = 0;
    connect(&plane, &Plane::event, this, [&seen] { ++seen; });
    QTRY_COMPARE(seen, 1);
    control.skipEvents(3);
    control.emitEvent("alert", {});
    QTRY_COMPARE(seen, 2);
    QCOMPARE(resync.count(), 1);
}

void TestPlane::queryGoesThroughItsStates()
{
    Fixture f;
    f.control.setState(FakePlane::State::Error);
    LiveQuery query(f.plane, "routes.list", 0ms);
    QCOMPARE(query.state(), LiveQuery::State::Loading);
    query.setActive(true);
    QTRY_COMPARE(query.state(), LiveQuery::State::Error);
    QCOMPARE(query.error().code, ErrorCode::Internal);
    QVERIFY(query.retryIn().has_value());
    f.control.setState(FakePlane::State::Data);
    query.refresh();
    QTRY_COMPARE(query.state(), LiveQuery::State::Data);
    QCOMPARE(query.value()["routes"].size(), std::size_t{5});
    QCOMPARE(query.revision(), std::uint64_t{184});
}

void TestPlane::queryKeepsTheLastGoodValueWithItsAge()
{
    Fixture f;
    LiveQuery query(f.plane, "routes.list", 0ms);
    query.setActive(true);
    QTRY_COMPARE(query.state(), LiveQuery::State::Data);
    f.control.setState(FakePlane::State::Disconnected);
    f.clock.advance(12s);
    query.refresh();
    QTRY_COMPARE(query.state(), LiveQuery::State::Stale);
    QCOMPARE(query.value()["routes"].size(), std::size_t{5});
    QCOMPARE(*query.age(), std::chrono::microseconds(12s));
}

void TestPlane::queryAsksOnlyWhileLookedAt()
{
    Fixture f;
    LiveQuery query(f.plane, "routes.list", 5ms);
    query.refresh();
    QCoreApplication::processEvents();
    QCOMPARE(f.control.calls("routes.list"), 0);
    query.setActive(true);
    QTRY_VERIFY(f.control.calls("routes.list") >= 3);
    query.setActive(false);
    bool settled = false;
    f.plane.execute("fleet.status", Json::object(), this,
                    [&settled](const auto&) { settled = true; });
    QTRY_VERIFY(settled);
    const int asked = f.control.calls("routes.list");
    QTest::qWait(30); // no event can prove that nothing happens
    QCOMPARE(f.control.calls("routes.list"), asked);
}

void TestPlane::queryDropsAnswersToOldQuestions()
{
    Fixture f;
    f.control.setState(FakePlane::State::Loading);
    LiveQuery query(f.plane, "routes.get", 0ms);
    query.setArguments(Json{{"route", "triage"}});
    query.setActive(true);
    query.reset(Json{{"route", "ai-search"}});
    f.control.setState(FakePlane::State::Data);
    QTRY_COMPARE(query.state(), LiveQuery::State::Data);
    QCOMPARE(query.value()["name"].get<std::string>(), std::string("ai-search"));
}

QTEST_GUILESS_MAIN(TestPlane)
#include "tst_plane.moc"
