// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/flags/context.h"
#include "core/routing/route.h"
#include "core/units/arm.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::routing {

using units::Arm;
using units::AssignedBy;

/// Route + context -> arm and unit. `unit` points into the table: keep the table alive.
struct Assignment
{
    Arm arm = Arm::Stable;
    AssignedBy by = AssignedBy::None;
    const UnitId* unit = nullptr;
    std::uint32_t bucket = 0; ///< 0..9999, valid if hasKey
    bool hasKey = false;
    std::string_view key; ///< the bucketing key, into the context; for the HMAC only
};

/// One step of an explanation: what was looked at and what came of it.
struct ExplainStep
{
    std::string step; ///< "kill", "allow", "rule 1", "bucket", …
    std::string outcome;
    Json detail;
};

/// A route with its rules compiled. Immutable. Any thread.
class CompiledRoute
{
public:
    /// Errors: those of check(), below "/definition". Rules that `before`, an earlier version of
    /// the route, has as well are not compiled again: the red button must not wait for them.
    static Result<std::shared_ptr<const CompiledRoute>>
    compile(Route route, const CompiledRoute* before = nullptr);
    ~CompiledRoute();

    [[nodiscard]] const Route& route() const noexcept;
    /// Assigns. Precedence kill > allow list > rules > percentage > stable; without a bucketing
    /// key: stable, by none. While a kill is not acknowledged, whoever would have got the killed
    /// unit gets the known good one, by kill, and there is no control. No allocation, no lock.
    [[nodiscard]] Assignment assign(const flags::Context& context) const noexcept;
    /// The unit that answers when the assigned one fails before the commit point; nullptr for
    /// stable itself.
    [[nodiscard]] const UnitId* fallbackFor(const Assignment& assignment) const noexcept;
    /// The shadow policy; nullptr without one, and while its unit is killed.
    [[nodiscard]] const ShadowPolicy* shadow() const noexcept;
    /// Names of the attributes that the rules and bucket_by read, sorted.
    [[nodiscard]] std::span<const std::string> attributesRead() const noexcept;
    /// assign(), step by step, for people.
    [[nodiscard]] std::vector<ExplainStep> explain(const flags::Context& context) const;

private:
    struct Impl;
    explicit CompiledRoute(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// The bucket (0..9999) of a key on a route: fractional v2's hash of `route + key` over a total
/// weight of 10000.
std::uint32_t bucketOf(std::string_view route, std::string_view key) noexcept;

/// The arm of a bucket at a percentage: candidate first, control (the last min(p, 100-p) %) at the
/// other end.
Arm armOfBucket(std::uint32_t bucket, BasisPoints percent) noexcept;

/// All routes of one revision. Immutable; share as shared_ptr<const RoutingTable>. Any thread.
class RoutingTable
{
public:
    RoutingTable(std::uint64_t revision, std::vector<std::shared_ptr<const CompiledRoute>> routes);

    [[nodiscard]] std::uint64_t revision() const noexcept { return m_revision; }
    /// nullptr for an unknown name. No allocation.
    [[nodiscard]] const CompiledRoute* find(std::string_view name) const noexcept;
    [[nodiscard]] const std::vector<std::shared_ptr<const CompiledRoute>>& routes() const noexcept
    {
        return m_routes;
    }

private:
    std::uint64_t m_revision;
    std::vector<std::shared_ptr<const CompiledRoute>> m_routes; ///< sorted by name
};

} // namespace sluice::routing
