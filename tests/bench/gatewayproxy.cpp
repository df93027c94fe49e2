// SPDX-License-Identifier: GPL-3.0-or-later
// The gateway alone as a proxy: everything that is in a request's path (keys aside), nothing of
// control or store. gatewayproxy BASE_URL [SECONDS]: prints the port, serves, ends. For profiles
// and for the floor under sluiced's row.
#include "core/gateway/gateway.h"
#include "core/telemetry/pipeline.h"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

using namespace sluice;

namespace {

class Discard final : public telemetry::BatchSink
{
public:
    void accept(telemetry::Batch) override {}
};

template <typename T>
T must(Result<T> result)
{
    if (!result) {
        std::fprintf(stderr, "%s\n", describe(result.error()).c_str());
        std::exit(1);
    }
    return std::move(*result);
}

UnitId addUnit(gateway::ServingTable& table, const std::string& baseUrl, const std::string& model)
{
    gateway::UnitRuntime::Parts parts;
    parts.provider = {ProviderName("sim"), "openai", baseUrl, {}, true, nullptr};
    parts.unit.provider = parts.provider.name;
    parts.unit.model = model;
    parts.unit.params = Json{{"temperature", 0.2}};
    parts.id = must(units::unitId(parts.unit));
    parts.codec = must(providers::makeCodec(parts.provider, Secret("sk-bench")));
    const UnitId id = parts.id;
    table.units[id] = must(gateway::UnitRuntime::make(std::move(parts)));
    return id;
}

std::shared_ptr<const gateway::ServingTable> makeTable(const std::string& baseUrl)
{
    auto table = std::make_shared<gateway::ServingTable>();
    routing::Route route;
    route.name = RouteName("bench");
    route.definition.stable = addUnit(*table, baseUrl, "m-2026-01-01");
    route.definition.candidate = addUnit(*table, baseUrl, "n-2026-01-01");
    route.definition.percent = 2000;
    route.definition.guard.ttft = std::chrono::milliseconds(2000);
    route.definition.guard.total = std::chrono::milliseconds(15000);
    route.definition.guard.idle = std::chrono::milliseconds(5000);
    route.definition.rules.push_back(
        {Json::parse(R"({"==":[{"var":"org_id"},"org-internal"]})"), routing::RuleArm::Candidate});
    route.knownGood = {route.definition.stable, 1};
    std::vector<std::shared_ptr<const routing::CompiledRoute>> routes{
        must(routing::CompiledRoute::compile(std::move(route)))};
    table->routing = std::make_shared<const routing::RoutingTable>(1, std::move(routes));
    table->prices = std::make_shared<
        const units::PriceTable>(must(units::PriceTable::fromJson(Json::parse(
        R"([{"provider":"sim","model":"m-2026-01-01","currency":"USD","from":"2026-01-01","input_per_mtok":1,
             "output_per_mtok":2}])"))));
    return table;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::fprintf(stderr, "gatewayproxy BASE_URL [SECONDS]\n");
        return 2;
    }
    const SystemClock clock;
    Discard sink;
    telemetry::Pipeline pipeline({}, clock, sink);
    pipeline.start();
    gateway::GatewayOptions options;
    options.hmacKey = "bench";
    gateway::Gateway gateway(options, {&pipeline.recorder(0)}, clock, nullptr);
    gateway.publish(makeTable(argv[1]), {});
    if (const Status started = gateway.start(); !started) {
        std::fprintf(stderr, "%s\n", describe(started.error()).c_str());
        return 1;
    }
    std::printf("%u\n", gateway.port());
    std::fflush(stdout);
    std::this_thread::sleep_for(std::chrono::seconds(argc > 2 ? std::atoi(argv[2]) : 3600));
    return 0;
}
