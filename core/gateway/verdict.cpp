// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/verdict.h"

#include <fmt/format.h>

namespace sluice::gateway {

namespace {

using telemetry::Fallback;
using telemetry::Outcome;

Verdict judgeStatus(int status) noexcept
{
    switch (status) {
    case 408:
    case 409:
    case 425:
    case 429:
        return {Fallback::Error, Outcome::ProviderError, status, true};
    case 401:
    case 402:
    case 403:
    case 404:
        return {Fallback::Error, Outcome::ProviderError, 502, false};
    default:
        break;
    }
    if (status >= 500) {
        return {Fallback::Error, Outcome::ProviderError, status, true};
    }
    if (status >= 400) {
        return {Fallback::Error, Outcome::ClientError, status, true};
    }
    return {Fallback::Error, Outcome::ProviderError, 502, false};
}

std::string_view remedy(const AttemptFailure& failure) noexcept
{
    switch (failure.kind) {
    case AttemptFailure::Kind::Timeout:
        return "it did not answer within the route's guard; try again, or widen the guard";
    case AttemptFailure::Kind::Connection:
        return "it could not be reached; check that it runs at its base_url";
    case AttemptFailure::Kind::Answer:
        return "its answer was not complete and well formed; try again";
    case AttemptFailure::Kind::Status:
        break;
    }
    switch (failure.status) {
    case 401:
    case 403:
        return "it refused the credentials that the gateway has for it; check the provider's "
               "secret";
    case 402:
        return "it wants to be paid first; check the provider's account";
    case 404:
        return "it does not know the unit's model; check the unit and the provider's base_url";
    default:
        return "it answered with a redirection, which is never followed; check the provider's "
               "base_url";
    }
}

std::string_view surfaceCode(const AttemptFailure& failure) noexcept
{
    switch (failure.kind) {
    case AttemptFailure::Kind::Timeout:
        return "upstream_timeout";
    case AttemptFailure::Kind::Connection:
        return "upstream_unreachable";
    case AttemptFailure::Kind::Answer:
        return "upstream_answer_broken";
    case AttemptFailure::Kind::Status:
        break;
    }
    return "upstream_refused";
}

} // namespace

Verdict judge(const AttemptFailure& failure) noexcept
{
    switch (failure.kind) {
    case AttemptFailure::Kind::Timeout:
        return {Fallback::Timeout, Outcome::Timeout, 504, false};
    case AttemptFailure::Kind::Status:
        return judgeStatus(failure.status);
    case AttemptFailure::Kind::Connection:
    case AttemptFailure::Kind::Answer:
        break;
    }
    return {Fallback::Error, Outcome::ProviderError, 502, false};
}

ApiError clientError(const AttemptFailure& failure, const Verdict& verdict, const UnitRuntime& unit)
{
    return {verdict.clientStatus,
            surfaceCode(failure),
            fmt::format("Provider \"{}\" failed ({}): {}.", unit.parts().provider.name.text(),
                        failure.code, remedy(failure)),
            {}};
}

} // namespace sluice::gateway
