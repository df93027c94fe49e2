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

} // namespace

void Murmur3::add(std::string_view bytes) noexcept
{
    m_length += static_cast<std::uint32_t>(bytes.size());
    if (m_carried != 0) { // what came before and what begins here share a block
        const std::size_t taken = std::min<std::size_t>(4 - m_carried, bytes.size());
        m_carry |= loadPart(bytes.data(), taken) << (8 * m_carried);
        m_carried += static_cast<std::uint32_t>(taken);
        bytes.remove_prefix(taken);
        if (m_carried != 4) {
            return;
        }
        m_hash = mix(m_hash, m_carry);
    }
    const char* const end = bytes.data() + (bytes.size() & ~std::size_t{3});
    for (const char* at = bytes.data(); at != end; at += 4) {
        m_hash = mix(m_hash, load(at));
    }
    m_carried = bytes.size() & 3U;
    m_carry = loadPart(end, m_carried);
}

std::uint32_t Murmur3::finish() const noexcept
{
    std::uint32_t hash = m_carried != 0 ? m_hash ^ scramble(m_carry) : m_hash;
    hash ^= m_length;
    hash ^= hash >> 16U;
    hash *= 0x85ebca6bU;
    hash ^= hash >> 13U;
    hash *= 0xc2b2ae35U;
    return hash ^ (hash >> 16U);
}

std::uint32_t murmur3(std::string_view first, std::string_view second) noexcept
{
    Murmur3 hash;
    hash.add(first);
    hash.add(second);
    return hash.finish();
}

} // namespace sluice::flags
