// SPDX-License-Identifier: GPL-3.0-or-later
// Who gets what: precedence, and the cohorts' properties over a million users.
#include "core/flags/flagset.h"
#include "core/flags/murmur3.h"
#include "core/routing/routingtable.h"
#include "tests/routing/sample.h"
#include "tests/support/result.h"
#include "tests/support/sanitized.h"

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
    void keysOfEveryKind_data();
    void keysOfEveryKind();
    void killedCandidate();
    void killedStable();
    void keepsCompiledRules();
    void pinsHoldButForAKill();
    void bucketIsFlagdsFractional();
    void generationThreeHashesTheSameText();
    void sharesAreWithinBinomialBounds_data();
    void sharesAreWithinBinomialBounds();
    void cohortsNest();
    void wholeRampOfAMillionUsers();
    void everyHundredthOfAPercentCounts();
    void explainsEveryStep();
    void explainsWhatWouldHaveBeen();
    void tenThousandAllowed();
    void recordsTellWhatTheyCan_data();
    void recordsTellWhatTheyCan();
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
    QCOMPARE(byOrg->assign(context).key.text(), std::string_view("org-7"));
}

void TestAssignment::keysOfEveryKind_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("key"); ///< empty: none
    const auto row = [](const char* value, const char* key) {
        QTest::newRow(value) << QByteArray(value) << QByteArray(key);
    };
    row(R"("ada")", "ada");
    row(R"("42")", "42");
    row("42", "42"); // the same user
    row("42.0", "42");
    row("-0.0", "0");
    row("0.1", "0.1");
    row("1e21", "1e+21");
    row("123456789012345", "123456789012345");
    row("true", "true");
    row("false", "false");
    row("null", "");
    row(R"("")", "");
    row("[1]", "");
    row(R"({"id":"ada"})", "");
}

void TestAssignment::keysOfEveryKind()
{
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, key);
    for (const char* attribute : {"user_id", "org_id", "session_id", "device"}) {
        RouteDefinition definition = tests::definition(5000);
        definition.bucketBy = attribute;
        const auto route = compiled(tests::route(definition));
        flags::Context context;
        QVERIFY_RESULT(context.merge(Json{{attribute, Json::parse(value.toStdString())}}));
        const Assignment got = route->assign(context);
        const Assignment copy = got; // keys are values
        QCOMPARE(got.hasKey, !key.isEmpty());
        QCOMPARE(QByteArray::fromStdString(std::string(copy.key.text())), key);
        QCOMPARE(got.by, key.isEmpty() ? AssignedBy::None : AssignedBy::Bucket);
        if (got.hasKey) {
            QCOMPARE(got.bucket, bucketOf("support-assistant", key.toStdString()));
            definition.allow = {key.toStdString()};
            QCOMPARE(compiled(tests::route(definition))->assign(context).by, AssignedBy::Allow);
        }
    }
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
    const auto after = CompiledRoute::compile(killed, Generation::V2, before.get());
    QVERIFY(after.ok());
    QCOMPARE((*after)->assign(ours).by, AssignedBy::Kill);
    QVERIFY(std::ranges::equal((*after)->attributesRead(), before->attributesRead()));
    definition.rules = {ruleFor("org-2", RuleArm::Candidate)};
    const auto changed =
        CompiledRoute::compile(tests::route(definition), Generation::V2, before.get());
    QVERIFY(changed.ok());
    QCOMPARE((*changed)->assign(ours).by, AssignedBy::Bucket);
    definition.percent = 10001;
    QVERIFY(!CompiledRoute::compile(tests::route(definition), Generation::V2, before.get()).ok());
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

