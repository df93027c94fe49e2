// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/exposure.h"

#include "core/base/json.h"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <charconv>

namespace sluice::control {

bool isLoopback(std::string_view host)
{
    const std::string text(host);
    in_addr v4{};
    in6_addr v6{};
    if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) {
        return (ntohl(v4.s_addr) >> 24U) == 127;
    }
    if (::inet_pton(AF_INET6, text.c_str(), &v6) == 1) {
        return IN6_IS_ADDR_LOOPBACK(&v6);
    }
    return text == "localhost";
}

Status checkExposure(const EngineOptions& options, bool hasKeys)
{
    const bool tls = !options.tls.certificate.empty();
    if (options.insecureListen) {
        return {};
    }
    if (!isLoopback(options.listen.host) && (!tls || !hasKeys)) {
        return fail(
            ErrorCode::Refused,
            fmt::format("--listen {} can be reached from other machines and needs API keys and TLS "
                        "(--tls-cert, --tls-key); --insecure-listen says that it is meant so",
                        options.listen.host));
    }
    if (!isLoopback(options.admin.host) && !tls) {
        return fail(ErrorCode::Refused, fmt::format("--admin {} can be reached from other machines "
                                                    "and needs TLS (--tls-cert, --tls-key); "
                                                    "--insecure-listen says that it is meant so",
                                                    options.admin.host));
    }
    return {};
}

Result<Address> addressFromText(std::string_view text)
{
    const auto colon = text.rfind(':');
    std::uint16_t port = 0;
    const std::string_view digits =
        colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    std::string_view host = text.substr(0, std::min(colon, text.size()));
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    }
    if (digits.empty() || problem != std::errc() || end != digits.data() + digits.size() ||
        host.empty() || (!bracketed && host.find(':') != std::string_view::npos)) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("\"{}\" is not HOST:PORT, for instance 127.0.0.1:8080", text));
    }
    return Address{std::string(host), port};
}

} // namespace sluice::control
