// SPDX-License-Identifier: GPL-3.0-or-later
// Who gets what: precedence, and the cohorts' properties over a million users.
#include "core/flags/flagset.h"
#include "core/flags/murmur3.h"
#include "core/routing/routingtable.h"
#include "tests/routing/sample.h"
#include "tests/support/result.h"

#include <QTest>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

using namespace sluice;
using namespace sluice::routing;
using namespace sluice::tests;

namespace {

std::shared_ptr<const CompiledRoute> compiled(Route of)
{
    auto made = CompiledRoute::compile(std::move(of));
    return made ? *made : nullptr;
}

flags::Context user(std::string_view id)
{
    flags::Context context;
    context.set("user_id", id);
    return context;
}

/// A user whose bucket on the sample route lies in [from, to).
std::string userInBucket(std::uint32_t from, std::uint32_t to)
{
    for (int i = 0;; ++i) {
        std::string name = fmt::format("user-{}", i);
        const std::uint32_t bucket = bucketOf("support-assistant", name);
        if (bucket >= from && bucket < to) {
            return name;
        }
    }
}

Rule ruleFor(const char* org, RuleArm arm)
{
    return {Json{{"==", {{{"var", "org_id"}}, org}}}, arm};
}

constexpr int kUsers = 1'000'000;

const std::vector<std::uint32_t>& millionBuckets()
{
    static const std::vector<std::uint32_t> kBuckets = [] {
        std::vector<std::uint32_t> buckets;
        buckets.reserve(kUsers);
        for (int i = 0; i < kUsers; ++i) {
            buckets.push_back(bucketOf("support-assistant", fmt::format("user-{}", i)));
        }
        return buckets;
    }();
    return kBuckets;
}

} // namespace

class TestAssignment : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void precedence();
    void withoutKeyOrCandidate();
    void killedCandidate();
    void killedStable();
    void keepsCompiledRules();
    void bucketIsFlagdsFractional();
    void sharesAreWithinBinomialBounds_data();
    void sharesAreWithinBinomialBounds();
    void cohortsNest();
    void everyHundredthOfAPercentCounts();
    void explainsEveryStep();
    void tableFindsRoutes();
};

void TestAssignment::precedence()
{
    RouteDefinition definition = tests::definition(500);
    const std::string candidateUser = userInBucket(0, 500);
    const std::string controlUser = userInBucket(9500, 10000);
    const std::string plainUser = userInBucket(500, 9500);
    definition.allow = {plainUser};
    definition.rules = {ruleFor("org-never", RuleArm::Stable),
                        ruleFor("org-internal", RuleArm::Candidate)};
    const auto route = compiled(tests::route(definition));
    QVERIFY(route != nullptr);

    auto context = user(plainUser);
    context.set("org_id", "org-never");
    auto got = route->assign(context);
    QVERIFY(got.arm == Arm::Candidate && got.by == AssignedBy::Allow); // allow before rules
    QCOMPARE(*got.unit, unit('b'));
    QCOMPARE(*route->fallbackFor(got), unit('a'));

    context = user(candidateUser);
    context.set("org_id", "org-never");
    got = route->assign(context);
    QVERIFY(got.arm == Arm::Stable && got.by == AssignedBy::Rule); // rules before the percentage
    QVERIFY(route->fallbackFor(got) == nullptr);

    context = user(controlUser);
    context.set("org_id", "org-internal");
    got = route->assign(context);
    QVERIFY(got.arm == Arm::Candidate && got.by == AssignedBy::Rule);

    got = route->assign(user(candidateUser));
    QVERIFY(got.arm == Arm::Candidate && got.by == AssignedBy::Bucket);
    got = route->assign(user(controlUser));
    QVERIFY(got.arm == Arm::Control && got.by == AssignedBy::Bucket);
    QCOMPARE(*got.unit, unit('a'));
    got = route->assign(user(userInBucket(700, 9000)));
    QVERIFY(got.by == AssignedBy::Bucket || got.by == AssignedBy::Allow);
    const auto read = route->attributesRead();
    QVERIFY((std::vector<std::string>(read.begin(), read.end()) ==
             std::vector<std::string>{"org_id", "user_id"}));
}

