// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <QString>

#include <cstdint>

namespace sluice::ui {

/// Two people changed one route: what became of it since one of them looked, and what that one
/// wanted. Changes are as the control plane tells them ({"route", "pointer", "from", "to"}), `from`
/// being the route as it was looked at.
struct RouteConflict
{
    Json theirs = Json::array();
    Json yours = Json::array();
    QString changedBy;
    std::int64_t changedAt = 0; ///< Unix microseconds
    std::uint64_t revision = 0; ///< the newest

    /// Members that both changed, and not to the same.
    [[nodiscard]] bool overlaps() const;
};

/// Members that differ between two versions of a route, in the form of the control plane's changes.
Json routeDifferences(const Json& from, const Json& to);
/// What a merge patch of the declarative form (routes.put) changes in a route.
Json patchDifferences(const Json& route, const Json& patch);
/// A member of a route as routes.put takes it: units by id.
Json declarativeMember(const Json& route, const std::string& member);

} // namespace sluice::ui
