// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice::net {

/// The allow-list against DNS rebinding and foreign pages: 127.0.0.1, localhost, [::1] and what was
/// added; exact, without case, any port. Immutable: any thread.
class HostGuard
{
public:
    explicit HostGuard(const std::vector<std::string>& allowHosts);

    /// A Host header's value, "name", "name:port", "[v6]:port".
    [[nodiscard]] bool hostAllowed(std::string_view host) const noexcept;
    /// An Origin header's value, "http://host:port" or https. "null" is not allowed.
    [[nodiscard]] bool originAllowed(std::string_view origin) const noexcept;

private:
    std::vector<std::string> m_names;
};

} // namespace sluice::net