void TestAssignment::withoutKeyOrCandidate()
{
    RouteDefinition definition = tests::definition(10000);
    definition.rules = {ruleFor("org-internal", RuleArm::Candidate)};
    const auto everyone = compiled(tests::route(definition));
    flags::Context context;
    context.set("org_id", "org-internal");
    auto got = everyone->assign(context);
    QVERIFY(got.arm == Arm::Stable && got.by == AssignedBy::None && !got.hasKey);
    context.set("user_id", 42); // a number is not a key, as in flagd
    QVERIFY(everyone->assign(context).by == AssignedBy::None);
    context.set("user_id", "");
    QVERIFY(everyone->assign(context).by == AssignedBy::None);

    definition.candidate.reset();
    definition.percent = 0;
    definition.allow = {"ada"};
    got = compiled(tests::route(definition))->assign(user("ada"));
    QVERIFY(got.arm == Arm::Stable && got.by == AssignedBy::Bucket && got.hasKey);

    definition = tests::definition(5000);
    definition.bucketBy = "org_id";
    const auto byOrg = compiled(tests::route(definition));
    context = user("somebody");
    context.set("org_id", "org-7");
    QCOMPARE(byOrg->assign(context).bucket, bucketOf("support-assistant", "org-7"));
    QCOMPARE(byOrg->assign(context).key, std::string_view("org-7"));
}

void TestAssignment::killedCandidate()
{
    RouteDefinition definition = tests::definition(0);
    definition.allow = {"ada"};
    definition.rules = {ruleFor("org-internal", RuleArm::Candidate)};
    definition.shadow = ShadowPolicy{unit('b'), 500};
    Route killed = tests::route(definition);
    killed.killed = KillState{unit('b'), "ada", "slow", 1, 500};
    const auto route = compiled(killed);
    auto internal = user("bob");
    internal.set("org_id", "org-internal");
    for (const auto& context : {user("ada"), internal, user(userInBucket(0, 500))}) {
        const auto got = route->assign(context);
        QVERIFY(got.arm == Arm::Stable && got.by == AssignedBy::Kill);
        QCOMPARE(*got.unit, unit('a'));
    }
    const auto control = route->assign(user(userInBucket(9500, 10000)));
    QVERIFY(control.arm == Arm::Stable && control.by == AssignedBy::Bucket);
    QVERIFY(route->shadow() == nullptr);
    killed.definition.shadow->unit = unit('c');
    QVERIFY(compiled(killed)->shadow() != nullptr);
}

void TestAssignment::keepsCompiledRules()
{
    RouteDefinition definition = tests::definition();
    definition.rules = {ruleFor("org-1", RuleArm::Candidate)};
    const auto before = compiled(tests::route(definition));
    flags::Context ours = user("ada");
    ours.set("org_id", "org-1");
    QCOMPARE(before->assign(ours).by, AssignedBy::Rule);
    // The same rules, under the red button; then others, which must not be taken for those.
    Route killed = tests::route(definition);
    killed.killed = KillState{*definition.candidate, "ada", "slow", 1, 500};
    const auto after = CompiledRoute::compile(killed, before.get());
    QVERIFY(after.ok());
    QCOMPARE((*after)->assign(ours).by, AssignedBy::Kill);
    QVERIFY(std::ranges::equal((*after)->attributesRead(), before->attributesRead()));
    definition.rules = {ruleFor("org-2", RuleArm::Candidate)};
    const auto changed = CompiledRoute::compile(tests::route(definition), before.get());
    QVERIFY(changed.ok());
    QCOMPARE((*changed)->assign(ours).by, AssignedBy::Bucket);
    definition.percent = 10001;
    QVERIFY(!CompiledRoute::compile(tests::route(definition), before.get()).ok());
}

void TestAssignment::killedStable()
{
    RouteDefinition definition;
    definition.stable = unit('a');
    Route killed = tests::route(definition);
    killed.killed = KillState{unit('c'), "ada", "wrong", 1, 10000};
    const auto route = compiled(killed);
    for (const auto& context : {user("ada"), flags::Context()}) {
        const auto got = route->assign(context);
        QVERIFY(got.arm == Arm::Stable && got.by == AssignedBy::Kill);
        QCOMPARE(*got.unit, unit('a'));
    }
}

void TestAssignment::bucketIsFlagdsFractional()
{
    // The same cohorts from flagd's own operator: candidate first, control last.
    const Json document = Json::parse(R"({"flags": {"support-assistant": {"state": "ENABLED",
        "variants": {"candidate": "candidate", "stable": "stable", "control": "control"},
        "targeting": {"fractional": [["candidate", 1234], ["stable", 7532], ["control", 1234]]}}}})");
    const auto set = flags::FlagSet::fromJson(document);
    QVERIFY_RESULT(set);
    flags::Context context;
    for (int i = 0; i < 20'000; ++i) {
        const std::string key = fmt::format("Üser-{}", i);
        context.set("targetingKey", key);
        const auto expected = (*set)->evaluate("support-assistant", context, {}).variant;
        QCOMPARE(units::armName(armOfBucket(bucketOf("support-assistant", key), 1234)), expected);
    }
}

