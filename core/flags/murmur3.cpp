// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/flags/murmur3.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace sluice::flags {

namespace {

constexpr std::uint32_t scramble(std::uint32_t block) noexcept
{
    block *= 0xcc9e2d51U;
    block = std::rotl(block, 15);
    return block * 0x1b873593U;
}

constexpr std::uint32_t mix(std::uint32_t hash, std::uint32_t block) noexcept
{
    hash ^= scramble(block);
    hash = std::rotl(hash, 13);
    return hash * 5 + 0xe6546b64U;
}

/// Four bytes as a little-endian number, whatever the machine.
std::uint32_t load(const char* bytes) noexcept
{
    std::uint32_t block = 0;
    std::memcpy(&block, bytes, sizeof block);
    if constexpr (std::endian::native == std::endian::big) {
        block = __builtin_bswap32(block);
    }
    return block;
}

/// Up to three bytes as a number, the missing ones zero.
std::uint32_t loadPart(const char* bytes, std::size_t count) noexcept
{
    std::uint32_t part = 0;
    for (std::size_t i = 0; i < count; ++i) {
        part |= std::uint32_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    }
    return part;
}

/// Mixes the whole blocks of `text`; its last bytes, fewer than four, are left to the caller.
inline std::uint32_t mixBlocks(std::uint32_t hash, std::string_view text) noexcept
{
    const char* const end = text.data() + (text.size() & ~std::size_t{3});
    for (const char* at = text.data(); at != end; at += 4) {
        hash = mix(hash, load(at));
    }
    return hash;
}

} // namespace

std::uint32_t murmur3(std::string_view first, std::string_view second) noexcept
{
    const auto length = static_cast<std::uint32_t>(first.size() + second.size());
    std::uint32_t hash = mixBlocks(0, first);
    // What first leaves over and what second begins with share a block.
    std::size_t carried = first.size() & 3U;
    std::uint32_t carry = loadPart(first.data() + first.size() - carried, carried);
    const std::size_t taken = carried == 0 ? 0 : std::min(4 - carried, second.size());
    carry |= taken == 0 ? 0U : loadPart(second.data(), taken) << (8 * carried);
    second.remove_prefix(taken);
    carried += taken;
    if (carried == 4) {
        hash = mix(hash, carry);
        carried = 0;
    }
    if (carried == 0) {
        hash = mixBlocks(hash, second);
        carried = second.size() & 3U;
        carry = loadPart(second.data() + second.size() - carried, carried);
    }
    if (carried != 0) {
        hash ^= scramble(carry);
    }
    hash ^= length;
    hash ^= hash >> 16U;
    hash *= 0x85ebca6bU;
    hash ^= hash >> 13U;
    hash *= 0xc2b2ae35U;
    return hash ^ (hash >> 16U);
}

} // namespace sluice::flags
