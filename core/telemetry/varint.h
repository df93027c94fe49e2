// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::telemetry {

/// Appends seven bits a byte, low group first (LEB128): at most ten bytes.
void putVarint(std::uint64_t value, std::string& out);
/// Signed numbers, zigzag first, so that small negative ones stay short.
void putSignedVarint(std::int64_t value, std::string& out);

/// Takes one number off the front of `bytes`. False, with both unchanged, if it is cut off or
/// exceeds 64 bits.
[[nodiscard]] bool takeVarint(std::string_view& bytes, std::uint64_t& value);
[[nodiscard]] bool takeSignedVarint(std::string_view& bytes, std::int64_t& value);

} // namespace sluice::telemetry
