// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/addresses.h"
#include "core/net/chars.h"
#include "core/net/httpclient.h"

#include <algorithm>

namespace sluice::net {

namespace {

Error invalid(std::string message, std::string_view url)
{
    // Without what could be credentials.
    const std::size_t at = url.rfind('@');
    return fail(sluice::ErrorCode::InvalidArgument, std::move(message),
                std::string(at == std::string_view::npos ? url : url.substr(at + 1)));
}

std::string lower(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), toLower);
    return out;
}

bool isLabel(std::string_view label) noexcept
{
    const auto good = [](char c) {
        return isDigit(c) || (toLower(c) >= 'a' && toLower(c) <= 'z') || c == '-' || c == '_';
    };
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), good);
}

/// What a resolver would read as a number: "2130706433", "0x7f.1", "0177.0.0.1" (WHATWG URL,
/// ends-in-a-number).
bool isNumber(std::string_view label) noexcept
{
    if (label.size() >= 2 && label[0] == '0' && toLower(label[1]) == 'x') {
        return std::all_of(label.begin() + 2, label.end(), [](char c) { return hexValue(c) >= 0; });
    }
    return std::all_of(label.begin(), label.end(), isDigit);
}

/// A DNS name in ASCII; no trailing dot, since certificates do not carry it.
bool isName(std::string_view host) noexcept
{
    if (host.empty() || host.size() > 253) {
        return false;
    }
    while (true) {
        const std::size_t dot = host.find('.');
        const std::string_view label = host.substr(0, dot);
        if (!isLabel(label)) {
            return false;
        }
        if (dot == std::string_view::npos) {
            return !isNumber(label);
        }
        host.remove_prefix(dot + 1);
    }
}

/// Segments of unreserved characters, sub-delimiters and ':'; no empty or dot segments, no escapes,
/// no '@'.
bool isBasePath(std::string_view path) noexcept
{
    constexpr std::string_view marks = "-._~!$&'()*+,;=:";
    while (!path.empty()) {
        const std::size_t slash = std::min(path.find('/', 1), path.size());
        const std::string_view segment = path.substr(1, slash - 1);
        const bool good = std::all_of(segment.begin(), segment.end(), [marks](char c) {
            return isDigit(c) || (toLower(c) >= 'a' && toLower(c) <= 'z') ||
                   marks.find(c) != std::string_view::npos;
        });
        if (segment.empty() || segment == "." || segment == ".." || !good) {
            return false;
        }
        path.remove_prefix(slash);
    }
    return true;
}

Result<std::uint16_t> parsePort(std::string_view text, std::string_view url)
{
    unsigned port = 0;
    if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), isDigit)) {
        return invalid("the port must be a number from 1 to 65535", url);
    }
    for (const char c : text) {
        port = port * 10 + static_cast<unsigned>(c - '0');
    }
    if (port == 0 || port > 65535) {
        return invalid("the port must be a number from 1 to 65535", url);
    }
    return static_cast<std::uint16_t>(port);
}

Status parseAuthority(std::string_view authority, std::string_view url, Endpoint& endpoint)
{
    if (authority.find('@') != std::string_view::npos) {
        return invalid("an endpoint must not hold a user name or password", url);
    }
    const std::size_t bracket = authority.rfind(']');
    const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    endpoint.host = lower(authority.substr(0, colon));
    endpoint.port = endpoint.scheme == "https" ? 443 : 80;
    if (colon != std::string_view::npos) {
        Result<std::uint16_t> port = parsePort(authority.substr(colon + 1), url);
        if (!port) {
            return std::move(port).error();
        }
        endpoint.port = *port;
    }
    const auto address = addressOfHost(endpoint.host);
    if (!address && !isName(endpoint.host)) {
        return invalid("the host must be a plain DNS name (IDN as punycode, no trailing dot), a "
                       "dotted quad, or an "
                       "IPv6 address in brackets",
                       url);
    }
    if (address && !addressAllowed(*address, endpoint.local)) {
        return invalid(endpoint.local
                           ? "this address cannot be connected to"
                           : "a private or reserved address needs an endpoint that is marked local",
                       url);
    }
    return {};
}

} // namespace

Result<Endpoint> endpointFromUrl(std::string_view url, bool local)
{
    Endpoint endpoint;
    endpoint.local = local;
    const std::size_t colon = url.find("://");
    if (colon == std::string_view::npos) {
        return invalid("an endpoint is written https://host[:port][/path]", url);
    }
    endpoint.scheme = lower(url.substr(0, colon));
    if (endpoint.scheme != "https" && endpoint.scheme != "http") {
        return invalid("only https (and http for local endpoints) is supported", url);
    }
    if (endpoint.scheme == "http" && !local) {
        return invalid("http is allowed only for an endpoint that is marked local", url);
    }
    const std::string_view rest = url.substr(colon + 3);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    if (Status status = parseAuthority(rest.substr(0, slash), url, endpoint); !status) {
        return std::move(status).error();
    }
    std::string_view path = rest.substr(slash);
    if (!path.empty() && path.back() == '/') {
        path.remove_suffix(1);
    }
    if (!isBasePath(path)) {
        return invalid(
            "the path must be plain segments, without query, fragment, escapes or dot segments",
            url);
    }
    endpoint.basePath = path;
    return endpoint;
}

} // namespace sluice::net
