// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/result.h"

#include <array>

namespace sluice {

namespace {

constexpr std::array<std::pair<ErrorCode, std::string_view>, 12> kNames{{
    {ErrorCode::InvalidArgument, "invalid_argument"},
    {ErrorCode::Unauthorized, "unauthorized"},
    {ErrorCode::Refused, "refused"},
    {ErrorCode::NotFound, "not_found"},
    {ErrorCode::Conflict, "conflict"},
    {ErrorCode::TooLarge, "too_large"},
    {ErrorCode::Timeout, "timeout"},
    {ErrorCode::Cancelled, "cancelled"},
    {ErrorCode::Unavailable, "unavailable"},
    {ErrorCode::Io, "io"},
    {ErrorCode::Corrupt, "corrupt"},
    {ErrorCode::Internal, "internal"},
}};

} // namespace

std::string_view errorCodeName(ErrorCode code) noexcept
{
    for (const auto& [value, name] : kNames) {
        if (value == code) {
            return name;
        }
    }
    return "internal";
}

ErrorCode errorCodeFromName(std::string_view name) noexcept
{
    for (const auto& [value, known] : kNames) {
        if (known == name) {
            return value;
        }
    }
    return ErrorCode::Internal;
}

int exitCode(ErrorCode code) noexcept
{
    switch (code) {
    case ErrorCode::InvalidArgument:
        return 2;
    case ErrorCode::Unauthorized:
    case ErrorCode::Refused:
        return 3;
    case ErrorCode::Conflict:
        return 4;
    case ErrorCode::Unavailable:
    case ErrorCode::Timeout:
        return 5;
    default:
        return 1;
    }
}

std::string describe(const Error& error)
{
    return error.where.empty() ? error.message : error.message + " (at " + error.where + ")";
}

} // namespace sluice
