// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/secret.h"
#include "core/control/state.h"
#include "core/gateway/servingtable.h"

#include <memory>
#include <string>

namespace sluice::control {

/// Makes what the data plane serves from out of a State. Keeps what has not changed: the
/// UnitRuntime of a unit (with its breaker and pools), compiled routes, parsed prompts. Control
/// thread only.
class ServingBuilder
{
public:
    /// What to do about a provider whose secret cannot be found.
    enum class MissingSecret
    {
        Refuse,   ///< a change that needs it does not go through
        Tolerate, ///< at start and under the red button: serve; its attempts fail and fall back
    };

    /// `secrets` must outlive this. Files that a provider names relatively (a simulator's corpus)
    /// are looked for below `folder`, the workspace.
    explicit ServingBuilder(const SecretStore& secrets, std::string folder = {});
    ~ServingBuilder();

    /// Errors name the route or unit and what is wrong with it; what was built before stays in
    /// force.
    Result<std::shared_ptr<const gateway::ServingTable>> build(const State& state,
                                                               MissingSecret missing);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// Whether two states serve differently, so that a new table has to be published.
bool servesDifferently(const State& before, const State& after);

} // namespace sluice::control
