// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace sluice {

using Sha256 = std::array<unsigned char, 32>;

/// SHA-256 (FIPS 180-4) of bytes. Any thread.
Sha256 sha256(std::string_view bytes);
/// Lower-case hex of sha256().
std::string sha256Hex(std::string_view bytes);
/// HMAC-SHA-256 (RFC 2104) of message under key. Any thread.
Sha256 hmacSha256(std::string_view key, std::string_view message);

/// Lower-case hex, two digits a byte.
std::string toHex(std::span<const unsigned char> bytes);

/// Fills with cryptographically strong random bytes. Ends the process if the system has none to
/// give: nothing that asks for them can go on safely without.
void fillRandom(std::span<unsigned char> bytes);

/// Equality in time that depends on the lengths only (CRYPTO_memcmp); for tokens and MACs.
bool equalConstantTime(std::string_view a, std::string_view b) noexcept;

} // namespace sluice
