// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/json.h"
#include "core/base/result.h"

#include <optional>
#include <string>

namespace sluice::units {

/// A released prompt, by name and version, and the digest of its resolved text (partials included).
struct PromptRef
{
    std::string name;    ///< "support/answer"
    std::string version; ///< semantic version, "1.0.0"
    std::string digest; ///< sha256 hex of the resolved release; empty until control has resolved it

    bool operator==(const PromptRef&) const = default;
};

/// The immutable thing that is released. A value; equal content means equal id.
struct InferenceUnit
{
    ProviderName provider;
    std::string model; ///< a pinned snapshot name, never one that floats (see modelname.h)
    std::optional<PromptRef> prompt; ///< none: the client's messages pass on
    Json params = Json::object();    ///< provider parameters: temperature, max_tokens, …
    Json tools;                      ///< null or an array of tool definitions
    Json outputSchema;               ///< null or a JSON Schema
    Json retrieval;                  ///< null or {"collection", "generation", …}

    bool operator==(const InferenceUnit&) const = default;
};

/// The unit from its declarative form ({"provider", "model", "prompt"?, "params"?, "tools"?,
/// "output_schema"?, "retrieval"?}). Unknown members and floating model names are InvalidArgument;
/// `where` prefixes the pointer.
Result<InferenceUnit> unitFromJson(const Json& json, std::string_view where = {});
/// The declarative form, absent members left out.
Json toJson(const InferenceUnit& unit);

/// "u_" + SHA-256 of the canonical JSON (RFC 8785) of toJson(unit). Parameters that are not exact
/// in JSON are InvalidArgument.
Result<UnitId> unitId(const InferenceUnit& unit);

/// The first eight hex digits, for people: "3f9c02d1". For "u_3f9c02d1…"; other text comes back as
/// it is.
std::string shortId(const UnitId& id);

} // namespace sluice::units
