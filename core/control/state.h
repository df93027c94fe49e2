// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/command.h"
#include "core/control/flagsource.h"
#include "core/flags/fractional.h"
#include "core/providers/provider.h"
#include "core/routing/route.h"
#include "core/units/inferenceunit.h"
#include "core/units/pricetable.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace sluice::control {

/// Things by name; the values are immutable and shared between states, so that copying a State is
/// cheap and "the same pointer" means "not changed".
template <typename T>
using Index = std::map<std::string, std::shared_ptr<const T>>;

struct RouteEntry
{
    routing::Route route;
    std::int64_t changedAt = 0; ///< microseconds
    std::string changedBy = {};
    /// The revisions since which it is as it is, and since which it buckets by what it does; 0: not
    /// known. What was recorded under them is told by what the route says now.
    std::uint64_t since = 0;
    std::uint64_t keyedSince = 0;
};

struct UnitEntry
{
    UnitId id;
    units::InferenceUnit unit;
    std::int64_t registeredAt = 0;
    std::string registeredBy;
};

/// A released prompt that some unit names. Kept with the control state, so that serving needs no
/// Git.
struct PromptEntry
{
    std::string name;
    std::string version;
    std::string digest;
    std::string source;
};

/// An application's key, as declared: sha256, attributes, routes, limits.
struct KeyEntry
{
    std::string id;
    Json definition;
};

struct Token
{
    std::string id;
    std::string name;
    api::Role role = api::Role::Viewer;
    std::string sha256; ///< of the whole token; the token itself is not kept
    std::int64_t createdAt = 0;
    std::optional<std::int64_t> expiresAt;
};

/// All that commands read and change. A value: handlers make the next one from the present one.
struct State
{
    std::uint64_t revision = 0; ///< of `routes`; 0 before the first
    Index<RouteEntry> routes;
    Index<UnitEntry> units;     ///< by id
    Index<UnitId> aliases;      ///< alias -> unit; see addAlias()
    Index<std::string> names;   ///< unit -> the first of its aliases (alphabetically)
    Index<PromptEntry> prompts; ///< by digest
    Index<providers::ProviderConfig> providers;
    Index<KeyEntry> keys;
    Index<Token> tokens; ///< by id
    Index<Json> meta;    ///< "applied", "kill_sequence", "production", "name", …
    Index<Json> kills;   ///< proofs (routing.kill's results) of kills in force, see killKey()
    std::shared_ptr<const units::PriceTable> prices;
    std::shared_ptr<const Json> flags; ///< flagd document: the workspace's own flags
    Index<FlagSource> flagSources;     ///< where more flags come from
    Index<FlagImport> flagImports;     ///< what came from them last, by source
};

/// What an empty workspace starts from.
State emptyState();

/// Gives a unit another name; names once given stay.
void addAlias(State& state, const std::string& alias, const UnitId& id);
/// An alias or an id -> the registered unit's id. NotFound names the aliases that are near.
Result<UnitId> resolveUnit(const State& state, std::string_view aliasOrId,
                           std::string_view where = {});
/// The first alias of a unit (alphabetically), or "".
std::string aliasOf(const State& state, const UnitId& id);
/// What people call a unit: its alias, or its short id.
std::string unitName(const State& state, const UnitId& id);
/// {"alias", "id"}.
Json unitRef(const State& state, const UnitId& id);

/// The generation of `fractional` of a flagd document: what metadata.fractionalVersion says, 2
/// without it.
flags::Generation generationOf(const Json& document);
/// The one that cohorts and the workspace's own flags follow.
flags::Generation generationOf(const State& state);

/// Under which State::kills has the proof of a press at that time.
std::string killKey(std::int64_t atMicros);

/// What fleet.configure has said: whether people depend on this fleet, and its name or "".
bool fleetProduction(const State& state);
std::string fleetName(const State& state);

/// The entry, or NotFound naming the route.
Result<std::shared_ptr<const RouteEntry>> findRoute(const State& state, const std::string& name);

} // namespace sluice::control
