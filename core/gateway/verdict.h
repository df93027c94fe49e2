// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/apierror.h"
#include "core/gateway/servingtable.h"
#include "core/telemetry/requestrecord.h"

#include <string>
#include <string_view>

namespace sluice::gateway {

/// Why an attempt has failed.
struct AttemptFailure
{
    enum class Kind : std::uint8_t
    {
        Timeout,    ///< a guard's deadline passed
        Connection, ///< no connection, or it broke
        Status,     ///< the provider answered, not with 2xx
        Answer,     ///< 2xx, but malformed, cut, empty, or an error inside
    };
    Kind kind = Kind::Connection;
    std::string code;  ///< for records: "ttft_timeout", "connect_refused", "http_500", "cut", …
    int status = 0;    ///< the provider's
    std::string body;  ///< Status: the provider's error in the surface's shape
    std::string event; ///< Answer: the error event that the provider sent, framed for the client
};

/// What a failure means for the request.
struct Verdict
{
    bool fallBack = false; ///< the unit's or its provider's fault: stable may answer instead
                           ///< (before the commit point)
    telemetry::Fallback reason = telemetry::Fallback::Error;
    telemetry::Outcome outcome = telemetry::Outcome::ProviderError; ///< if nobody else answers
    int clientStatus = 502;                                         ///< likewise
    bool passBody = false; ///< the provider's own error body goes to the client
};

/// | failure | falls back | client gets |
/// | --- | --- | --- |
/// | time-out of ttft, total, idle | yes, timeout | 504 |
/// | no connection, broken, cut, malformed, empty, error in the stream | yes, error | 502 |
/// | 408, 409, 425, 429, 5xx | yes, error | the same status and the provider's error |
/// | 401, 402, 403, 404 and 3xx: our credentials, our model, our address | yes, error | 502 with
/// our own words | | other 4xx (400, 405, 413, 415, 422, …): the request itself | no | the same
/// status and the provider's error |
Verdict judge(const AttemptFailure& failure) noexcept;

/// The error that the client gets where the provider's own cannot be passed on.
ApiError clientError(const AttemptFailure& failure, const Verdict& verdict,
                     const UnitRuntime& unit);

} // namespace sluice::gateway
