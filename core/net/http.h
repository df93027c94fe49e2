// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sluice::net {

/// One header as views into somebody else's buffer.
struct Header
{
    std::string_view name;
    std::string_view value;
};

/// Read-only list of headers; names compare without case. Views: valid as long as the message they
/// belong to.
class HeaderList
{
public:
    HeaderList() = default;
    explicit HeaderList(std::span<const Header> headers)
        : m_headers(headers)
    {
    }

    /// The first value, or an empty view with `data() == nullptr` when absent.
    [[nodiscard]] std::string_view find(std::string_view name) const noexcept;
    [[nodiscard]] bool contains(std::string_view name) const noexcept
    {
        return find(name).data() != nullptr;
    }
    [[nodiscard]] std::span<const Header> all() const noexcept { return m_headers; }

private:
    std::span<const Header> m_headers;
};

bool equalIgnoringCase(std::string_view a, std::string_view b) noexcept;

/// Reason phrase of a status, "Unknown" for others.
std::string_view reasonPhrase(int status) noexcept;

/// Why a connection or a call failed; short and stable, they go into records ("connect_refused").
enum class NetError : std::uint8_t
{
    ConnectRefused,
    ConnectTimeout,
    NameNotFound,
    AddressRefused, ///< the resolved address is not one we may talk to (resolve-check-pin)
    Tls,            ///< handshake or certificate
    Reset,
    Cut, ///< closed before the message was complete
    Malformed,
    TooLarge,
    Timeout,
    Cancelled,
};
std::string_view netErrorName(NetError error) noexcept;

} // namespace sluice::net
