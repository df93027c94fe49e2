// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice::flags {

/// MurmurHash3_x86_32 (Austin Appleby, public domain) of the bytes of `first` followed by those of
/// `second`, seed 0. Neither copies nor allocates. Any thread.
std::uint32_t murmur3(std::string_view first, std::string_view second = {}) noexcept;

/// The bucket of a hash: (hash * totalWeight) >> 32, flagd's `fractional` v2. In 0 .. totalWeight
/// - 1.
constexpr std::uint32_t bucketOfHash(std::uint32_t hash, std::uint32_t totalWeight) noexcept
{
    return static_cast<std::uint32_t>((std::uint64_t{hash} * totalWeight) >> 32U);
}

} // namespace sluice::flags
