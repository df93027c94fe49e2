// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/json.h"
#include "core/base/secret.h"

#include <string>

namespace sluice::providers {

/// A configured provider, as in the declarative file. Value type; holds no secret, only where it is
/// kept.
struct ProviderConfig
{
    ProviderName name;
    std::string kind;    ///< "openai" or "simulator" (more kinds later)
    std::string baseUrl; ///< empty for the simulator
    SecretRef secret;
    bool local = false; ///< loopback and private addresses, plain http
    Json simulator;     ///< the simulator's settings, null for others

    bool operator==(const ProviderConfig&) const = default;
};

Result<ProviderConfig> providerFromJson(const ProviderName& name, const Json& json,
                                        std::string_view where = {});
Json toJson(const ProviderConfig& config);

} // namespace sluice::providers
