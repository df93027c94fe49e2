// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/requestrecord.h"

#include <string>

namespace sluice::tests {

inline const std::string kStableUnit = "u_" + std::string(64, 'a');
inline const std::string kCandidateUnit = "u_" + std::string(64, 'b');

/// A plain success as a busy gateway leaves thousands of; differs by `n` in id, time, key and
/// bucket.
inline telemetry::RequestRecord plainRecord(std::uint32_t n, SystemTime at)
{
    telemetry::RequestRecord record;
    record.id = "req_" + std::to_string(1'000'000 + n) + std::string(25, 'f');
    record.at = at;
    record.route = "support-assistant";
    record.revision = 7;
    record.arm = n % 5 == 0 ? telemetry::Arm::Candidate : telemetry::Arm::Stable;
    record.assignedUnit = record.arm == telemetry::Arm::Candidate ? kCandidateUnit : kStableUnit;
    record.servedUnit = record.assignedUnit;
    record.assignedBy = telemetry::AssignedBy::Bucket;
    record.keyHmac = {1, static_cast<unsigned char>(n % 100), static_cast<unsigned char>(n % 100)};
    record.bucket = n % 100 * 100;
    record.gateway = "gw-1";
    record.prompt = "support/answer@1.0.0";
    record.attempts = {{record.assignedUnit, 0, 900 + n % 100, 1500, 200, ""}};
    record.stages = {.admit = 20,
                     .route = 1,
                     .render = 15,
                     .ttft = 1000 + n % 100,
                     .stream = 600,
                     .total = 1600 + n % 100,
                     .upstreamWait = 1500};
    record.status = 200;
    record.finishReason = "stop";
    record.usageKnown = true;
    record.raw = {120, 40, 0, 0};
    record.tokens = {120, 0, 0, 40};
    record.cost = {units::CostState::Exact, 960, "USD"};
    return record;
}

/// One with every member set, for round trips.
inline telemetry::RequestRecord fullRecord(SystemTime at)
{
    telemetry::RequestRecord record = plainRecord(3, at);
    record.arm = telemetry::Arm::Candidate;
    record.assignedUnit = kCandidateUnit;
    record.servedUnit = kStableUnit;
    record.assignedBy = telemetry::AssignedBy::Rule;
    record.keyHmac = {0, 255, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0};
    record.bucket = 9999;
    record.otherBucket = 4321;
    record.generation = 3;
    record.attributes = R"({"org_id":"org-7","plan":"größer"})";
    record.session = std::string(64, '5');
    record.apiKey = "shop-backend";
    record.traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    record.attempts = {{kCandidateUnit, 300, 0, 2'000'000, 0, "ttft_timeout"},
                       {kStableUnit, 0, 800'000, 4'000'000'000U, 503, "odd \"code\"\n"}};
    record.stages = {1, 2, 3, 4, 5, 6, 7, 4'294'967'295U, 9};
    record.streamed = record.simulated = record.retry = record.sampled = true;
    record.weight = 2.5F;
    record.status = 504;
    record.outcome = telemetry::Outcome::Timeout;
    record.fallback = telemetry::Fallback::Timeout;
    record.refusal = true;
    record.finishReason = "content_filter";
    record.error = "timeout";
    record.usageEstimated = true;
    record.raw = {1, 2, 3, 4};
    record.tokens = {5, 6, 7, 8};
    record.cost = {units::CostState::Unpriced, 0, "EUR"};
    return record;
}

} // namespace sluice::tests
