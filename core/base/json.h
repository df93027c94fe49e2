// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace sluice {

using Json = nlohmann::json;

/// What parseJson() accepts at the most.
struct JsonLimits
{
    std::size_t bytes = std::size_t{8} << 20U;
    int depth = 64;
};

/// Parses untrusted JSON text: strict RFC 8259, UTF-8, no duplicate member names, within limits.
/// The Error's `where` is "line L, column C". Any thread.
Result<Json> parseJson(std::string_view text, const JsonLimits& limits = {});

/// Canonical form of RFC 8785 (JCS): members sorted by UTF-16 code units, shortest ECMAScript
/// numbers, no white space. Equal documents give equal bytes. Numbers must be finite doubles or
/// integers within
/// +-(2^53 - 1); others, and text that is not UTF-8, are InvalidArgument with the JSON pointer.
Result<std::string> canonicalJson(const Json& document);

/// The member `key` of an object as T (std::string, bool, std::int64_t, double, Json), or an Error
/// naming `where/key`: missing and mistyped members are told apart.
template <typename T>
Result<T> member(const Json& object, std::string_view key, std::string_view where = {});

/// `base` with one more reference token, escaped (RFC 6901).
std::string pointerTo(std::string_view base, std::string_view token);

} // namespace sluice
