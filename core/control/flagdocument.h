// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/state.h"

#include <optional>
#include <string_view>

/// Flags as a part of the state. A flag belongs to the workspace's own document or to one source,
/// never to two, and never has the name of a route, since a route is a flag of its own. Pure
/// functions, any thread.
namespace sluice::control {

/// Whether a flagd document may become the state's (`source` empty) or a source's: it compiles, and
/// none of its flags is a route's or somebody else's. InvalidArgument or Conflict with the JSON
/// pointer below `where`, naming the flag and its owner.
Status checkFlagDocument(const State& state, const Json& document, std::string_view where,
                         std::string_view source = {});

/// The other way round: whether a new route's name is free of flags.
Status checkRouteIsNoFlag(const State& state, std::string_view route);

/// Whose a plain flag is: "" for the workspace itself, else the source's name. Nothing for an
/// unknown one.
std::optional<std::string> flagOwner(const State& state, const std::string& flag);

/// Refuses a document that would switch the generation by the way: whoever is in a percentage would
/// move. A document that says nothing keeps what is.
Status keepGeneration(const State& state, Json& document, std::string_view where);

/// A document in the form that we keep: "flags" as an object by name, also where the daemon's
/// array was given.
Result<Json> normalizedFlags(const Json& document, std::string_view where);
/// The own document with the flags of another added or replaced. Conflict if both have a shared
/// rule of one name and mean different ones.
Result<Json> mergedFlags(const State& state, const Json& document, std::string_view where);

/// What differs between two documents: [{"flag", "pointer", "from", "to"}]; null for what is not
/// there. Shared rules are listed with an empty flag.
Json flagChanges(const Json& before, const Json& after);

/// The flags that came from sources, by source, with their shared rules put in place.
Json importedFlags(const State& state);
/// One document that flagd accepts, with the routes' flags and all imported ones in it, and that
/// gives the gateway's variants. Errors name the route that flagd could not evaluate.
Result<Json> exportedFlags(const State& state);

} // namespace sluice::control
