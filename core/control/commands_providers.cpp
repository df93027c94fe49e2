// SPDX-License-Identifier: GPL-3.0-or-later
// providers.* and prices.*: whom units talk to, and what it costs.
#include "core/control/commandtable.h"
#include "core/control/edits.h"
#include "core/control/schema.h"

namespace sluice::control {

namespace {

Result<Json> listProviders(const State& state, const Call&, const Services& services)
{
    Json list = Json::array();
    for (const auto& [name, config] : state.providers) {
        list.push_back({{"name", name},
                        {"kind", config->kind},
                        {"base_url", config->baseUrl},
                        {"secret", toJson(config->secret)},
                        {"secret_found", services.secrets.find(config->secret).ok()},
                        {"local", config->local},
                        {"simulator", config->simulator}});
    }
    return Json{{"providers", std::move(list)}};
}

Result<Change> putOneProvider(const State& state, const Call& call)
{
    Change change{state};
    const std::string name = call.arguments.at("name");
    if (auto status = putProvider(change.next, name, call.arguments.at("provider"), "/provider");
        !status) {
        return std::move(status).error();
    }
    // Also when nothing differs: putting a provider again is how a renewed secret is read again.
    change.next.providers[name] =
        std::make_shared<const providers::ProviderConfig>(*change.next.providers.at(name));
    return change;
}

Result<Json> listPrices(const State& state, const Call&, const Services&)
{
    return Json{{"prices", state.prices->toJson()}};
}

Result<Change> putAllPrices(const State& state, const Call& call)
{
    Change change{state};
    if (auto status = putPrices(change.next, call.arguments.at("prices"), "/prices"); !status) {
        return std::move(status).error();
    }
    return change;
}

} // namespace

void addProviderCommands(std::vector<Row>& rows)
{
    using namespace schema;
    const Json secret = nullable(open());
    rows.push_back({{"providers.list", api::Role::Viewer,
                     "Lists the providers, without their secrets.", object({}),
                     object({{"providers", arrayOf(object({{"name", name()},
                                                           {"kind", text()},
                                                           {"base_url", text()},
                                                           {"secret", secret},
                                                           {"secret_found", boolean()},
                                                           {"local", boolean()},
                                                           {"simulator", nullable(open())}}))}}),
                     false},
                    Where::Readers,
                    listProviders,
                    {},
                    Prepare::Nothing,
                    {}});
    rows.push_back({{"providers.put", api::Role::Admin,
                     "Adds or replaces a provider, and reads its secret again.",
                     object({{"name", name()}, {"provider", open()}}), object({}), true},
                    Where::Control,
                    {},
                    putOneProvider,
                    Prepare::Nothing,
                    {}});
    rows.push_back({{"prices.list", api::Role::Viewer, "Lists the prices.", object({}),
                     object({{"prices", arrayOf(open())}}), false},
                    Where::Readers,
                    listPrices,
                    {},
                    Prepare::Nothing,
                    {}});
    rows.push_back({{"prices.put", api::Role::Admin, "Replaces all prices.",
                     object({{"prices", arrayOf(open())}}), object({}), true},
                    Where::Control,
                    {},
                    putAllPrices,
                    Prepare::Nothing,
                    {}});
}

} // namespace sluice::control
