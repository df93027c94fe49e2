// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/secret.h"
#include "core/gateway/servedflags.h"
#include "core/net/httpclient.h"
#include "core/providers/codec.h"
#include "core/providers/simulator.h"
#include "core/routing/routingtable.h"
#include "core/templates/prompttemplate.h"
#include "core/units/inferenceunit.h"
#include "core/units/pricetable.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace sluice::gateway {

/// A unit ready to serve: everything that is the same for each of its requests, made once. Outlives
/// table swaps: control keeps one per unit id and puts the same pointer into the next table.
/// Mutable state inside (counters) is atomic. Any thread.
class UnitRuntime
{
public:
    struct Parts
    {
        UnitId id;
        units::InferenceUnit unit;
        providers::ProviderConfig provider;
        std::shared_ptr<const providers::Codec> codec;
        std::shared_ptr<const providers::Simulator> simulator;   ///< set for kind "simulator"
        std::shared_ptr<const templates::PromptTemplate> prompt; ///< null without a prompt
    };
    /// Checks the parts against each other (endpoint URL, prompt present when the unit names one).
    static Result<std::shared_ptr<UnitRuntime>> make(Parts parts);
    ~UnitRuntime();

    UnitRuntime(const UnitRuntime&) = delete;
    UnitRuntime& operator=(const UnitRuntime&) = delete;

    [[nodiscard]] const Parts& parts() const noexcept { return m_parts; }

    /// What follows from the parts and would otherwise be made for each request.
    struct Ready
    {
        net::Endpoint endpoint;  ///< empty for the simulator
        std::string pool;        ///< connections are shared between units with the same
        std::string promptLabel; ///< "name@version", or empty
        std::shared_ptr<const providers::PreparedUnit> prepared;
        /// The rendered prompt, if it reads no variable.
        struct Prompt
        {
            std::vector<providers::PromptMessage> messages;
            std::size_t historyIndex = 0;
        };
        std::optional<Prompt> fixedPrompt;
    };
    [[nodiscard]] const Ready& ready() const noexcept { return m_ready; }
    [[nodiscard]] bool simulated() const noexcept { return m_parts.simulator != nullptr; }
    /// Counts the calls of a simulated unit, so that repeated questions get different answers.
    [[nodiscard]] std::uint64_t nextSequence() noexcept
    {
        return m_sequence.fetch_add(1, std::memory_order_relaxed);
    }

    /// A rendered template in the codec's form.
    static Ready::Prompt promptOf(templates::PromptTemplate::Rendered rendered);

private:
    UnitRuntime(Parts parts, Ready ready);

    Parts m_parts;
    Ready m_ready;
    std::atomic<std::uint64_t> m_sequence{0};
};

/// An API key as the gateway checks it.
struct ApiKey
{
    std::string id;
    Json attributes = Json::object();       ///< override what a request claims
    std::unordered_set<std::string> routes; ///< empty: all
};

/// What the data plane serves from: one immutable snapshot, taken once at admission and kept to the
/// end.
struct ServingTable
{
    std::shared_ptr<const routing::RoutingTable> routing;
    std::unordered_map<UnitId, std::shared_ptr<UnitRuntime>>
        units; ///< every unit that a route can reach
    std::shared_ptr<const units::PriceTable> prices;
    std::unordered_map<std::string, ApiKey> keys; ///< by sha256 hex of the key
    std::shared_ptr<const ServedFlags> flags;     ///< null: none
};

} // namespace sluice::gateway
