// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/apierror.h"
#include "core/gateway/servingtable.h"
#include "core/net/http.h"

#include <optional>
#include <string_view>

namespace sluice::gateway {

/// 415 unless the body is JSON as it stands: application/json or no content type at all, and no
/// content encoding.
std::optional<ApiError> checkMediaType(const net::HeaderList& headers);

/// The token of "authorization: Bearer TOKEN"; `data() == nullptr` without one.
std::string_view bearerToken(const net::HeaderList& headers) noexcept;

/// Who calls. 401 if keys exist (or are required) and the token is none of them. `key` is null
/// where no keys are configured, and points into the table otherwise.
std::optional<ApiError> authenticate(const ServingTable& table, bool requireKeys,
                                     std::string_view token, const ApiKey*& key);

/// Whether a caller may use a route.
bool mayCall(const ApiKey* key, const std::string& route);

} // namespace sluice::gateway
