// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/auditchain.h"

#include "core/base/hash.h"

#include <fmt/format.h>

#include <iterator>

namespace sluice::store {

namespace {

/// What was accepted once must be readable again; commands have limits of their own.
constexpr JsonLimits kStoredLimits{.bytes = std::size_t{1} << 30U, .depth = 512};

} // namespace

Result<std::string> storedJson(const Json& value)
{
    try {
        return value.dump();
    } catch (const Json::type_error& error) {
        return fail(ErrorCode::InvalidArgument,
                    std::string("text that is not UTF-8 cannot be stored: ") + error.what());
    }
}

Result<Json> loadedJson(std::string_view text, const std::string& where)
{
    auto value = parseJson(text, kStoredLimits);
    if (!value) {
        return fail(ErrorCode::Corrupt, "stored JSON does not parse: " + value.error().message,
                    where);
    }
    return value;
}

std::string digestOf(std::initializer_list<std::string_view> fields)
{
    std::string all;
    for (const std::string_view field : fields) {
        fmt::format_to(std::back_inserter(all), "{}:{},", field.size(), field);
    }
    return sha256Hex(all);
}

std::string auditDigest(std::string_view before, const AuditRow& row, std::string_view arguments)
{
    return digestOf({before, fmt::to_string(row.sequence), fmt::to_string(row.atMicros), row.actor,
                     row.role, row.command, arguments, row.outcome, row.message,
                     fmt::to_string(row.revision)});
}

} // namespace sluice::store
