// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::flags {

class Value;

/// What flagd's `fractional` hashes; a flag set says in `metadata.fractionalVersion`, 2 without it.
/// Going from one to the other puts every user into another bucket.
enum class Generation : std::uint8_t
{
    V2 = 2, ///< murmur3 of the text's UTF-8 bytes (flagd since 2026-03)
    V3 = 3, ///< murmur3 of the value's CBOR (accepted ADR; flagd-testbed since 3.9.0)
};

// All of these: any thread, neither copy nor allocate. Text is hashed as the bytes it has.

/// Generation 2 of a bucketing text, given as `text` followed by `more`.
std::uint32_t fractionalHashV2(std::string_view text, std::string_view more = {}) noexcept;

/// Generation 3 of a bucketing text: of its CBOR (RFC 8949, core deterministic), major type 3.
/// `text` followed by `more` are one text.
std::uint32_t fractionalHashV3(std::string_view text, std::string_view more = {}) noexcept;

/// Generation 3 of any bucketing value; nothing for null and for arrays, which it does not take.
/// Whole numbers in [-2^63, 2^64) are CBOR integers, others the shortest float that is the same;
/// the members of objects are in the order of their encoded names.
std::optional<std::uint32_t> fractionalHashV3(const Value& value) noexcept;

/// The hash of the short form, whose bucketing value is the flag's name with the targetingKey: in
/// generation 2 one text after the other, in generation 3 the array of both.
std::uint32_t fractionalHash(Generation generation, std::string_view flagKey,
                             std::string_view targetingKey) noexcept;

/// The bucket of a hash, in both generations: (hash * totalWeight) >> 32, in 0 .. totalWeight - 1.
constexpr std::uint32_t bucketOfHash(std::uint32_t hash, std::uint32_t totalWeight) noexcept
{
    return static_cast<std::uint32_t>((std::uint64_t{hash} * totalWeight) >> 32U);
}

} // namespace sluice::flags
