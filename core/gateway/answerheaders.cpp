// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/answerheaders.h"

#include <algorithm>

namespace sluice::gateway {

namespace {

constexpr std::string_view kRateLimit = "x-ratelimit-";
constexpr std::size_t kMost = 16;

bool mayPass(std::string_view name) noexcept
{
    return (name.size() > kRateLimit.size() &&
            net::equalIgnoringCase(name.substr(0, kRateLimit.size()), kRateLimit)) ||
           net::equalIgnoringCase(name, "retry-after") ||
           net::equalIgnoringCase(name, "retry-after-ms");
}

} // namespace

void collectForwarded(const net::HeaderList& headers, ForwardedHeaders& out)
{
    out.clear();
    for (const net::Header& header : headers.all()) {
        if (out.size() < kMost && mayPass(header.name)) {
            std::string name(header.name);
            std::transform(name.begin(), name.end(), name.begin(), [](char c) {
                return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            });
            out.emplace_back(std::move(name), header.value);
        }
    }
}

} // namespace sluice::gateway
