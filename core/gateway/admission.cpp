// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/admission.h"

#include "core/base/hash.h"

namespace sluice::gateway {

namespace {

constexpr std::string_view kBearer = "Bearer ";

/// The media type without its parameters.
std::string_view mediaType(std::string_view value) noexcept
{
    value = value.substr(0, value.find(';'));
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) {
        value.remove_suffix(1);
    }
    return value;
}

ApiError unauthorized(std::string message)
{
    return {401, "invalid_api_key", std::move(message), {}};
}

} // namespace

std::optional<ApiError> checkMediaType(const net::HeaderList& headers)
{
    const std::string_view type = headers.find("content-type");
    if (type.data() != nullptr && !net::equalIgnoringCase(mediaType(type), "application/json")) {
        return ApiError{415,
                        "unsupported_media_type",
                        "The body must be JSON: send content-type: application/json.",
                        {}};
    }
    const std::string_view encoding = headers.find("content-encoding");
    if (encoding.data() != nullptr && !net::equalIgnoringCase(encoding, "identity")) {
        return ApiError{
            415, "unsupported_content_encoding", "Send the body without content-encoding.", {}};
    }
    return std::nullopt;
}

std::string_view bearerToken(const net::HeaderList& headers) noexcept
{
    const std::string_view authorization = headers.find("authorization");
    const bool bearer = authorization.size() > kBearer.size() &&
                        net::equalIgnoringCase(authorization.substr(0, kBearer.size()), kBearer);
    return bearer ? authorization.substr(kBearer.size()) : std::string_view{};
}

std::optional<ApiError> authenticate(const ServingTable& table, bool requireKeys,
                                     std::string_view token, const ApiKey*& key)
{
    key = nullptr;
    if (table.keys.empty() && !requireKeys) {
        return std::nullopt;
    }
    if (token.empty()) {
        return unauthorized("An API key is needed: send it as authorization: Bearer KEY.");
    }
    // Found by the digest of a random key: what time the look-up takes tells nothing about the key
    // itself.
    const auto found = table.keys.find(sha256Hex(token));
    if (found == table.keys.end()) {
        return unauthorized(
            "This API key is not known here; ask the gateway's administrator for one.");
    }
    key = &found->second;
    return std::nullopt;
}

bool mayCall(const ApiKey* key, const std::string& route)
{
    return key == nullptr || key->routes.empty() || key->routes.contains(route);
}

} // namespace sluice::gateway
