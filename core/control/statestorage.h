// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/state.h"
#include "core/routing/snapshot.h"
#include "core/store/controlstore.h"

#include <optional>
#include <vector>

/// A State at rest: documents of the control store plus the latest revision's routes. Pure
/// functions, any thread.
namespace sluice::control {

/// The documents that differ (a null value deletes). Routes themselves go into the revision row,
/// see routesJson().
std::vector<store::Document> documentsBetween(const State& before, const State& after);

/// Storage form of all routes, for a RevisionRow.
Json routesJson(const State& state);

/// The state that a store holds. Corrupt names the document that cannot be read.
Result<State> stateFrom(const std::vector<store::Document>& documents,
                        const std::optional<store::RevisionRow>& latest);

/// routing.snapshot: everything that serving, authentication and the red button need, so that a
/// start without the store goes on with it.
routing::Snapshot snapshotOf(const State& state);
/// Corrupt when the members have another form.
Result<State> stateFrom(const routing::Snapshot& snapshot);

} // namespace sluice::control
