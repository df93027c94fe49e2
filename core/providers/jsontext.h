// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::providers {

/// Pieces of JSON as text, for splicing. Pure functions, any thread.

/// Appends `text` (UTF-8) as a JSON string with its quotes; only what RFC 8259 demands is escaped.
void appendJsonString(std::string& out, std::string_view text);

/// Whether `inner`, what stands between a string's quotes, has only escapes that RFC 8259 knows.
bool validEscapes(std::string_view inner) noexcept;

/// Whether `inner` writes as escapes what needs none (letters, digits, punctuation of ASCII): no
/// encoder does that to a member's name, but a name can be hidden from a comparison so.
bool needlessEscapes(std::string_view inner) noexcept;

/// Whether `token` is a number of RFC 8259, of any size.
bool validNumber(std::string_view token) noexcept;

/// The number as a whole one, if it is written as one and fits.
std::optional<std::int64_t> wholeNumber(std::string_view token) noexcept;

/// Without JSON's white space at its ends.
std::string_view trimmed(std::string_view text) noexcept;

} // namespace sluice::providers
