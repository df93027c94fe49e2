// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <QString>

#include <cstdint>
#include <optional>
#include <vector>

namespace sluice::ui {

/// A unit as a route names it.
struct UnitName
{
    QString alias;
    QString id; ///< "u_" and 64 hex digits

    [[nodiscard]] bool empty() const noexcept { return id.isEmpty() && alias.isEmpty(); }
    /// The alias, or the short id of a unit without one.
    [[nodiscard]] QString name() const;
    /// Eight hex digits.
    [[nodiscard]] QString shortId() const;
    bool operator==(const UnitName&) const = default;
};

/// A targeting rule in words and as it came.
struct RuleFacts
{
    QString text; ///< "org_id = org-internal"
    QString arm;
};

struct KillFacts
{
    UnitName unit;
    QString actor;
    QString reason;
    std::int64_t at = 0; ///< Unix microseconds
};

/// A route of routes.list, routes.get or routes.put as the pages read it. Members that are absent
/// stay empty.
struct RouteFacts
{
    QString name;
    UnitName stable;
    UnitName candidate; ///< empty() without one
    UnitName knownGood;
    std::int64_t knownGoodRevision = 0;
    double percent = 0;
    QString bucketBy;
    std::vector<RuleFacts> rules;
    int allowed = 0; ///< names on the allow list
    std::optional<KillFacts> killed;
    double shadowPercent = 0;
    std::int64_t changedAt = 0; ///< Unix microseconds
    QString changedBy;
    bool simulated = false;
    Json guard = Json::object(); ///< limits in ms by member name; null = none

    [[nodiscard]] bool hasCandidate() const noexcept { return !candidate.empty(); }
    /// Shares of the arms in per cent (architecture.md, arm): control is min(p, 100 - p), stable
    /// the rest.
    [[nodiscard]] double controlPercent() const noexcept;
    [[nodiscard]] double stablePercent() const noexcept;
};

RouteFacts routeFacts(const Json& route);

} // namespace sluice::ui
