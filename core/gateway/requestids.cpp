// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/requestids.h"

#include "core/base/hash.h"

#include <array>
#include <cstring>

namespace sluice::gateway {

namespace {

/// splitmix64's finalizer (Steele, Lea, Flood, 2014): a bijection, so that a counter never repeats.
std::uint64_t mixed(std::uint64_t value) noexcept
{
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31U);
}

void appendHex(std::string& out, std::uint64_t value)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (unsigned shift = 64; shift > 0; shift -= 4) {
        out.push_back(kDigits[(value >> (shift - 4)) & 15U]);
    }
}

} // namespace

RequestIds::RequestIds()
{
    std::array<unsigned char, 24> seed{};
    fillRandom(seed);
    std::memcpy(&m_prefix, seed.data(), 8);
    std::memcpy(&m_secret, seed.data() + 8, 8);
    std::memcpy(&m_counter, seed.data() + 16, 8);
}

std::string RequestIds::next()
{
    std::string id;
    id.reserve(36);
    id += "req_";
    appendHex(id, m_prefix);
    appendHex(id, mixed(m_secret ^ ++m_counter));
    return id;
}

std::string RequestIds::nextSpan()
{
    std::uint64_t value = mixed(m_secret ^ ++m_counter);
    while (value == 0) {
        value = mixed(m_secret ^ ++m_counter);
    }
    std::string id;
    id.reserve(16);
    appendHex(id, value);
    return id;
}

} // namespace sluice::gateway
