// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/addresses.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>

namespace sluice::net {

namespace ip = boost::asio::ip;

namespace {

struct Range4
{
    std::uint32_t base;
    unsigned bits;
    AddressKind kind;
};

constexpr std::uint32_t quad(unsigned a, unsigned b, unsigned c, unsigned d)
{
    return (a << 24U) | (b << 16U) | (c << 8U) | d;
}

constexpr std::array<Range4, 16> kRanges4{{
    {quad(0, 0, 0, 0), 8, AddressKind::Never},        // this network, RFC 791
    {quad(10, 0, 0, 0), 8, AddressKind::Private},     // RFC 1918
    {quad(100, 64, 0, 0), 10, AddressKind::Private},  // CGNAT, RFC 6598
    {quad(127, 0, 0, 0), 8, AddressKind::Private},    // loopback
    {quad(169, 254, 0, 0), 16, AddressKind::Private}, // link-local, RFC 3927
    {quad(172, 16, 0, 0), 12, AddressKind::Private},  // RFC 1918
    {quad(192, 0, 0, 0), 24, AddressKind::Never},     // IETF assignments, RFC 6890
    {quad(192, 0, 2, 0), 24, AddressKind::Never},     // documentation
    {quad(192, 31, 196, 0), 24, AddressKind::Never},  // AS112
    {quad(192, 88, 99, 0), 24, AddressKind::Never},   // 6to4 relays, deprecated
    {quad(192, 168, 0, 0), 16, AddressKind::Private}, // RFC 1918
    {quad(198, 18, 0, 0), 15, AddressKind::Private},  // benchmarking, RFC 2544
    {quad(198, 51, 100, 0), 24, AddressKind::Never},  // documentation
    {quad(203, 0, 113, 0), 24, AddressKind::Never},   // documentation
    {quad(224, 0, 0, 0), 4, AddressKind::Never},      // multicast
    {quad(240, 0, 0, 0), 4, AddressKind::Never},      // reserved and broadcast
}};

AddressKind kindOf(std::uint32_t address) noexcept
{
    for (const Range4& range : kRanges4) {
        if (((address ^ range.base) >> (32U - range.bits)) == 0) {
            return range.kind;
        }
    }
    return AddressKind::Public;
}

using Bytes6 = ip::address_v6::bytes_type;

struct Range6
{
    std::array<std::uint8_t, 8> base; ///< the first half; the table needs no longer prefixes
    unsigned bits;
    AddressKind kind;
};

constexpr std::array<Range6, 10> kRanges6{{
    {{0x01, 0x00}, 64, AddressKind::Never},                         // discard, RFC 6666
    {{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48, AddressKind::Never}, // local NAT64, RFC 8215
    {{0x20, 0x01, 0x00}, 23, AddressKind::Never},       // IETF assignments with Teredo, RFC 2928
    {{0x20, 0x01, 0x0d, 0xb8}, 32, AddressKind::Never}, // documentation
    {{0x3f, 0xff, 0x00}, 20, AddressKind::Never},       // documentation, RFC 9637
    {{0x5f, 0x00}, 16, AddressKind::Never},             // segment routing, RFC 9602
    {{0xfc}, 7, AddressKind::Private},                  // ULA, RFC 4193
    {{0xfe, 0x80}, 10, AddressKind::Private},           // link-local
    {{0xfe, 0xc0}, 10, AddressKind::Private},           // site-local, deprecated
    {{0xff}, 8, AddressKind::Never},                    // multicast
}};

bool inRange(const Bytes6& address, const Range6& range) noexcept
{
    unsigned bits = range.bits;
    for (std::size_t i = 0; bits > 0; ++i) {
        const unsigned take = bits < 8 ? bits : 8;
        const unsigned mask = (0xffU << (8U - take)) & 0xffU;
        if (((address[i] ^ range.base[i]) & mask) != 0) {
            return false;
        }
        bits -= take;
    }
    return true;
}

bool startsWith(const Bytes6& address, std::initializer_list<std::uint8_t> prefix) noexcept
{
    return std::equal(prefix.begin(), prefix.end(), address.begin());
}

std::uint32_t embedded(const Bytes6& address, std::size_t at) noexcept
{
    return quad(address[at], address[at + 1], address[at + 2], address[at + 3]);
}

AddressKind kindOf(const Bytes6& address) noexcept
{
    if (startsWith(address, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0})) {
        if (address[10] == 0xff && address[11] == 0xff) {
            return kindOf(embedded(address, 12)); // mapped
        }
        if (address == ip::address_v6::loopback().to_bytes()) {
            return AddressKind::Private;
        }
        return AddressKind::Never; // unspecified, IPv4-compatible
    }
    if (startsWith(address, {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) {
        return kindOf(embedded(address, 12)); // NAT64
    }
    if (startsWith(address, {0x20, 0x02})) {
        return kindOf(embedded(address, 2)); // 6to4
    }
    for (const Range6& range : kRanges6) {
        if (inRange(address, range)) {
            return range.kind;
        }
    }
    return (address[0] & 0xe0U) == 0x20 ? AddressKind::Public
                                        : AddressKind::Never; // only 2000::/3 is allocated
}

} // namespace

AddressKind addressKind(const ip::address& address) noexcept
{
    return address.is_v4() ? kindOf(address.to_v4().to_uint()) : kindOf(address.to_v6().to_bytes());
}

std::optional<ip::address> addressOfHost(std::string_view host)
{
    boost::system::error_code error;
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        const std::string inner(host.substr(1, host.size() - 2));
        if (inner.find('%') != std::string::npos) {
            return std::nullopt; // a zone belongs to one machine, not into configuration
        }
        const auto address = ip::make_address_v6(inner, error);
        return error ? std::nullopt : std::optional<ip::address>(address);
    }
    const auto address = ip::make_address_v4(std::string(host), error);
    // inet_pton takes leading zeros on some systems; what does not print as it was written is not
    // canonical.
    return error || address.to_string() != host ? std::nullopt
                                                : std::optional<ip::address>(address);
}

} // namespace sluice::net