void TestAssignment::sharesAreWithinBinomialBounds_data()
{
    QTest::addColumn<uint>("percent");
    for (const unsigned percent : {1U, 100U, 500U, 2500U, 5000U, 7500U, 9999U}) {
        QTest::newRow(fmt::format("{} bp", percent).c_str()) << percent;
    }
}

void TestAssignment::sharesAreWithinBinomialBounds()
{
    QFETCH(uint, percent);
    int candidates = 0;
    int controls = 0;
    for (const std::uint32_t bucket : millionBuckets()) {
        const Arm arm = armOfBucket(bucket, percent);
        candidates += arm == Arm::Candidate ? 1 : 0;
        controls += arm == Arm::Control ? 1 : 0;
    }
    const auto fits = [](int count, double share) {
        return std::fabs(count - kUsers * share) <=
               5 * std::sqrt(kUsers * share * (1 - share)); // 5 sigma
    };
    QVERIFY2(fits(candidates, percent / 1e4), fmt::format("{}", candidates).c_str());
    QVERIFY2(fits(controls, std::min(percent, 10000 - percent) / 1e4),
             fmt::format("{}", controls).c_str());
}

void TestAssignment::cohortsNest()
{
    const std::vector<BasisPoints> steps{0, 100, 500, 2500, 5000, 10000};
    for (const std::uint32_t bucket : millionBuckets()) {
        for (std::size_t i = 1; i < steps.size(); ++i) {
            const Arm before = armOfBucket(bucket, steps[i - 1]);
            const Arm after = armOfBucket(bucket, steps[i]);
            if (before == Arm::Candidate) {
                QVERIFY(after == Arm::Candidate); // nobody leaves on the way up
            }
            if (before == Arm::Control && steps[i] <= 5000) {
                QVERIFY(after == Arm::Control); // nor control, up to half
            }
        }
    }
    // Down again: who came in last leaves first, so a smaller share is always the lower buckets of
    // a larger one.
    for (BasisPoints percent = 10000; percent > 0; percent -= 50) {
        QVERIFY(armOfBucket(percent - 1, percent) == Arm::Candidate);
        QVERIFY(armOfBucket(percent - 1, percent - 1) != Arm::Candidate);
    }
}

void TestAssignment::everyHundredthOfAPercentCounts()
{
    for (BasisPoints percent = 0; percent <= 10000; ++percent) {
        const BasisPoints control = std::min(percent, 10000 - percent);
        std::uint32_t candidates = 0;
        std::uint32_t controls = 0;
        for (std::uint32_t bucket = 0; bucket < 10000; ++bucket) {
            const Arm arm = armOfBucket(bucket, percent);
            candidates += arm == Arm::Candidate ? 1U : 0U;
            controls += arm == Arm::Control ? 1U : 0U;
        }
        QCOMPARE(candidates, percent);
        QCOMPARE(controls, control);
    }
}

void TestAssignment::explainsEveryStep()
{
    RouteDefinition definition = tests::definition(500);
    definition.rules = {ruleFor("org-internal", RuleArm::Candidate),
                        {Json{{"+", {"x", 1}}}, RuleArm::Candidate}};
    const auto route = compiled(tests::route(definition));
    const std::string name = userInBucket(9500, 10000);
    const auto steps = route->explain(user(name));
    std::vector<std::string> names;
    for (const auto& step : steps) {
        names.push_back(step.step);
    }
    QVERIFY((names == std::vector<std::string>{"kill", "key", "allow", "rule 1", "rule 2", "bucket",
                                               "result"}));
    QVERIFY(steps[4].outcome.find("not a number") != std::string::npos);
    QVERIFY(steps[5].detail["bucket"] == bucketOf("support-assistant", name));
    QVERIFY(steps[5].detail["hash"] == flags::murmur3("support-assistant" + name));
    QVERIFY(steps[5].outcome.ends_with("control"));
    QVERIFY(steps.back().outcome.starts_with("control, by bucket"));
    QCOMPARE(route->explain(flags::Context()).size(), std::size_t{3});
}

void TestAssignment::tableFindsRoutes()
{
    std::vector<std::shared_ptr<const CompiledRoute>> routes;
    for (const char* name : {"zeta", "alpha", "mid"}) {
        Route one = tests::route();
        one.name = RouteName(name);
        routes.push_back(compiled(one));
    }
    const RoutingTable table(42, routes);
    QCOMPARE(table.revision(), std::uint64_t{42});
    QCOMPARE(table.find("mid")->route().name.text(), std::string("mid"));
    QVERIFY(table.find("mi") == nullptr);
    QVERIFY(table.find("zz") == nullptr);
    QCOMPARE(table.routes().front()->route().name.text(), std::string("alpha"));
}

QTEST_GUILESS_MAIN(TestAssignment)
#include "tst_assignment.moc"
