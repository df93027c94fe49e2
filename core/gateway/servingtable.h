// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/secret.h"
#include "core/providers/codec.h"
#include "core/providers/simulator.h"
#include "core/routing/routingtable.h"
#include "core/templates/prompttemplate.h"
#include "core/units/inferenceunit.h"
#include "core/units/pricetable.h"

#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace sluice::gateway {

/// A unit ready to serve: everything that is the same for each of its requests, made once. Outlives table swaps:
/// control keeps one per unit id and puts the same pointer into the next table. Mutable state inside (breaker,
/// limits, counters) is atomic. Any thread.
class UnitRuntime
{
public:
    struct Parts
    {
        UnitId id;
        units::InferenceUnit unit;
        providers::ProviderConfig provider;
        std::shared_ptr<const providers::Codec> codec;
        std::shared_ptr<const providers::Simulator> simulator;  ///< set for kind "simulator"
        std::shared_ptr<const templates::PromptTemplate> prompt; ///< null without a prompt
    };
    /// Checks the parts against each other (endpoint URL, prompt present when the unit names one).
    static Result<std::shared_ptr<UnitRuntime>> make(Parts parts);
    ~UnitRuntime();

    [[nodiscard]] const Parts& parts() const noexcept;

private:
    struct Impl;
    explicit UnitRuntime(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// An API key as the gateway checks it.
struct ApiKey
{
    std::string id;
    Json attributes = Json::object();          ///< override what a request claims
    std::unordered_set<std::string> routes;    ///< empty: all
};

/// What the data plane serves from: one immutable snapshot, taken once at admission and kept to the end.
struct ServingTable
{
    std::shared_ptr<const routing::RoutingTable> routing;
    std::unordered_map<UnitId, std::shared_ptr<UnitRuntime>> units; ///< every unit that a route can reach
    std::shared_ptr<const units::PriceTable> prices;
    std::unordered_map<std::string, ApiKey> keys;                   ///< by sha256 hex of the key
};

} // namespace sluice::gateway