void TestAssignment::pinsHoldButForAKill()
{
    RouteDefinition definition = tests::definition(500);
    const std::string candidateUser = userInBucket(0, 500);
    definition.allow = {"ada"};
    const auto route = compiled(tests::route(definition));
    const Pin old{unit('d'), Arm::Stable};
    auto got = route->assign(user("ada"), &old);
    QVERIFY(got.arm == Arm::Stable && got.by == AssignedBy::Pin);
    QCOMPARE(*got.unit, unit('d')); // before the allow list, and though it is neither unit
    QVERIFY(got.hasKey && got.bucket == bucketOf("support-assistant", "ada"));
    const Pin candidate{unit('b'), Arm::Candidate};
    got = route->assign(flags::Context(), &candidate); // also without a bucketing key
    QVERIFY(got.arm == Arm::Candidate && got.by == AssignedBy::Pin && !got.hasKey);
    QCOMPARE(*route->fallbackFor(got), unit('a'));
    const Pin promoted{unit('a'), Arm::Candidate}; // it has become stable since
    QVERIFY(route->fallbackFor(route->assign(user("ada"), &promoted)) == nullptr);

    Route killed = tests::route(definition);
    killed.definition.percent = 0;
    killed.killed = KillState{unit('b'), "ada", "slow", 1, 500};
    const auto stopped = compiled(killed);
    got = stopped->assign(user(candidateUser), &candidate);
    QVERIFY(got.arm == Arm::Stable && got.by == AssignedBy::Kill);
    QCOMPARE(*got.unit, unit('a'));
    got = stopped->assign(user(candidateUser), &old); // not the killed unit: the session goes on
    QVERIFY(got.by == AssignedBy::Pin);
    const Pin control{unit('a'), Arm::Control};
    QVERIFY(route->assign(user("bob"), &control).arm == Arm::Control);
    QVERIFY(stopped->assign(user("bob"), &control).arm == Arm::Stable); // no control in a kill

    RouteDefinition alone;
    alone.stable = unit('a');
    Route stableKilled = tests::route(alone);
    stableKilled.killed = KillState{unit('c'), "ada", "wrong", 1, 10000};
    const Pin gone{unit('c'), Arm::Stable};
    const auto returned = compiled(stableKilled);
    got = returned->assign(user("bob"), &gone);
    QVERIFY(got.by == AssignedBy::Kill && *got.unit == unit('a'));
}

void TestAssignment::bucketIsFlagdsFractional()
{
    // The same cohorts from flagd's own operator: candidate first, control last.
    const Json document = Json::parse(R"({"flags": {"support-assistant": {"state": "ENABLED",
        "variants": {"candidate": "candidate", "stable": "stable", "control": "control"},
        "targeting": {"fractional": [{"cat": [{"var": "$flagd.flagKey"}, {"var": "targetingKey"}]},
            ["candidate", 1234], ["stable", 7532], ["control", 1234]]}}}})");
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

