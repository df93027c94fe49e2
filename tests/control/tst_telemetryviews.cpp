// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/telemetryviews.h"
#include "tests/support/result.h"

#include <QTest>

using namespace sluice;
using control::ArmSums;
using telemetry::Arm;

namespace {

telemetry::Aggregate sums(std::uint64_t requests, std::uint64_t fallbacks)
{
    telemetry::Aggregate aggregate;
    aggregate.requests = requests;
    aggregate.fallbacks[1] = fallbacks;
    return aggregate;
}

routing::RouteDefinition rollout()
{
    routing::RouteDefinition definition;
    definition.stable = UnitId("u_stable");
    definition.candidate = UnitId("u_candidate");
    return definition;
}

} // namespace

class TestTelemetryViews final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fallbacksCountWithTheCandidate();
    void aFormerCandidateStaysItself();
    void withoutACandidateNothingChanges();
    void currenciesAreShownApart();
    void oneCurrencyHasASum();
};

void TestTelemetryViews::fallbacksCountWithTheCandidate()
{
    std::vector<ArmSums> all{{Arm::Stable, "u_stable", {{0, sums(50, 0)}}},
                             {Arm::Candidate, "u_candidate", {{0, sums(10, 0)}, {60, sums(8, 0)}}},
                             {Arm::Candidate, "u_stable", {{60, sums(2, 2)}, {120, sums(1, 1)}}}};
    control::foldFallbacks(all, rollout());
    QCOMPARE(all.size(), std::size_t{2});
    QCOMPARE(all[1].unit, std::string("u_candidate"));
    QCOMPARE(all[1].steps[0].requests, std::uint64_t{10});
    QCOMPARE(all[1].steps[60].requests, std::uint64_t{10});
    QCOMPARE(all[1].steps[60].fallbacks[1], std::uint64_t{2});
    QCOMPARE(all[1].steps[120].requests, std::uint64_t{1});
    QCOMPARE(all[0].steps[0].requests, std::uint64_t{50});
}

void TestTelemetryViews::aFormerCandidateStaysItself()
{
    std::vector<ArmSums> all{{Arm::Candidate, "u_stable", {{0, sums(10, 1)}}},
                             {Arm::Candidate, "u_candidate", {{60, sums(8, 0)}}}};
    control::foldFallbacks(all, rollout());
    QCOMPARE(all.size(), std::size_t{2});
    QCOMPARE(all[0].steps[0].requests, std::uint64_t{10});
}

void TestTelemetryViews::withoutACandidateNothingChanges()
{
    auto definition = rollout();
    definition.candidate.reset();
    std::vector<ArmSums> all{{Arm::Candidate, "u_stable", {{0, sums(2, 2)}}}};
    control::foldFallbacks(all, definition);
    QCOMPARE(all.size(), std::size_t{1});
}

namespace {

ArmSums paid(const std::vector<units::Money::Amount>& amounts)
{
    ArmSums arm{Arm::Stable, "u_stable", {}};
    std::int64_t start = 0;
    for (const units::Money::Amount& amount : amounts) {
        telemetry::Aggregate& step = arm.steps[start++];
        step = sums(2, 0);
        step.clientErrors = 1;
        step.cost.add(amount.currency, amount.micros);
    }
    return arm;
}

} // namespace

void TestTelemetryViews::currenciesAreShownApart()
{
    const ArmSums arm = paid({{"USD", 400}, {"EUR", 100}});
    const Json summary = control::summaryView(control::emptyState(), arm, {});
    QVERIFY(summary.at("cost_micros_per_request").is_null());
    QCOMPARE(summary.at("currency").get<std::string>(), std::string());
    const Json costs = Json::parse(R"([
        {"currency": "EUR", "micros": 100, "micros_per_request": 25.0},
        {"currency": "USD", "micros": 400, "micros_per_request": 100.0}])");
    QCOMPARE_JSON(summary.at("costs"), costs);
    QCOMPARE_JSON(summary.at("spark").at("cost_micros"), (Json{nullptr, nullptr}));
    QCOMPARE(summary.at("client_errors").get<int>(), 2);
    const Json series = control::seriesView(control::emptyState(), arm, {});
    QCOMPARE_JSON(series.at("cost_micros"), (Json{nullptr, nullptr}));
    QCOMPARE_JSON(series.at("costs"), (Json{{"EUR", {0, 100}}, {"USD", {400, 0}}}));
}

void TestTelemetryViews::oneCurrencyHasASum()
{
    const ArmSums arm = paid({{"USD", 400}, {"USD", 100}});
    const Json summary = control::summaryView(control::emptyState(), arm, {});
    QCOMPARE(summary.at("cost_micros_per_request").get<double>(), 125.0);
    QCOMPARE(summary.at("currency").get<std::string>(), std::string("USD"));
    const Json series = control::seriesView(control::emptyState(), arm, {});
    QCOMPARE_JSON(series.at("cost_micros"), (Json{400, 100}));
    QCOMPARE(series.at("currency").get<std::string>(), std::string("USD"));
}

QTEST_GUILESS_MAIN(TestTelemetryViews)
#include "tst_telemetryviews.moc"
