// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace sluice::store {

/// The migrations of each kind of file, from resources/sql: element i takes a file from
/// user_version i to i + 1. One statement ends with `;` at the end of a line. A script that has
/// been released is never edited.
std::span<const std::string_view> controlMigrations() noexcept;
std::span<const std::string_view> recordMigrations() noexcept;
std::span<const std::string_view> rollupMigrations() noexcept;

} // namespace sluice::store
