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

/// What a failure means for the request: stable may answer instead, before the commit point; and
/// if nobody does, this.
struct Verdict
{
    telemetry::Fallback reason = telemetry::Fallback::Error;
    telemetry::Outcome outcome = telemetry::Outcome::ProviderError;
    int clientStatus = 502;
    bool passBody = false; ///< the provider's own error body goes to the client
};

/// | failure | fallback | client gets, where nobody else answers |
/// | --- | --- | --- |
/// | time-out of ttft, total, idle, or too slow (min_tokens_per_s) | timeout | 504 |
/// | no connection, broken, cut, malformed, empty, error in the stream | error | 502 |
/// | 408, 409, 425, 429, 5xx | error | the same status and the provider's error |
/// | 401, 402, 403, 404 and 3xx: our credentials, our model, our address | error | 502, our words |
/// | other 4xx (400, 405, 413, 415, 422, …): refused by this unit | error | as 429 |
///
/// The last row cannot tell whose fault it is: a parameter or a length that this unit's model does
/// not take, or a request that none takes. Stable's answer tells: if it refuses as well, it was the
/// request, and no unit has failed.
Verdict judge(const AttemptFailure& failure) noexcept;

/// Whether a provider refused the request as such.
inline bool requestRefused(const Verdict& verdict) noexcept
{
    return verdict.outcome == telemetry::Outcome::ClientError;
}

/// The error that the client gets where the provider's own cannot be passed on.
ApiError clientError(const AttemptFailure& failure, const Verdict& verdict,
                     const UnitRuntime& unit);

} // namespace sluice::gateway
