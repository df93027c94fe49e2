// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/flags/murmur3.h"

#include <algorithm>
#include <array>
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

/// Mixes the whole blocks of `text` and drops them from it.
std::uint32_t mixBlocks(std::uint32_t hash, std::string_view& text) noexcept
{
    while (text.size() >= 4) {
        hash = mix(hash, load(text.data()));
        text.remove_prefix(4);
    }
    return hash;
}

} // namespace

std::uint32_t murmur3(std::string_view first, std::string_view second) noexcept
{
    const auto length = static_cast<std::uint32_t>(first.size() + second.size());
    std::uint32_t hash = mixBlocks(0, first);
    std::array<char, 4> carry{}; // zero filled: the tail's missing bytes count as zero
    std::size_t carried = first.size();
    if (carried != 0) {
        std::memcpy(carry.data(), first.data(), carried);
        const std::size_t taken = std::min(carry.size() - carried, second.size());
        if (taken != 0) {
            std::memcpy(carry.data() + carried, second.data(), taken);
        }
        second.remove_prefix(taken);
        carried += taken;
        if (carried == carry.size()) {
            hash = mix(hash, load(carry.data()));
            carried = 0;
        }
    }
    if (carried == 0) {
        hash = mixBlocks(hash, second);
        carry = {};
        if (!second.empty()) {
            std::memcpy(carry.data(), second.data(), second.size());
        }
        carried = second.size();
    }
    if (carried != 0) {
        hash ^= scramble(load(carry.data()));
    }
    hash ^= length;
    hash ^= hash >> 16U;
    hash *= 0x85ebca6bU;
    hash ^= hash >> 13U;
    hash *= 0xc2b2ae35U;
    return hash ^ (hash >> 16U);
}

} // namespace sluice::flags
