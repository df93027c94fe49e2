// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/flags/flagset.h"
#include "core/routing/routingtable.h"

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::gateway {

/// A route as a flag: what its variants are worth, as JSON text made once.
struct RouteFlag
{
    std::array<std::string, 3> values; ///< by units::Arm: stable, control, candidate
    std::string metadata;
};

/// The flags of a serving table. Immutable. Any thread.
struct ServedFlags
{
    /// The workspace's own set first, then one for each source. No flag is in two of them.
    std::vector<std::shared_ptr<const flags::FlagSet>> sets;
    std::map<std::string, RouteFlag, std::less<>> routes; ///< those of the table's routing
    std::string metadata; ///< the own set's, as JSON text; empty without
    std::string version;  ///< a digest of all of it: another version may evaluate otherwise

    /// The set that has a plain flag; nullptr for none.
    [[nodiscard]] const flags::FlagSet* find(std::string_view key) const noexcept;
};

/// Before a route's own flag is evaluated: who names the user as targetingKey only is user_id too.
void nameUser(flags::Context& context);

/// What flagd would give as the reason for a route's flag: Static while nothing is to be decided
/// (no candidate, or a kill not acknowledged), Default without a bucketing key.
flags::Reason routeReason(const routing::CompiledRoute& route,
                          const routing::Assignment& assignment) noexcept;

/// {"route": true, "bucket_by", "killed"?}: the metadata of a route's flag.
Json routeMetadata(const routing::Route& route);

} // namespace sluice::gateway
