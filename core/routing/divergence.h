// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/route.h"

#include <set>
#include <string>
#include <vector>

namespace sluice::routing {

/// Two lines of change from one base, on the routes that the second one touches.
struct Divergence
{
    Json theirs = Json::array();   ///< base -> present, as changesBetween() has it
    std::vector<std::string> both; ///< pointers (into the declarative form) that both changed
    /// Nothing that is touched has moved: the change may be made on the present routes.
    [[nodiscard]] bool none() const noexcept { return theirs.empty(); }
};

/// What happened to the routes `touched` between `base` and `present`, against the changes `yours`
/// (of changesBetween()) that somebody wanted to make to `base`. A pointer counts as changed by
/// both also where one of them changed something around it. Pure, any thread.
Divergence divergenceOf(const std::vector<Route>& base, const std::vector<Route>& present,
                        const Json& yours, const std::set<std::string>& touched,
                        const UnitNamer& name);

} // namespace sluice::routing
