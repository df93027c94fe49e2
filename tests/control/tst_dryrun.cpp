// SPDX-License-Identifier: GPL-3.0-or-later
// What another definition would have made of recorded requests, against the gateway's own answer.
#include "core/base/hash.h"
#include "core/control/dryrun.h"
#include "tests/support/result.h"

#include <QTest>

#include <fmt/format.h>

#include <cmath>
#include <set>

using namespace sluice;
using control::DryRun;
using control::KeyHmac;
using routing::CompiledRoute;
using telemetry::RequestRecord;
using units::Arm;
using units::AssignedBy;

namespace {

const UnitId kStable("u_" + std::string(64, 'a'));
const UnitId kCandidate("u_" + std::string(64, 'b'));
const UnitId kOther("u_" + std::string(64, 'c'));

KeyHmac hmacOf(std::string_view key)
{
    const Sha256 hash = hmacSha256("a test's key", key);
    KeyHmac out{};
    std::copy_n(hash.begin(), out.size(), out.begin());
    return out;
}

routing::Route route(routing::BasisPoints percent)
{
    routing::Route out;
    out.name = RouteName("support");
    out.definition.stable = kStable;
    out.definition.candidate = kCandidate;
    out.definition.percent = percent;
    out.knownGood = {kStable, 1};
    return out;
}

routing::Rule planRule(const char* plan, routing::RuleArm arm)
{
    return {Json{{"==", {Json{{"var", "plan"}}, plan}}}, arm};
}

struct Caller
{
    std::string user;
    std::string plan;
};

/// The record that a request leaves under a definition: 2 s and 300 micros on stable, 1 s and 100
/// on the candidate.
RequestRecord recordOf(const CompiledRoute& route, const Caller& caller, std::uint64_t revision)
{
    flags::Context context;
    context.set("user_id", caller.user);
    context.set("plan", caller.plan);
    const routing::Assignment assignment = route.assign(context);
    RequestRecord record;
    record.at = fromMicros(1'800'000'000'000'000 + static_cast<std::int64_t>(revision));
    record.revision = revision;
    record.arm = assignment.arm;
    record.assignedBy = assignment.by;
    record.assignedUnit = assignment.unit->text();
    record.bucket = assignment.bucket;
    record.generation = 2;
    record.otherBucket =
        routing::bucketOf("support", assignment.key.text(), routing::Generation::V3);
    record.keyHmac = hmacOf(assignment.key.text());
    const auto read = route.attributesRead();
    if (std::find(read.begin(), read.end(), "plan") != read.end()) {
        record.attributes = Json{{"plan", caller.plan}}.dump();
    }
    const bool candidate = record.arm == Arm::Candidate;
    record.stages.total = candidate ? 1'000'000 : 2'000'000;
    record.cost = {units::CostState::Exact, candidate ? 100 : 300, "USD"};
    return record;
}

std::vector<Caller> callers(int count)
{
    std::vector<Caller> all;
    for (int i = 0; i < count; ++i) {
        all.push_back({fmt::format("u-{}", i), i % 4 == 0 ? "pro" : "free"});
    }
    return all;
}

std::shared_ptr<const CompiledRoute> compiled(const routing::Route& route)
{
    auto made = CompiledRoute::compile(route);
    return made ? *made : nullptr;
}

/// A dry run over what `callers` left under `now`, in force since revision 5.
struct Rehearsal
{
    explicit Rehearsal(const routing::Route& now, const routing::Route& then)
        : entry{now, 0, {}, 5, 2}
        , present(compiled(now))
        , wanted(compiled(then))
        , run({entry, present, wanted, hmacOf})
    {
    }
    void add(const Caller& caller, std::uint64_t revision = 7)
    {
        run.add(recordOf(*present, caller, revision));
    }
    /// Who really gets another unit, asking both definitions with everything known.
    [[nodiscard]] std::uint64_t moved(const std::vector<Caller>& all) const
    {
        std::uint64_t count = 0;
        for (const Caller& caller : all) {
            flags::Context context;
            context.set("user_id", caller.user);
            context.set("plan", caller.plan);
            count += *present->assign(context).unit != *wanted->assign(context).unit ? 1 : 0;
        }
        return count;
    }

    control::RouteEntry entry;
    std::shared_ptr<const CompiledRoute> present;
    std::shared_ptr<const CompiledRoute> wanted;
    DryRun run;
};

} // namespace

class TestDryRun final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysWhoMoves_data();
    void saysWhoMoves();
    void movesByArm();
    void promotionMovesEverybodyElse();
    void costAndTimesFollowTheUnits();
    void unknownIsNotZero();
    void retriesAndWeights();
    void whatCannotBeToldIsCounted();
    void otherBucketingKey();
    void generations();
};

