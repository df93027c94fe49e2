// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/migrations.h"

#include <fmt/format.h>

namespace sluice::store {

namespace {

Error newer(std::int64_t version, std::size_t known, const std::string& path)
{
    return fail(ErrorCode::Refused,
                fmt::format("the file has version {}, this Sluice knows up to {}; use the newer "
                            "Sluice that made it",
                            version, known),
                path);
}

/// Statements end with `;` at the end of a line (sqltext.h).
Status executeScript(Database& database, std::string_view script)
{
    while (!script.empty()) {
        const std::size_t end = script.find(";\n");
        const std::string_view statement = script.substr(0, end);
        if (statement.find_first_not_of(" \t\r\n") != std::string_view::npos) {
            if (auto status = database.execute(statement); !status) {
                return status;
            }
        }
        script = end == std::string_view::npos ? std::string_view{} : script.substr(end + 2);
    }
    return {};
}

Status step(Database& database, std::string_view script, std::size_t version)
{
    auto transaction = Transaction::begin(database);
    if (!transaction) {
        return transaction.error();
    }
    if (auto status = executeScript(database, script); !status) {
        return status;
    }
    if (auto status = database.execute(fmt::format("PRAGMA user_version={}", version)); !status) {
        return status;
    }
    return transaction->commit();
}

} // namespace

Status migrate(Database& database, std::span<const std::string_view> scripts)
{
    const auto version = database.integer("PRAGMA user_version");
    if (!version) {
        return version.error();
    }
    if (*version < 0 || static_cast<std::size_t>(*version) > scripts.size()) {
        return newer(*version, scripts.size(), database.path());
    }
    for (auto i = static_cast<std::size_t>(*version); i < scripts.size(); ++i) {
        if (auto status = step(database, scripts[i], i + 1); !status) {
            return status;
        }
    }
    return {};
}

Result<std::int64_t> readableVersion(Database& database, std::span<const std::string_view> scripts)
{
    const auto version = database.integer("PRAGMA user_version");
    if (!version) {
        return version;
    }
    if (*version == 0) {
        return fail(ErrorCode::NotFound, "the file is being made", database.path());
    }
    if (*version < 0 || static_cast<std::size_t>(*version) > scripts.size()) {
        return newer(*version, scripts.size(), database.path());
    }
    return version;
}

} // namespace sluice::store
