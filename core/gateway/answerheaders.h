// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/http.h"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::gateway {

/// The header lines of one answer, as views, without allocation. More than fit are dropped: only
/// forwarded ones can be.
class AnswerHeaders
{
public:
    void add(std::string_view name, std::string_view value) noexcept
    {
        if (m_count < m_headers.size()) {
            m_headers[m_count++] = {name, value};
        }
    }
    void addUnlessEmpty(std::string_view name, std::string_view value) noexcept
    {
        if (!value.empty()) {
            add(name, value);
        }
    }
    [[nodiscard]] std::span<const net::Header> all() const noexcept
    {
        return std::span(m_headers).first(m_count);
    }

private:
    std::array<net::Header, 40> m_headers;
    std::size_t m_count = 0;
};

/// The provider's headers that clients may see (SEC-07): x-ratelimit-*, retry-after,
/// retry-after-ms; at most 16.
using ForwardedHeaders = std::vector<std::pair<std::string, std::string>>;
void collectForwarded(const net::HeaderList& headers, ForwardedHeaders& out);

} // namespace sluice::gateway