void TestDryRun::saysWhoMoves_data()
{
    QTest::addColumn<QByteArray>("now");
    QTest::addColumn<QByteArray>("then");
    QTest::newRow("more") << QByteArray("500") << QByteArray("2500");
    QTest::newRow("less") << QByteArray("2500") << QByteArray("1");
    QTest::newRow("a new rule's attribute is in the records")
        << QByteArray("2500 free:stable") << QByteArray("2500 pro:candidate");
    QTest::newRow("rules stay, share moves")
        << QByteArray("500 pro:candidate") << QByteArray("5000 pro:candidate");
    QTest::newRow("allow list") << QByteArray("500") << QByteArray("500 allow");
    QTest::newRow("allow list goes") << QByteArray("500 allow pro:candidate")
                                     << QByteArray("500 pro:candidate");
}

void TestDryRun::saysWhoMoves()
{
    const auto routeOf = [](const QByteArray& text) {
        const QList<QByteArray> words = text.split(' ');
        routing::Route out = route(words[0].toUInt());
        for (const QByteArray& word : words.mid(1)) {
            if (word == "allow") {
                out.definition.allow = {"u-1", "u-2", "u-3", "u-4", "u-5", "somebody else"};
                continue;
            }
            const QList<QByteArray> rule = word.split(':');
            out.definition.rules.push_back(
                planRule(rule[0].constData(), rule[1] == "stable" ? routing::RuleArm::Stable
                                                                  : routing::RuleArm::Candidate));
        }
        return out;
    };
    QFETCH(QByteArray, now);
    QFETCH(QByteArray, then);
    const auto all = callers(4000);
    for (const std::uint64_t revision : {7U, 3U}) { // under this definition, and under another
        Rehearsal rehearsal(routeOf(now), routeOf(then));
        for (const Caller& caller : all) {
            rehearsal.add(caller, revision);
            rehearsal.add(caller, revision);
        }
        const DryRun::Outcome outcome = rehearsal.run.outcome();
        QCOMPARE(outcome.movedUsers, rehearsal.moved(all));
        QVERIFY(outcome.movedUsers > 0);
        QCOMPARE(outcome.movedRequests, 2.0 * static_cast<double>(outcome.movedUsers));
        QCOMPARE(outcome.users, std::uint64_t{4000});
        QCOMPARE(outcome.requests, 8000.0);
        QCOMPARE(outcome.notEvaluable, 0.0);
    }
}

