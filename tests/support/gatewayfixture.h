// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/gateway.h"
#include "core/telemetry/recorder.h"
#include "tests/support/plainclient.h"

#include <condition_variable>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace sluice::tests {

/// What all of a gateway's recorders keep. Any thread.
class RecordStore
{
public:
    void add(telemetry::RequestRecord&& record);
    [[nodiscard]] std::vector<telemetry::RequestRecord> all() const;
    /// Waits until there are so many, or for ten seconds.
    [[nodiscard]] std::vector<telemetry::RequestRecord> waitFor(std::size_t count) const;

private:
    mutable std::mutex m_mutex;
    mutable std::condition_variable m_changed;
    std::vector<telemetry::RequestRecord> m_records;
};

/// A recorder that keeps what it gets.
class KeepingRecorder final : public telemetry::Recorder
{
public:
    explicit KeepingRecorder(RecordStore& store)
        : m_store(store)
    {
    }
    void record(telemetry::RequestRecord&& record) override { m_store.add(std::move(record)); }
    void flush() override {}

private:
    RecordStore& m_store;
};

/// A real gateway on a free port, with units and routes put together by hand in place of control.
/// One thread.
class GatewayFixture
{
public:
    static constexpr const char* kRoute = "support";

    explicit GatewayFixture(gateway::GatewayOptions options = {});

    /// A unit at an OpenAI-compatible provider; `name` is its model's middle part, and the
    /// provider's name.
    UnitId addUnit(const std::string& name, const std::string& baseUrl);
    /// A unit at a simulated provider.
    UnitId addSimulated(const std::string& name, const Json& settings);
    /// The same, with a prompt "greet" at a version. `source` is the .prompt file's text.
    UnitId addPrompted(const std::string& name, const std::string& baseUrl,
                       const std::string& version, const std::string& source);

    /// Adds or replaces a route; published with the next publish().
    void setRoute(routing::Route route);
    /// A route to one unit.
    static routing::Route stableRoute(const UnitId& stable, const routing::Guard& guard = {});
    /// A route whose requests with a user all go to the candidate.
    static routing::Route candidateRoute(const UnitId& stable, const UnitId& candidate,
                                         const routing::Guard& guard = {});
    /// The red button on a route: `unit` is out.
    static routing::Route killedRoute(routing::Route route, const UnitId& unit);

    void setKey(const std::string& key, gateway::ApiKey entry);
    void setPrices(const Json& prices);
    /// Plain flags, as a flagd document. Each route's own flag is there by itself: the value of a
    /// variant is {"arm": its name}.
    void setFlags(const Json& document);

    /// The next revision of what is set.
    std::shared_ptr<const gateway::ServingTable> table();
    /// Publishes it and waits until every I/O thread has it.
    void publish();
    /// publish() and start().
    void start();
    struct Kill
    {
        std::future<gateway::KillProof> adopted;
        std::future<gateway::KillProof> finished;
    };
    Kill kill();

    [[nodiscard]] gateway::Gateway& gateway() { return *m_gateway; }
    [[nodiscard]] std::uint16_t port() const { return m_gateway->port(); }
    [[nodiscard]] std::uint64_t revision() const { return m_revision; }
    [[nodiscard]] std::vector<telemetry::RequestRecord> records() const { return m_store.all(); }
    /// Waits for `count` of them: a client may have its answer a moment before the record is left.
    [[nodiscard]] std::vector<telemetry::RequestRecord> waitForRecords(std::size_t count) const
    {
        return m_store.waitFor(count);
    }
    /// The first one; waits for it. An empty one if none came.
    [[nodiscard]] telemetry::RequestRecord record() const;

    /// A chat completion by a user on a connection of its own; no user: pass "".
    PlainAnswer chat(bool stream, const std::string& user = "u-1",
                     const std::string& extraMembers = {},
                     const PlainClient::Headers& headers = {});
    static std::string body(bool stream, const std::string& user,
                            const std::string& extraMembers = {},
                            const std::string& route = kRoute);

private:
    [[nodiscard]] std::shared_ptr<const gateway::ServedFlags> servedFlags() const;
    UnitId add(providers::ProviderConfig provider, std::optional<units::PromptRef> reference,
               std::shared_ptr<const templates::PromptTemplate> prompt);

    SystemClock m_clock;
    RecordStore m_store;
    std::vector<std::unique_ptr<KeepingRecorder>> m_recorders;
    std::unordered_map<UnitId, std::shared_ptr<gateway::UnitRuntime>> m_units;
    std::map<std::string, routing::Route> m_routes;
    std::unordered_map<std::string, gateway::ApiKey> m_keys;
    std::shared_ptr<const units::PriceTable> m_prices;
    Json m_flags{{"flags", Json::object()}};
    std::uint64_t m_revision = 0;
    std::unique_ptr<gateway::Gateway> m_gateway; ///< last: its threads use the recorders
};

} // namespace sluice::tests
