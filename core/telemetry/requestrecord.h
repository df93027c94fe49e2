// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/units/arm.h"
#include "core/units/pricetable.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sluice::telemetry {

using units::Arm;
using units::AssignedBy;

/// Why another unit than the assigned one answered.
enum class Fallback : std::uint8_t
{
    None,
    Timeout,
    Error,
    Breaker,
    Killed
};
/// How the request ended.
enum class Outcome : std::uint8_t
{
    Ok,
    ClientError,   ///< refused before any provider was asked
    ProviderError, ///< no unit could answer, or the answer broke after the commit point
    Timeout,
    ClientGone, ///< the client went away; usage may be partial
    Shed,
};

struct RequestRecord;

/// The bucket of a record's key in a generation of `fractional` (2 or 3); nothing without a key and
/// where the record does not tell.
std::optional<std::uint32_t> bucketIn(const RequestRecord& record, int generation) noexcept;
/// Whether the request had a bucketing key.
bool hasKey(const RequestRecord& record) noexcept;

std::string_view fallbackName(Fallback fallback) noexcept;
std::string_view outcomeName(Outcome outcome) noexcept;
std::optional<Outcome> outcomeFromName(std::string_view name) noexcept;

/// Tokens as the provider reported them, before normalisation.
struct RawUsage
{
    std::int64_t prompt = 0;
    std::int64_t completion = 0;
    std::int64_t cached = 0;
    std::int64_t reasoning = 0;
};

/// One try at one provider. `unit` is the unit tried.
struct Attempt
{
    std::string unit;
    std::uint32_t connectMicros = 0; ///< 0 on a reused connection
    std::uint32_t firstByteMicros = 0;
    std::uint32_t totalMicros = 0;
    std::uint16_t status = 0; ///< upstream's HTTP status, 0 if there was none
    std::string
        error; ///< short code: "connect_refused", "ttft_timeout", "http_500", "cut", "malformed", …
};

/// Where a request's time went, in microseconds; stages that did not happen are 0.
struct Stages
{
    std::uint32_t admit = 0;  ///< reading, checks, key
    std::uint32_t route = 0;  ///< assignment
    std::uint32_t render = 0; ///< prompt and encoding
    std::uint32_t retrieve = 0;
    std::uint32_t connect = 0; ///< the last attempt's
    std::uint32_t ttft = 0;    ///< admission to first content, whole request
    std::uint32_t stream = 0;  ///< first to last content
    std::uint32_t total = 0;
    std::uint32_t upstreamWait = 0; ///< total - upstreamWait is our overhead
};

/// Everything that one request leaves behind. No prompt, no completion, no bucketing key in the
/// clear. Moved from an I/O thread into the recorder; a plain value.
struct RequestRecord
{
    std::string id;  ///< "req_…", as in x-sluice-request-id
    SystemTime at{}; ///< admission
    std::string route;
    std::uint64_t revision = 0;
    Arm arm = Arm::Stable; ///< as assigned, kept on fallback
    std::string assignedUnit;
    std::string servedUnit; ///< empty if none answered
    AssignedBy assignedBy = AssignedBy::None;
    std::array<unsigned char, 16>
        keyHmac{};            ///< HMAC of the bucketing key, truncated; all zero without one
    std::uint32_t bucket = 0;      ///< 0..9999; meaningful with a key, whatever assigned it
    std::uint32_t otherBucket = 0; ///< in the generation of `fractional` that was not in force
    std::uint8_t generation = 0;   ///< in force, `bucket` is of it: 2 or 3; 0: 2, and no otherBucket
    /// Canonical JSON of the attributes that the route's rules read, null for absent ones; or
    /// empty.
    std::string attributes;
    std::string session; ///< HMAC hex of the session id, or empty
    std::string apiKey;  ///< key id, or empty
    std::string gateway; ///< gateway id
    std::string traceId; ///< 32 hex digits, or empty
    std::string prompt;  ///< "name@version", or empty
    std::vector<Attempt> attempts;
    Stages stages;
    bool streamed = false;
    bool simulated = false; ///< answered by the simulator
    bool retry =
        false; ///< the SDK said it is a retry (X-Stainless-Retry-Count > 0): not a new trial
    bool sampled = false; ///< stands for `weight` requests
    float weight = 1.0F;
    std::uint16_t status = 0; ///< HTTP status the client got
    Outcome outcome = Outcome::Ok;
    Fallback fallback = Fallback::None;
    bool refusal = false;
    std::string finishReason;
    std::string error; ///< short code, or empty
    bool usageKnown = false;
    bool usageEstimated = false;
    RawUsage raw;
    units::BilledTokens tokens; ///< normalised
    units::Cost cost;
};

} // namespace sluice::telemetry
