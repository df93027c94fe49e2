// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/json.h"
#include "core/base/result.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sluice::routing {

using Milliseconds = std::chrono::milliseconds;

/// A share in hundredths of a percent, 0..10000: 5 % is 500.
using BasisPoints = std::uint32_t;

enum class RuleArm : std::uint8_t
{
    Stable,
    Candidate
};

/// A targeting rule as written: JsonLogic over the request's attributes.
struct Rule
{
    Json when;
    RuleArm arm = RuleArm::Stable;
    bool operator==(const Rule&) const = default;
};

/// Limits of one attempt (contracts.md, Meanings). Absent: not guarded.
struct Guard
{
    std::optional<Milliseconds> ttft;  ///< streamed requests: first content
    std::optional<Milliseconds> total; ///< both kinds
    std::optional<Milliseconds> idle;  ///< streamed requests: between contents
    std::optional<std::uint32_t> minTokensPerSecond; ///< streamed requests: from the first content
    std::optional<Milliseconds> hedgeAfter;
    std::optional<Milliseconds> deadline; ///< the whole request, all attempts
    bool operator==(const Guard&) const = default;
};

struct ShadowPolicy
{
    UnitId unit;
    BasisPoints percent = 0;
    bool operator==(const ShadowPolicy&) const = default;
};

enum class RequestParams : std::uint8_t
{
    Unit,
    Reject,
    Allow
};
enum class SystemMessages : std::uint8_t
{
    Open,
    Observe,
    Warn,
    Deny
};

/// What a person decides about a route. Units are ids here; declarative files and the console speak
/// in aliases and control translates.
struct RouteDefinition
{
    UnitId stable;
    std::optional<UnitId> candidate;
    BasisPoints percent = 0;
    std::string bucketBy = "user_id"; ///< user_id, org_id, session_id or any attribute
    std::vector<std::string> allow;   ///< bucketing keys that always get the candidate
    std::vector<Rule> rules;
    Guard guard;
    std::optional<ShadowPolicy> shadow;
    Json session = Json::object(); ///< {"on_rollback", "on_kill"}
    SystemMessages systemMessages = SystemMessages::Open;
    RequestParams requestParams = RequestParams::Unit;
    Json capture = Json::object();

    bool operator==(const RouteDefinition&) const = default;
};

/// What the red button returns to, kept with every route.
struct KnownGood
{
    UnitId unit;
    std::uint64_t revision = 0; ///< the revision in which it became the known good one
    bool operator==(const KnownGood&) const = default;
};

/// A pressed red button that nobody has acknowledged yet.
struct KillState
{
    UnitId unit; ///< the unit that must not serve
    std::string actor;
    std::string reason;
    std::int64_t atMicros = 0;
    BasisPoints percent = 0; ///< the candidate's share when the button was pressed
    bool operator==(const KillState&) const = default;
};

/// A route as stored in a routing revision. Value type.
struct Route
{
    RouteName name;
    RouteDefinition definition;
    KnownGood knownGood;
    std::optional<KillState>
        killed; ///< set: candidate, rules, allow list and shadow for that unit are off
    /// The unit that was stable before the present one: the known good one while there is no
    /// candidate.
    std::optional<KnownGood> previous;
    bool operator==(const Route&) const = default;
};

/// Turns a unit's alias or id into an id, and an id into what people call it.
using UnitResolver = std::function<Result<UnitId>(std::string_view)>;
using UnitNamer = std::function<std::string(const UnitId&)>;

/// What the members of a definition must keep to among each other: a candidate other than stable
/// wherever there is a percentage, rules that compile. InvalidArgument with the JSON pointer below
/// `where`.
Status check(const RouteDefinition& definition, std::string_view where = {});

/// Storage form of a route and back; units by id. Errors carry the JSON pointer below `where`.
Json toJson(const Route& route);
Result<Route> routeFromJson(const Json& json, std::string_view where = {});

/// Reads a declarative route object (contracts.md). Unknown members, wrong types and values out of
/// range are InvalidArgument with the JSON pointer below `where`; members may contradict each other
/// until check().
Result<RouteDefinition> definitionFromJson(const Json& json, const UnitResolver& resolve,
                                           std::string_view where = {});
/// The declarative object with every member, absent ones null.
Json toJson(const RouteDefinition& definition, const UnitNamer& name);

/// A percentage in JSON (0..100, at most two decimals) as basis points and back.
Result<BasisPoints> percentFromJson(const Json& json, std::string_view where = {});
Json percentToJson(BasisPoints percent);

} // namespace sluice::routing
