// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/asio/ip/address.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::net {

/// What kind of network an address belongs to, for resolve-check-pin.
enum class AddressKind : std::uint8_t
{
    Public,  ///< anyone may be sent there
    Private, ///< loopback, RFC 1918, link-local, CGNAT, ULA: only for endpoints that are marked
             ///< local
    Never,   ///< unspecified, multicast, broadcast, reserved, documentation
};

/// By the IANA special-purpose registries (RFC 6890 and after). An IPv6 address that carries an
/// IPv4 one (mapped, NAT64, 6to4) is judged by that one.
AddressKind addressKind(const boost::asio::ip::address& address) noexcept;

/// Whether a connection may go there.
inline bool addressAllowed(const boost::asio::ip::address& address, bool local) noexcept
{
    const AddressKind kind = addressKind(address);
    return kind == AddressKind::Public || (local && kind == AddressKind::Private);
}

/// The address that a host of a URL is, if it is one written canonically: dotted quad, or IPv6 in
/// brackets.
std::optional<boost::asio::ip::address> addressOfHost(std::string_view host);

} // namespace sluice::net