void TestAssignment::generationThreeHashesTheSameText()
{
    for (int i = 0; i < 1000; ++i) {
        const std::string key = fmt::format("Üser-{}", i);
        const std::string whole = "support-assistant" + key;
        const auto hash = flags::fractionalHashV3(flags::Value::ofText(whole));
        QCOMPARE(hashOf("support-assistant", key, Generation::V3), *hash);
        QCOMPARE(bucketOf("support-assistant", key, Generation::V3),
                 flags::bucketOfHash(*hash, 10'000));
    }
    const auto third = *CompiledRoute::compile(tests::route(), Generation::V3);
    QCOMPARE(third->generation(), Generation::V3);
    QCOMPARE(third->assign(user("ada")).bucket,
             bucketOf("support-assistant", "ada", Generation::V3));
    QCOMPARE(otherGeneration(Generation::V3), Generation::V2);
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

/// Through the routes themselves: each user's arm at each step of a ramp, up and down again.
void TestAssignment::wholeRampOfAMillionUsers()
{
    constexpr int kWalkers = kSanitized ? 50'000 : 1'000'000;
    const std::vector<BasisPoints> up{100, 500, 2500, 5000, 10000};
    for (const Generation generation : {Generation::V2, Generation::V3}) {
        std::vector<std::shared_ptr<const CompiledRoute>> routes;
        for (const BasisPoints percent : up) {
            routes.push_back(
                *CompiledRoute::compile(tests::route(tests::definition(percent)), generation));
        }
        std::vector<int> candidates(up.size());
        std::vector<int> controls(up.size());
        flags::Context context;
        int flips = 0;
        for (int i = 0; i < kWalkers; ++i) {
            context.set("user_id", fmt::format("user-{}", i));
            Arm last = Arm::Stable;
            for (std::size_t step = 0; step < up.size(); ++step) {
                const Arm arm = routes[step]->assign(context).arm;
                candidates[step] += arm == Arm::Candidate ? 1 : 0;
                controls[step] += arm == Arm::Control ? 1 : 0;
                // Up: nobody leaves the candidate, nor control up to half. Walked backwards it says
                // that on the way down whoever came in at a step leaves at that step.
                flips += last == Arm::Candidate && arm != Arm::Candidate ? 1 : 0;
                flips += last == Arm::Control && arm != Arm::Control && up[step] <= 5000 ? 1 : 0;
                last = arm;
            }
        }
        QCOMPARE(flips, 0);
        for (std::size_t step = 0; step < up.size(); ++step) {
            const auto fits = [](int count, double share) {
                return std::fabs(count - kWalkers * share) <=
                       5 * std::sqrt(kWalkers * share * (1 - share)) + 1e-9;
            };
            const double share = up[step] / 1e4;
            QVERIFY2(fits(candidates[step], share), fmt::format("{}", candidates[step]).c_str());
            QVERIFY2(fits(controls[step], std::min(share, 1 - share)),
                     fmt::format("{}", controls[step]).c_str());
        }
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
    QVERIFY((names == std::vector<std::string>{"kill", "pin", "key", "allow", "rule 1", "rule 2",
                                               "bucket", "result"}));
    QVERIFY(steps[5].outcome.find("not a number") != std::string::npos);
    QVERIFY(steps[6].detail["bucket"] == bucketOf("support-assistant", name));
    QVERIFY(steps[6].detail["hash"] == flags::murmur3("support-assistant" + name));
    QVERIFY(steps[6].detail["generation"] == 2);
    QVERIFY(steps[6].outcome.ends_with(": control"));
    QVERIFY(steps[6].decides);
    QVERIFY(steps.back().outcome.starts_with("control, by bucket"));
    const auto nobody = route->explain(flags::Context());
    QCOMPARE(nobody.size(), std::size_t{4});
    QVERIFY(nobody[2].decides && nobody[2].outcome.starts_with("no user_id"));
}

/// One step decides, and those after it say what it kept from happening.
void TestAssignment::explainsWhatWouldHaveBeen()
{
    RouteDefinition definition = tests::definition(500);
    const std::string name = userInBucket(0, 500);
    definition.allow = {name};
    definition.rules = {ruleFor("org-7", RuleArm::Stable)};
    auto context = user(name);
    context.set("org_id", "org-7");
    const auto outcomes = [&](const CompiledRoute& route, const Pin* pin = nullptr) {
        std::vector<std::string> all;
        for (const ExplainStep& step : route.explain(context, pin)) {
            all.push_back((step.decides ? "* " : "") + step.step + ": " + step.outcome);
        }
        return all;
    };
    const std::string bucket =
        fmt::format("bucket: bucket {} is below 500: would have been candidate",
                    bucketOf("support-assistant", name));
    const auto route = compiled(tests::route(definition));
    auto told = outcomes(*route);
    QCOMPARE(told[3], std::string("* allow: on the allow list: candidate"));
    QCOMPARE(told[4], std::string("rule 1: matches: would have been stable"));
    QCOMPARE(told[5], bucket);
    QVERIFY(told[6].starts_with("result: candidate, by allow"));

    const Pin pin{unit('d'), Arm::Stable};
    told = outcomes(*route, &pin);
    QCOMPARE(told[1], std::string("* pin: the session holds its unit: stable"));
    QCOMPARE(told[3], std::string("allow: on the allow list: would have been candidate"));
    QVERIFY(told[6].starts_with("result: stable, by pin"));

    Route killed = tests::route(definition);
    killed.definition.percent = 0;
    killed.killed = KillState{unit('b'), "ada", "slow", 1, 500};
    told = outcomes(*compiled(killed));
    QCOMPARE(told[0], std::string("* kill: the red button was pressed by ada: the known good unit "
                                  "in place of the killed one"));
    QCOMPARE(told[3], std::string("allow: on the allow list: would have been candidate"));
    QVERIFY(told[6].starts_with("result: stable, by kill"));
    const Pin dead{unit('b'), Arm::Candidate};
    told = outcomes(*compiled(killed), &dead);
    QVERIFY(told[0].starts_with("* kill"));
    QVERIFY(told[1].find("has to let go") != std::string::npos);
}

void TestAssignment::tenThousandAllowed()
{
    RouteDefinition definition = tests::definition(1);
    for (int i = 0; i < 10'000; ++i) {
        definition.allow.push_back(fmt::format("user-{}", i));
    }
    const auto route = compiled(tests::route(definition));
    // As many look-ups as a list gone through from its beginning would not be done with in time.
    int allowed = 0;
    flags::Context context;
    for (int i = 0; i < 200'000; ++i) {
        context.set("user_id", fmt::format("user-{}", i % 20'000));
        allowed += route->assign(context).by == AssignedBy::Allow ? 1 : 0;
    }
    QCOMPARE(allowed, 100'000);
}

void TestAssignment::recordsTellWhatTheyCan_data()
{
    QTest::addColumn<QByteArray>("rule");
    QTest::addColumn<QByteArray>("attributes"); ///< as recorded
    QTest::addColumn<QString>("arm");           ///< "?": cannot be told
    const auto row = [](const char* name, const char* rule, const char* attributes,
                        const char* arm) {
        QTest::newRow(name) << QByteArray(rule) << QByteArray(attributes) << QString(arm);
    };
    const char* pro = R"({"==":[{"var":"plan"},"pro"]})";
    row("matches", pro, R"({"plan":"pro"})", "candidate");
    row("does not match", pro, R"({"plan":"free"})", "control");
    row("was absent", pro, R"({"plan":null})", "control");
    row("was not looked for", pro, R"({"org_id":"o"})", "?");
    row("computed path", R"({"==":[{"var":{"cat":["pl","an"]}},"pro"]})", R"({"plan":"pro"})", "?");
    row("whole context", R"({"!":[{"var":""}]})", R"({"plan":"pro"})", "?");
    row("missing", R"({"missing":["plan"]})", R"({"plan":"pro"})", "?");
    row("constant", "true", "{}", "candidate");
}

void TestAssignment::recordsTellWhatTheyCan()
{
    QFETCH(QByteArray, rule);
    QFETCH(QByteArray, attributes);
    QFETCH(QString, arm);
    RouteDefinition definition = tests::definition(500);
    definition.rules = {{Json::parse(rule.toStdString()), RuleArm::Candidate}};
    const auto route = compiled(tests::route(definition));
    QVERIFY(route != nullptr);
    flags::Context context;
    QVERIFY_RESULT(context.merge(Json::parse(attributes.toStdString())));
    const auto place = [&](bool hasKey, bool allowed) {
        return route->place({hasKey, 9990, allowed, &context});
    };
    const auto got = place(true, false);
    QCOMPARE(got ? QString::fromStdString(std::string(units::armName(got->arm))) : QString("?"),
             arm);
    QCOMPARE(place(true, true)->by, AssignedBy::Allow); // decided before any rule is asked
    QCOMPARE(place(false, false)->by, AssignedBy::None);
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
