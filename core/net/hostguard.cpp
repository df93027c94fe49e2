// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/hostguard.h"

#include "core/net/chars.h"
#include "core/net/http.h"

#include <algorithm>

namespace sluice::net {

namespace {

bool isPort(std::string_view text) noexcept
{
    return !text.empty() && text.size() <= 5 && std::all_of(text.begin(), text.end(), isDigit);
}

} // namespace

HostGuard::HostGuard(const std::vector<std::string>& allowHosts)
    : m_names{"127.0.0.1", "localhost", "[::1]"}
{
    for (const std::string& host : allowHosts) {
        const bool bareV6 =
            host.find(':') != std::string::npos && host.find('[') == std::string::npos;
        m_names.push_back(bareV6 ? "[" + host + "]" : host);
    }
}

bool HostGuard::hostAllowed(std::string_view host) const noexcept
{
    const std::size_t bracket = host.rfind(']');
    const std::size_t colon = host.rfind(':');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
        if (!isPort(host.substr(colon + 1))) {
            return false;
        }
        host = host.substr(0, colon);
    }
    return std::any_of(m_names.begin(), m_names.end(),
                       [host](const std::string& name) { return equalIgnoringCase(name, host); });
}

bool HostGuard::originAllowed(std::string_view origin) const noexcept
{
    for (const std::string_view scheme :
         {std::string_view("http://"), std::string_view("https://")}) {
        if (origin.substr(0, scheme.size()) == scheme) {
            return hostAllowed(origin.substr(scheme.size()));
        }
    }
    return false;
}

} // namespace sluice::net
