// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/telemetryviews.h"

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

QTEST_GUILESS_MAIN(TestTelemetryViews)
#include "tst_telemetryviews.moc"
