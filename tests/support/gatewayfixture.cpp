// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/gatewayfixture.h"

#include "core/base/hash.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

namespace sluice::tests {

namespace {

/// What a test builds by hand must be right; a fixture that is not says so and stops.
template <typename T>
T must(Result<T> result)
{
    if (!result) {
        std::fprintf(stderr, "gateway fixture: %s\n", describe(result.error()).c_str());
        std::abort();
    }
    return std::move(*result);
}

std::vector<telemetry::Recorder*>
plain(const std::vector<std::unique_ptr<KeepingRecorder>>& recorders)
{
    std::vector<telemetry::Recorder*> list;
    for (const auto& recorder : recorders) {
        list.push_back(recorder.get());
    }
    return list;
}

} // namespace

void RecordStore::add(telemetry::RequestRecord&& record)
{
    {
        const std::lock_guard lock(m_mutex);
        m_records.push_back(std::move(record));
    }
    m_changed.notify_all();
}

std::vector<telemetry::RequestRecord> RecordStore::all() const
{
    const std::lock_guard lock(m_mutex);
    return m_records;
}

std::vector<telemetry::RequestRecord> RecordStore::waitFor(std::size_t count) const
{
    std::unique_lock lock(m_mutex);
    m_changed.wait_for(lock, std::chrono::seconds(10), [&] { return m_records.size() >= count; });
    return m_records;
}

GatewayFixture::GatewayFixture(gateway::GatewayOptions options)
{
    options.hmacKey = "a test's key";
    for (std::size_t i = 0; i < options.threads; ++i) {
        m_recorders.push_back(std::make_unique<KeepingRecorder>(m_store));
    }
    setPrices(Json::array());
    m_gateway = std::make_unique<gateway::Gateway>(std::move(options), plain(m_recorders), m_clock,
                                                   nullptr);
}

UnitId GatewayFixture::add(providers::ProviderConfig provider,
                           std::optional<units::PromptRef> reference,
                           std::shared_ptr<const templates::PromptTemplate> prompt)
{
    gateway::UnitRuntime::Parts parts;
    parts.unit.provider = provider.name;
    parts.unit.model = "m-" + provider.name.text() + "-2026-01-15";
    parts.unit.prompt = std::move(reference);
    parts.prompt = std::move(prompt);
    parts.id = must(units::unitId(parts.unit));
    parts.codec = must(providers::makeCodec(provider, Secret("sk-CANARY-upstream")));
    if (provider.kind == "simulator") {
        parts.simulator = must(
            providers::Simulator::make(must(providers::simulatorFromJson(provider.simulator))));
    }
    parts.provider = std::move(provider);
    const UnitId id = parts.id;
    m_units[id] = must(gateway::UnitRuntime::make(std::move(parts)));
    return id;
}

UnitId GatewayFixture::addUnit(const std::string& name, const std::string& baseUrl)
{
    return add({ProviderName(name), "openai", baseUrl, {}, true, nullptr}, std::nullopt, nullptr);
}

UnitId GatewayFixture::addSimulated(const std::string& name, const Json& settings)
{
    return add({ProviderName(name), "simulator", {}, {}, false, settings}, std::nullopt, nullptr);
}

UnitId GatewayFixture::addPrompted(const std::string& name, const std::string& baseUrl,
                                   const std::string& version, const std::string& source)
{
    return add({ProviderName(name), "openai", baseUrl, {}, true, nullptr},
               units::PromptRef{"greet", version, sha256Hex(source)},
               must(templates::PromptTemplate::parse(source)));
}

void GatewayFixture::setRoute(routing::Route route)
{
    const std::string name = route.name.text();
    m_routes[name] = std::move(route);
}

routing::Route GatewayFixture::stableRoute(const UnitId& stable, const routing::Guard& guard)
{
    routing::Route route;
    route.name = RouteName(kRoute);
    route.definition.stable = stable;
    route.definition.guard = guard;
    route.knownGood = {stable, 1};
    return route;
}

routing::Route GatewayFixture::candidateRoute(const UnitId& stable, const UnitId& candidate,
                                              const routing::Guard& guard)
{
    routing::Route route = stableRoute(stable, guard);
    route.definition.candidate = candidate;
    route.definition.percent = 10'000;
    return route;
}

routing::Route GatewayFixture::killedRoute(routing::Route route, const UnitId& unit)
{
    route.killed.emplace();
    route.killed->unit = unit;
    route.killed->actor = "on-call";
    route.killed->reason = "a test";
    return route;
}

void GatewayFixture::setKey(const std::string& key, gateway::ApiKey entry)
{
    m_keys[sha256Hex(key)] = std::move(entry);
}

void GatewayFixture::setPrices(const Json& prices)
{
    m_prices = std::make_shared<const units::PriceTable>(must(units::PriceTable::fromJson(prices)));
}

void GatewayFixture::setFlags(const Json& document)
{
    m_flags = document;
}

std::shared_ptr<const gateway::ServedFlags> GatewayFixture::servedFlags() const
{
    auto served = std::make_shared<gateway::ServedFlags>();
    served->sets.push_back(must(flags::FlagSet::fromJson(m_flags)));
    served->metadata = m_flags.contains("metadata") ? m_flags["metadata"].dump() : "";
    std::string all = m_flags.dump();
    for (const auto& [name, route] : m_routes) {
        served->routes[name] = {
            {R"({"arm":"stable"})", R"({"arm":"control"})", R"({"arm":"candidate"})"},
            gateway::routeMetadata(route).dump()};
        all += routing::toJson(route).dump();
    }
    served->version = sha256Hex(all).substr(0, 32);
    return served;
}

std::shared_ptr<const gateway::ServingTable> GatewayFixture::table()
{
    auto table = std::make_shared<gateway::ServingTable>();
    std::vector<std::shared_ptr<const routing::CompiledRoute>> routes;
    for (const auto& [name, route] : m_routes) {
        routes.push_back(must(routing::CompiledRoute::compile(route)));
    }
    table->routing = std::make_shared<const routing::RoutingTable>(++m_revision, std::move(routes));
    table->units = m_units;
    table->prices = m_prices;
    table->keys = m_keys;
    table->flags = servedFlags();
    return table;
}

void GatewayFixture::publish()
{
    std::promise<void> adopted;
    m_gateway->publish(table(), [&adopted] { adopted.set_value(); });
    adopted.get_future().wait();
}

void GatewayFixture::start()
{
    publish();
    if (const Status started = m_gateway->start(); !started) {
        std::fprintf(stderr, "gateway fixture: %s\n", describe(started.error()).c_str());
        std::abort();
    }
}

GatewayFixture::Kill GatewayFixture::kill()
{
    std::vector<RouteName> routes;
    for (const auto& [name, route] : m_routes) {
        routes.push_back(route.name);
    }
    const auto adopted = std::make_shared<std::promise<gateway::KillProof>>();
    const auto finished = std::make_shared<std::promise<gateway::KillProof>>();
    Kill kill{adopted->get_future(), finished->get_future()};
    m_gateway->kill(
        table(), std::move(routes),
        [adopted](const gateway::KillProof& proof) { adopted->set_value(proof); },
        [finished](const gateway::KillProof& proof) { finished->set_value(proof); });
    return kill;
}

telemetry::RequestRecord GatewayFixture::record() const
{
    std::vector<telemetry::RequestRecord> all = m_store.waitFor(1);
    return all.empty() ? telemetry::RequestRecord{} : std::move(all.front());
}

std::string GatewayFixture::body(bool stream, const std::string& user,
                                 const std::string& extraMembers, const std::string& route)
{
    return fmt::format(R"({{"model":"{}","messages":[{{"role":"user","content":"hello"}}]{}{}{}}})",
                       route, stream ? R"(,"stream":true)" : "",
                       user.empty() ? "" : fmt::format(R"(,"user":"{}")", user), extraMembers);
}

PlainAnswer GatewayFixture::chat(bool stream, const std::string& user,
                                 const std::string& extraMembers,
                                 const PlainClient::Headers& headers)
{
    return PlainClient::request(port(), "POST", "/v1/chat/completions",
                                body(stream, user, extraMembers), headers);
}

} // namespace sluice::tests
