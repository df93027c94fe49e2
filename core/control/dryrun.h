// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/state.h"
#include "core/flags/context.h"
#include "core/routing/routingtable.h"
#include "core/telemetry/requestrecord.h"

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace sluice::control {

using KeyHmac = std::array<unsigned char, 16>;

struct KeyHmacHash
{
    std::size_t operator()(const KeyHmac& key) const noexcept;
};

/// What another definition of a route would have made of recorded requests. Both definitions are
/// asked about the same requests, so that a percentage that moved in the meantime does not look
/// like people who move. Cost and times are those that each unit showed: a request that would go to
/// another unit is taken to cost and last what this unit's requests did. A pure function, in steps:
/// add() each record, then ask for the outcome. One thread.
class DryRun
{
public:
    struct Sides
    {
        const RouteEntry& present;
        std::shared_ptr<const routing::CompiledRoute> now;
        std::shared_ptr<const routing::CompiledRoute> then;
        /// RequestRecord::keyHmac of a key; empty: allow lists cannot be told.
        std::function<KeyHmac(std::string_view)> keyHmac;
    };
    explicit DryRun(Sides sides);

    void add(const telemetry::RequestRecord& record);

    struct Move
    {
        units::Arm from = units::Arm::Stable;
        units::Arm to = units::Arm::Stable;
        bool otherUnit = false; ///< false: the same unit answers, as between stable and control
        std::uint64_t users = 0;
        double requests = 0; ///< weighted
    };
    /// Of the requests assigned now and then; nothing where a unit that would serve has shown no
    /// cost or time yet, or prices are in several currencies.
    struct Estimate
    {
        std::optional<double> costMicros; ///< of all requests
        std::optional<double> p95Micros;
    };
    struct Outcome
    {
        double requests = 0; ///< weighted, without retries of SDKs, which are no new trials
        double notEvaluable = 0;
        std::uint64_t users = 0;      ///< distinct keys
        std::uint64_t movedUsers = 0; ///< who would be answered by another unit
        double movedRequests = 0;
        std::vector<Move> moves; ///< by arm
        Estimate before;
        Estimate after;
        std::string currency;
        std::vector<UnitId> unmeasured; ///< units that would serve and of which nothing is known
        bool weighted = false;          ///< some records stand for several requests
        std::int64_t oldestMicros = 0;  ///< admission of the oldest record, 0 without any
    };
    [[nodiscard]] Outcome outcome() const;

private:
    using Placement = routing::CompiledRoute::Placement;
    /// A definition as records can be asked about it.
    struct Side
    {
        std::shared_ptr<const routing::CompiledRoute> route;
        std::unordered_set<KeyHmac, KeyHmacHash> allowed;
        bool allowKnown = true;
        std::array<double, 2> requests{}; ///< that stable and the candidate would answer
    };
    /// What a unit's requests cost and how long they took.
    struct Shown
    {
        double costMicros = 0;
        double priced = 0; ///< trials whose cost is known
        double trials = 0;
        std::vector<std::pair<std::uint32_t, double>> times; ///< microseconds, weight
        double timed = 0;
    };

    [[nodiscard]] std::optional<Placement> before(const telemetry::RequestRecord& record) const;
    [[nodiscard]] std::optional<Placement> after(const telemetry::RequestRecord& record,
                                                 const Placement& before) const;
    [[nodiscard]] std::optional<Placement> ask(const Side& side,
                                               const telemetry::RequestRecord& record) const;
    [[nodiscard]] const flags::Context& attributesOf(const std::string& text) const;
    [[nodiscard]] Side sideOf(std::shared_ptr<const routing::CompiledRoute> route) const;
    void measure(const telemetry::RequestRecord& record);
    void count(const telemetry::RequestRecord& record, Placement from, Placement to);
    [[nodiscard]] Estimate estimate(const Side& side, std::vector<UnitId>& unmeasured) const;

    const RouteEntry& m_present;
    std::function<KeyHmac(std::string_view)> m_keyHmac;
    Side m_now;
    Side m_then;
    bool m_sameTargeting = false;
    mutable std::unordered_map<std::string, flags::Context> m_attributes; ///< parsed once each
    std::map<std::string, Shown> m_shown;                                 ///< by unit
    std::unordered_map<KeyHmac, std::uint16_t, KeyHmacHash> m_users;      ///< moves made, as bits
    std::map<std::uint16_t, double> m_moves; ///< requests, by the bit of the move
    Outcome m_outcome;
    std::string m_currency;
    bool m_severalCurrencies = false;
};

/// Whether the key of a record would change its arm on a route if the generation of `fractional`
/// changed; nothing without a key, and where the record does not tell both buckets.
std::optional<bool> movesWithGeneration(const RouteEntry& present,
                                        const telemetry::RequestRecord& record,
                                        flags::Generation from, flags::Generation to) noexcept;

} // namespace sluice::control
