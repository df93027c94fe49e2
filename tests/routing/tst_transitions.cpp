// SPDX-License-Identifier: GPL-3.0-or-later
// How routes change: definitions, promotion, the red button, acknowledgement, restoring.
#include "core/routing/transitions.h"
#include "tests/routing/sample.h"
#include "tests/support/result.h"

#include <QTest>

using namespace sluice;
using namespace sluice::routing;
using namespace sluice::tests;

namespace {

const RouteName kName{"support-assistant"};

/// Applies a definition; the route must take it.
Route putOk(const Route* present, RouteDefinition next, std::uint64_t revision)
{
    auto result = put(present, kName, std::move(next), revision);
    return result ? result->route : Route{};
}

RouteDefinition only(char stable)
{
    RouteDefinition out;
    out.stable = unit(stable);
    return out;
}

RouteDefinition both(char stable, char candidate, BasisPoints percent)
{
    RouteDefinition out = only(stable);
    out.candidate = unit(candidate);
    out.percent = percent;
    return out;
}

} // namespace

class TestTransitions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knownGoodFollowsTheStory();
    void promotionIsNoticed();
    void sameDefinitionChangesNothing();
    void killTakesTheCandidate();
    void killAfterAPromotionReturnsToTheUnitBefore();
    void killWithNothingToReturnTo();
    void killIsIdempotent();
    void killedRouteDoesNotMove();
    void acknowledgeDisarms();
    void restoresAll();
    void restoresOne();
    void restoreStopsAtAKill();
    void restoreDisarmsAnOldKill();
};

void TestTransitions::knownGoodFollowsTheStory()
{
    Route route = putOk(nullptr, only('a'), 1);
    QVERIFY((route.knownGood == KnownGood{unit('a'), 1}));
    route = putOk(&route, both('a', 'b', 500), 2);
    QVERIFY((route.knownGood == KnownGood{unit('a'), 1})); // stable while there is a candidate
    route = putOk(&route, only('b'), 3);                   // promoted
    QVERIFY((route.knownGood == KnownGood{unit('a'), 1}));
    route = putOk(&route, both('b', 'c', 100), 4);
    QVERIFY((route.knownGood == KnownGood{unit('b'), 4}));
    route = putOk(&route, only('b'), 5); // candidate withdrawn
    QVERIFY((route.knownGood == KnownGood{unit('a'), 5}));
    route = putOk(&route, only('d'), 6); // replaced without a rollout
    QVERIFY((route.knownGood == KnownGood{unit('b'), 6}));
}

void TestTransitions::promotionIsNoticed()
{
    const Route route = putOk(nullptr, both('a', 'b', 5000), 1);
    auto plain = put(&route, kName, only('b'), 2);
    QVERIFY_RESULT(plain);
    QVERIFY(plain->promotion);
    // A patch of stable alone leaves the candidate in place: it ends being one.
    auto patched = put(&route, kName, both('b', 'b', 5000), 2);
    QVERIFY_RESULT(patched);
    QVERIFY(patched->promotion);
    QVERIFY(!patched->route.definition.candidate);
    QCOMPARE(patched->route.definition.percent, 0U);
    QVERIFY(!put(&route, kName, only('c'), 2)->promotion);
    QVERIFY(!put(&route, kName, both('a', 'a', 5), 2).ok());
}

void TestTransitions::sameDefinitionChangesNothing()
{
    const Route route = putOk(nullptr, both('a', 'b', 500), 1);
    const auto again = put(&route, kName, both('a', 'b', 500), 2);
    QVERIFY_RESULT(again);
    QVERIFY(!again->changed);
    QVERIFY(again->route == route);
}

void TestTransitions::killTakesTheCandidate()
{
    const Route route = putOk(nullptr, both('a', 'b', 2500), 1);
    const auto result = kill(route, "ada", "wrong answers", 77, 2);
    QVERIFY_RESULT(result);
    QVERIFY(!result->already);
    QCOMPARE(result->unit, unit('b'));
    QCOMPARE(result->to, unit('a'));
    QCOMPARE(result->fromPercent, 2500U);
    QCOMPARE(result->route.definition.percent, 0U);
    QVERIFY((*result->route.killed == KillState{unit('b'), "ada", "wrong answers", 77, 2500}));
    QCOMPARE(result->route.knownGood.unit, unit('a'));
}

void TestTransitions::killAfterAPromotionReturnsToTheUnitBefore()
{
    Route route = putOk(nullptr, both('a', 'b', 5000), 1);
    route = putOk(&route, only('b'), 2);
    const auto result = kill(route, "ada", "late regret", 1, 3);
    QVERIFY_RESULT(result);
    QCOMPARE(result->unit, unit('b'));
    QCOMPARE(result->to, unit('a'));
    QCOMPARE(result->fromPercent, 10000U);
    QCOMPARE(result->route.definition.stable, unit('a'));
    QVERIFY((result->route.knownGood == KnownGood{unit('a'), 1}));
    const auto acknowledged = acknowledge(result->route, 4);
    QVERIFY_RESULT(acknowledged);
    QVERIFY(
        !kill(*acknowledged, "ada", "again", 1, 5).ok()); // the killed unit is never returned to
}

