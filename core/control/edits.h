// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/commandtable.h"

/// Edits of a State that several commands (and apply) share: each takes declarative JSON, checks it
/// and puts the result into `state`, or leaves it alone and says what is wrong, with the JSON
/// pointer below `where`. Pure functions, any thread.
namespace sluice::control {

/// Registers a unit under an alias, its prompt resolved from `call.releases`. The alias naming that
/// same unit already changes nothing; naming another is Conflict.
Result<UnitId> putUnit(State& state, const Call& call, const std::string& alias, const Json& unit,
                       std::string_view where);
Status putProvider(State& state, const std::string& name, const Json& provider,
                   std::string_view where);
Status putPrices(State& state, const Json& prices, std::string_view where);
Status putFlags(State& state, const Json& document, std::string_view where);
/// {"sha256", "attributes"?, "routes"?, "rpm"?, "tpm"?, "budget_per_day"?}.
Status putKey(State& state, const std::string& id, const Json& key, std::string_view where);

/// What a change of flags answers and tells: {"changes", "applied"}, and the event "flags".
void tellFlagChanges(Change& change, const Call& call, Json changes);

/// The prompt releases that a unit, or every unit of a declarative document, names: {"name",
/// "version"} each.
std::vector<std::pair<std::string, std::string>> promptsNamedIn(const Json& arguments);

namespace schema {
Json flagChangeResult();
} // namespace schema

} // namespace sluice::control