void TestDryRun::movesByArm()
{
    Rehearsal rehearsal(route(500), route(1000));
    for (const Caller& caller : callers(10'000)) {
        rehearsal.add(caller);
    }
    const DryRun::Outcome outcome = rehearsal.run.outcome();
    QCOMPARE(outcome.moves.size(), std::size_t{2});
    QCOMPARE(outcome.moves[0].from, Arm::Stable);
    QCOMPARE(outcome.moves[0].to, Arm::Control);
    QVERIFY(!outcome.moves[0].otherUnit); // the same unit, as a comparison group
    QCOMPARE(outcome.moves[1].to, Arm::Candidate);
    QVERIFY(outcome.moves[1].otherUnit);
    QCOMPARE(outcome.movedUsers, outcome.moves[1].users);
}

void TestDryRun::promotionMovesEverybodyElse()
{
    routing::Route promoted = route(0);
    promoted.definition.stable = kCandidate;
    promoted.definition.candidate.reset();
    Rehearsal rehearsal(route(2500), promoted);
    const auto all = callers(4000);
    for (const Caller& caller : all) {
        rehearsal.add(caller);
    }
    const DryRun::Outcome outcome = rehearsal.run.outcome();
    QCOMPARE(outcome.movedUsers, rehearsal.moved(all));
    QVERIFY(outcome.movedUsers > 2800);
    QCOMPARE(outcome.after.costMicros, std::optional(400'000.0)); // all at the candidate's cost
}

void TestDryRun::costAndTimesFollowTheUnits()
{
    Rehearsal rehearsal(route(2500), route(10'000));
    const auto all = callers(4000);
    std::uint64_t candidates = 0;
    for (const Caller& caller : all) {
        rehearsal.add(caller);
        candidates += routing::bucketOf("support", caller.user) < 2500 ? 1 : 0;
    }
    const DryRun::Outcome outcome = rehearsal.run.outcome();
    const double before = 100.0 * static_cast<double>(candidates) +
                          300.0 * static_cast<double>(4000 - candidates);
    QVERIFY(std::fabs(*outcome.before.costMicros - before) < 1e-3);
    QVERIFY(std::fabs(*outcome.after.costMicros - 400'000.0) < 1e-3);
    QCOMPARE(*outcome.before.p95Micros, 2'000'000.0);
    QCOMPARE(*outcome.after.p95Micros, 1'000'000.0);
    QCOMPARE(outcome.currency, std::string("USD"));
    QVERIFY(outcome.unmeasured.empty());
}

void TestDryRun::unknownIsNotZero()
{
    routing::Route other = route(2500);
    other.definition.candidate = kOther;
    Rehearsal rehearsal(route(2500), other);
    for (const Caller& caller : callers(400)) {
        rehearsal.add(caller);
    }
    DryRun::Outcome outcome = rehearsal.run.outcome();
    QVERIFY(outcome.before.costMicros && outcome.before.p95Micros);
    QVERIFY(!outcome.after.costMicros && !outcome.after.p95Micros);
    QCOMPARE(outcome.unmeasured, std::vector<UnitId>{kOther});

    Rehearsal mixed(route(2500), route(5000));
    for (const Caller& caller : callers(400)) {
        RequestRecord record = recordOf(*mixed.present, caller, 7);
        record.cost.currency = record.arm == Arm::Candidate ? "EUR" : "USD";
        mixed.run.add(record);
    }
    outcome = mixed.run.outcome();
    QVERIFY(!outcome.before.costMicros && !outcome.after.costMicros); // not to be added up
    QVERIFY(outcome.currency.empty());
    QVERIFY(outcome.after.p95Micros);

    const Rehearsal nobody(route(2500), route(5000));
    outcome = nobody.run.outcome();
    QCOMPARE(outcome.users, std::uint64_t{0});
    QVERIFY(!outcome.before.p95Micros);
}

void TestDryRun::retriesAndWeights()
{
    Rehearsal rehearsal(route(0), route(10'000));
    RequestRecord record = recordOf(*rehearsal.present, {"ada", "pro"}, 7);
    record.weight = 8.0F;
    record.sampled = true;
    rehearsal.run.add(record);
    record.weight = 1.0F;
    record.retry = true; // costs money, and is the same trial
    rehearsal.run.add(record);
    const DryRun::Outcome outcome = rehearsal.run.outcome();
    QCOMPARE(outcome.requests, 8.0);
    QCOMPARE(outcome.movedRequests, 8.0);
    QCOMPARE(outcome.movedUsers, std::uint64_t{1});
    QVERIFY(outcome.weighted);
    QVERIFY(std::fabs(*outcome.before.costMicros - 9 * 300.0) < 1e-6);
}

void TestDryRun::whatCannotBeToldIsCounted()
{
    routing::Route then = route(2500);
    then.definition.rules = {planRule("pro", routing::RuleArm::Candidate)};
    Rehearsal rehearsal(route(2500), then); // nothing read the plan, so no record has it
    for (const Caller& caller : callers(100)) {
        rehearsal.add(caller);
    }
    QCOMPARE(rehearsal.run.outcome().notEvaluable, 100.0);
    QCOMPARE(rehearsal.run.outcome().users, std::uint64_t{0});

    // From before the route was bucketed by this key: its bucket was another attribute's.
    Rehearsal older(route(2500), route(5000));
    for (const Caller& caller : callers(100)) {
        older.add(caller, 1);
    }
    QCOMPARE(older.run.outcome().notEvaluable, 100.0);

    // Nobody has the HMAC's key: an allow list says nothing.
    const routing::Route now = route(2500);
    then = now;
    then.definition.allow = {"u-1"};
    const control::RouteEntry entry{now, 0, {}, 5, 2};
    DryRun blind({entry, compiled(now), compiled(then), {}});
    blind.add(recordOf(*compiled(now), {"u-1", "pro"}, 7));
    QCOMPARE(blind.outcome().notEvaluable, 1.0);

    // A session keeps its unit.
    Rehearsal pinned(route(0), route(10'000));
    RequestRecord record = recordOf(*pinned.present, {"ada", "pro"}, 7);
    record.assignedBy = AssignedBy::Pin;
    pinned.run.add(record);
    QCOMPARE(pinned.run.outcome().movedRequests, 0.0);
}

void TestDryRun::otherBucketingKey()
{
    routing::Route now = route(2500);
    // So that records keep the plan.
    now.definition.rules = {planRule("never", routing::RuleArm::Stable)};
    routing::Route then = now;
    then.definition.rules.clear();
    then.definition.bucketBy = "plan";
    Rehearsal rehearsal(now, then);
    const auto all = callers(1000);
    for (const Caller& caller : all) {
        rehearsal.add(caller);
    }
    QCOMPARE(rehearsal.run.outcome().movedUsers, rehearsal.moved(all));
    then.definition.bucketBy = "session_id"; // of which records hold no more than an HMAC
    Rehearsal unknown(now, then);
    unknown.add({"ada", "pro"});
    QCOMPARE(unknown.run.outcome().notEvaluable, 1.0);
}

void TestDryRun::generations()
{
    const control::RouteEntry entry{route(2000), 0, {}, 5, 2};
    const auto present = compiled(entry.route);
    std::uint64_t said = 0;
    std::uint64_t moved = 0;
    for (const Caller& caller : callers(2000)) {
        const RequestRecord record = recordOf(*present, caller, 7);
        const auto move = control::movesWithGeneration(entry, record, routing::Generation::V2,
                                                       routing::Generation::V3);
        QVERIFY(move);
        said += *move ? 1 : 0;
        flags::Context context;
        context.set("user_id", caller.user);
        const auto third = *CompiledRoute::compile(entry.route, routing::Generation::V3);
        moved += third->assign(context).arm != present->assign(context).arm ? 1 : 0;
    }
    QCOMPARE(said, moved);
    QVERIFY(said > 400);
    RequestRecord old = recordOf(*present, {"ada", "pro"}, 7);
    old.generation = 0; // of a version that did not keep the other bucket
    QVERIFY(!control::movesWithGeneration(entry, old, routing::Generation::V2,
                                          routing::Generation::V3));
}

QTEST_GUILESS_MAIN(TestDryRun)
#include "tst_dryrun.moc"