void TestTransitions::killWithNothingToReturnTo()
{
    const auto result = kill(putOk(nullptr, only('a'), 1), "ada", "why", 1, 2);
    QVERIFY(!result.ok());
    QCOMPARE(result.error().code, ErrorCode::Refused);
}

void TestTransitions::killIsIdempotent()
{
    const Route route = putOk(nullptr, both('a', 'b', 2500), 1);
    const auto first = kill(route, "ada", "one", 1, 2);
    const auto second = kill(first->route, "bob", "two", 9, 3);
    QVERIFY_RESULT(second);
    QVERIFY(second->already);
    QVERIFY(second->route == first->route);
    QCOMPARE(second->fromPercent, 2500U);
    QCOMPARE(second->unit, unit('b'));
}

void TestTransitions::killedRouteDoesNotMove()
{
    const Route killed = kill(putOk(nullptr, both('a', 'b', 2500), 1), "ada", "x", 1, 2)->route;
    const auto again = put(&killed, kName, both('a', 'b', 2500), 3); // the same --apply file
    QVERIFY(!again.ok());
    QCOMPARE(again.error().code, ErrorCode::Refused);
    QVERIFY_RESULT(put(&killed, kName, killed.definition, 3));
    QVERIFY(!mayRemove(killed).ok());
    const auto acknowledged = acknowledge(killed, 3);
    QVERIFY_RESULT(acknowledged);
    QVERIFY_RESULT(put(&*acknowledged, kName, both('a', 'b', 2500), 4));
    QVERIFY_RESULT(mayRemove(*acknowledged));
}

void TestTransitions::acknowledgeDisarms()
{
    RouteDefinition definition = both('a', 'b', 2500);
    definition.allow = {"ada"};
    definition.rules = {{Json(true), RuleArm::Candidate}, {Json(false), RuleArm::Stable}};
    definition.shadow = ShadowPolicy{unit('b'), 100};
    const Route killed = kill(putOk(nullptr, definition, 1), "ada", "x", 1, 2)->route;
    QCOMPARE(killed.definition.allow.size(), std::size_t{1}); // still there to be seen, but off
    const auto after = acknowledge(killed, 3);
    QVERIFY_RESULT(after);
    QVERIFY(!after->killed);
    QVERIFY(after->definition.candidate == unit('b'));
    QCOMPARE(after->definition.percent, 0U);
    QVERIFY(after->definition.allow.empty());
    QCOMPARE(after->definition.rules.size(), std::size_t{1});
    QVERIFY(after->definition.rules[0].arm == RuleArm::Stable);
    QVERIFY(!after->definition.shadow);
    QCOMPARE(acknowledge(*after, 4).error().code, ErrorCode::Conflict);
}

void TestTransitions::restoresAll()
{
    const Route old = putOk(nullptr, both('a', 'b', 500), 1);
    Route gone = old;
    gone.name = RouteName("gone");
    Route added = old;
    added.name = RouteName("added");
    const Route promoted = putOk(&old, only('b'), 2);
    const auto result = restore({promoted, added}, {old, gone}, 3);
    QVERIFY_RESULT(result);
    QCOMPARE(result->size(), std::size_t{2});
    QCOMPARE((*result)[0].name.text(), std::string("gone"));
    QVERIFY((*result)[1].definition == old.definition);
    QVERIFY((result->at(1).knownGood == KnownGood{unit('a'), 1}));
}

void TestTransitions::restoresOne()
{
    const Route old = putOk(nullptr, both('a', 'b', 500), 1);
    const Route now = putOk(&old, both('a', 'b', 5000), 2);
    Route other = now;
    other.name = RouteName("other");
    const auto result = restore({now, other}, {old}, 3, &kName);
    QVERIFY_RESULT(result);
    QCOMPARE(result->size(), std::size_t{2});
    QVERIFY((*result)[0] == other);
    QCOMPARE((*result)[1].definition.percent, 500U);
    const RouteName nobody("nobody");
    QCOMPARE(restore({now}, {old}, 3, &nobody).error().code, ErrorCode::NotFound);
}

void TestTransitions::restoreStopsAtAKill()
{
    const Route old = putOk(nullptr, both('a', 'b', 500), 1);
    const Route killed = kill(old, "ada", "x", 1, 2)->route;
    const auto back = restore({killed}, {old}, 3);
    QVERIFY(!back.ok());
    QCOMPARE(back.error().code, ErrorCode::Refused);
    QCOMPARE(back.error().where, std::string("/routes/support-assistant"));
    QVERIFY(!restore({killed}, {}, 3).ok());
    const auto same = restore({killed}, {killed}, 3);
    QVERIFY_RESULT(same);
    QVERIFY((*same)[0].killed.has_value()); // what does not change stays killed
}

void TestTransitions::restoreDisarmsAnOldKill()
{
    RouteDefinition definition = both('a', 'b', 500);
    definition.allow = {"ada"};
    const Route old = kill(putOk(nullptr, definition, 1), "ada", "x", 1, 2)->route;
    const Route now = putOk(nullptr, only('c'), 3);
    const auto result = restore({now}, {old}, 4);
    QVERIFY_RESULT(result);
    QVERIFY(!(*result)[0].killed);
    QVERIFY((*result)[0].definition.allow.empty());
}

QTEST_GUILESS_MAIN(TestTransitions)
#include "tst_transitions.moc"
