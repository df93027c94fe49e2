// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/flags/context.h"
#include "core/flags/fractional.h"
#include "core/routing/bucketingkey.h"
#include "core/routing/route.h"
#include "core/units/arm.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::routing {

using flags::Generation;
using units::Arm;
using units::AssignedBy;

/// What a conversation holds on to: the unit that its session was bound to, as that arm.
struct Pin
{
    UnitId unit;
    Arm arm = Arm::Stable;
};

/// Route + context -> arm and unit. `unit` points into the table (into the pin where by Pin): keep
/// that alive.
struct Assignment
{
    Arm arm = Arm::Stable;
    AssignedBy by = AssignedBy::None;
    const UnitId* unit = nullptr;
    std::uint32_t bucket = 0; ///< 0..9999, valid if hasKey
    bool hasKey = false;
    BucketingKey key; ///< into the context; for the HMAC only
};

/// One step of an explanation: what was looked at and what came of it.
struct ExplainStep
{
    std::string step; ///< "kill", "pin", "key", "candidate", "allow", "rule 1", "bucket", "result"
    std::string outcome;
    Json detail;
    /// This one settled the assignment; the steps after it say what would have happened without it.
    bool decides = false;
};

/// What a record still holds of a request, to ask another definition about it.
struct RecordedRequest
{
    bool hasKey = false;
    std::uint32_t bucket = 0; ///< on this route and in its generation, valid if hasKey
    bool allowed = false;     ///< the key is on this definition's allow list
    /// The attributes that the record kept; null where one was looked for and absent.
    const flags::Context* attributes = nullptr;
};

/// A route with its rules compiled. Immutable. Any thread.
class CompiledRoute
{
public:
    /// `generation` is that of the flag set in force: cohorts follow it. Errors: those of check(),
    /// below "/definition". Rules that `before`, an earlier version of the route, has as well are
    /// not compiled again: the red button must not wait for them.
    static Result<std::shared_ptr<const CompiledRoute>>
    compile(Route route, Generation generation = Generation::V2,
            const CompiledRoute* before = nullptr);
    ~CompiledRoute();

    [[nodiscard]] const Route& route() const noexcept;
    [[nodiscard]] Generation generation() const noexcept;
    /// Assigns. Precedence kill > pin > allow list > rules > percentage > stable; without a
    /// bucketing key: stable, by none. While a kill is not acknowledged, whoever would have got the
    /// killed unit, pinned or not, gets the known good one, by kill, and there is no control. No
    /// allocation, no lock.
    [[nodiscard]] Assignment assign(const flags::Context& context,
                                    const Pin* pin = nullptr) const noexcept;
    /// What assign() would give a recorded request, pins aside: the arm and by what. Nothing where
    /// that hangs on a rule that reads what the record does not hold.
    struct Placement
    {
        Arm arm = Arm::Stable;
        AssignedBy by = AssignedBy::None;
    };
    [[nodiscard]] std::optional<Placement> place(const RecordedRequest& request) const noexcept;
    /// The unit that answers when the assigned one fails before the commit point; nullptr for
    /// stable itself.
    [[nodiscard]] const UnitId* fallbackFor(const Assignment& assignment) const noexcept;
    /// The shadow policy; nullptr without one, and while its unit is killed.
    [[nodiscard]] const ShadowPolicy* shadow() const noexcept;
    /// Names of the attributes that the rules and bucket_by read, sorted.
    [[nodiscard]] std::span<const std::string> attributesRead() const noexcept;
    /// assign(), step by step, for people: every step in the order of precedence, also those after
    /// the one that decides.
    [[nodiscard]] std::vector<ExplainStep> explain(const flags::Context& context,
                                                   const Pin* pin = nullptr) const;

private:
    struct Impl;
    explicit CompiledRoute(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// The hash of a key on a route: `fractional`'s, of the one text `route + key`. It is what flagd
/// makes of {"cat": [{"var": "$flagd.flagKey"}, key]}, in both generations and for any attribute
/// (the short form, which in generation 3 is an array's hash, knows targetingKey only).
std::uint32_t hashOf(std::string_view route, std::string_view key,
                     Generation generation = Generation::V2) noexcept;
/// Its bucket, 0..9999: over a total weight of 10000.
std::uint32_t bucketOf(std::string_view route, std::string_view key,
                       Generation generation = Generation::V2) noexcept;
/// The generation that is not this one.
constexpr Generation otherGeneration(Generation generation) noexcept
{
    return generation == Generation::V2 ? Generation::V3 : Generation::V2;
}

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
