// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/flags/context.h"
#include "core/gateway/apierror.h"
#include "core/gateway/servingtable.h"
#include "core/net/http.h"

#include <optional>
#include <string>
#include <vector>

namespace sluice::gateway {

/// Fills `context` (cleared first) with who asks: x-sluice-attributes, then x-sluice-user, -org and
/// -session (user: else what the body says), then the key's fixed attributes, each overriding what
/// came before; whoever sets user_id or targetingKey sets both. 400 for attributes that are not a
/// small JSON object.
std::optional<ApiError> identify(flags::Context& context, const net::HeaderList& headers,
                                 const providers::ChatRequest& chat, const ApiKey* key);

/// Of the attributes that a route reads, those that records may keep: all but who the user or
/// session is and what the route buckets by, which records hold as an HMAC only.
std::vector<std::string> recordedAttributes(const routing::CompiledRoute& route);

/// Canonical JSON (RFC 8785) of the named attributes, null for absent ones: so a record says that a
/// rule found nothing, and not that nobody looked. Empty without names.
std::string attributesText(const flags::Context& context, const std::vector<std::string>& names);

/// The trace id of a W3C traceparent header of version 00 (32 hex digits), or an empty view.
std::string_view traceIdOf(std::string_view traceparent) noexcept;

} // namespace sluice::gateway
