// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/flags/rule.h"
#include "core/routing/routingtable.h"

#include <string>
#include <unordered_set>
#include <vector>

namespace sluice::routing {

// Private to the room: what assign() and explain() share.

struct TextHash
{
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept
    {
        return std::hash<std::string_view>{}(text);
    }
};

/// One of a route's rules.
struct RouteRule
{
    flags::CompiledRule compiled;
    bool open = false; ///< reads attributes that its text does not name
};
/// As in the definition, in its order.
using Rules = std::vector<RouteRule>;

/// The two halves of check().
Status checkShares(const RouteDefinition& definition, std::string_view where);
Result<Rules> compileRules(const RouteDefinition& definition, std::string_view where);

struct CompiledRoute::Impl
{
    Route route;
    Generation generation = Generation::V2;
    std::shared_ptr<const Rules> rules; ///< shared by versions of the route that have the same
    std::unordered_set<std::string, TextHash, std::equal_to<>> allow;
    std::vector<std::string> attributes;
    std::uint32_t keyHash = 0;    ///< of the name in bucketBy
    bool candidateKilled = false; ///< the killed unit is the candidate
    bool stableKilled = false;    ///< it was stable, and the known good one serves in its place

    /// The bucketing key; nothing if the attribute is absent or no key (BucketingKey).
    [[nodiscard]] std::optional<BucketingKey> key(const flags::Context& context) const noexcept;
    /// A session's unit stays, unless it is the killed one.
    [[nodiscard]] bool honours(const Pin& pin) const noexcept
    {
        return !route.killed || route.killed->unit != pin.unit;
    }
    /// The share that decides who would have the candidate, killed or not.
    [[nodiscard]] BasisPoints percent() const noexcept
    {
        return candidateKilled ? route.killed->percent : route.definition.percent;
    }
    /// What the route wants for a key with a candidate in place, kills aside: allow list, rules,
    /// percentage.
    [[nodiscard]] Placement wish(bool allowed, std::uint32_t bucket,
                                 const flags::Context& context) const noexcept;
    /// A wish with the kill taken into account.
    [[nodiscard]] Placement granted(Placement wish) const noexcept;
    /// Whether everything that a rule reads is among recorded attributes.
    [[nodiscard]] static bool recorded(const RouteRule& rule,
                                       const flags::Context& attributes) noexcept;
    [[nodiscard]] bool allows(std::string_view key) const noexcept
    {
        return !allow.empty() && allow.find(key) != allow.end();
    }
    [[nodiscard]] flags::Environment environment(const flags::Context& context) const noexcept
    {
        return {&context, nullptr, route.name.text(), 0};
    }
};

} // namespace sluice::routing
