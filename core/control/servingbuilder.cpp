// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/servingbuilder.h"

#include "core/base/hash.h"
#include "core/base/log.h"
#include "core/control/routeflag.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace sluice::control {

namespace {

using gateway::UnitRuntime;

/// A provider ready to be talked to. Made again when its configuration is put again (which also
/// reads its secret again).
struct Wire
{
    std::shared_ptr<const providers::ProviderConfig> config;
    std::shared_ptr<const providers::Codec> codec;
    std::shared_ptr<const providers::Simulator> simulator;
    bool secretFound = true;
};

struct CachedUnit
{
    std::shared_ptr<const providers::Codec> codec; ///< the wire that it was made with
    std::shared_ptr<UnitRuntime> runtime;
};

/// The entry is compared first: under the red button hundreds of routes have not changed, and
/// comparing their rules would take longer than the press may.
struct CachedRoute
{
    std::shared_ptr<const RouteEntry> entry;
    std::shared_ptr<const routing::CompiledRoute> compiled;
    std::shared_ptr<const RouteEntry> flagOf; ///< the entry that `flag` was made of
    gateway::RouteFlag flag;
    std::string flagDigest;
};

/// The flags of one document, by the pointer that says whether it has changed.
struct CachedFlags
{
    std::shared_ptr<const void> owner; ///< of the document: nobody else gets its address
    std::shared_ptr<const flags::FlagSet> set;
    std::string digest;
};

std::set<std::string> reachableUnits(const State& state)
{
    std::set<std::string> ids;
    for (const auto& [name, entry] : state.routes) {
        const routing::RouteDefinition& definition = entry->route.definition;
        ids.insert(definition.stable.text());
        ids.insert(entry->route.knownGood.unit.text());
        if (definition.candidate) {
            ids.insert(definition.candidate->text());
        }
        if (definition.shadow) {
            ids.insert(definition.shadow->unit.text());
        }
    }
    return ids;
}

Error within(std::string what, const Error& cause)
{
    return fail(cause.code, what + ": " + cause.message, cause.where);
}

std::unordered_map<std::string, gateway::ApiKey> apiKeys(const State& state)
{
    std::unordered_map<std::string, gateway::ApiKey> keys;
    for (const auto& [id, entry] : state.keys) {
        gateway::ApiKey key;
        key.id = id;
        key.attributes = entry->definition.value("attributes", Json::object());
        for (const Json& route : entry->definition.value("routes", Json::array())) {
            key.routes.insert(route.get<std::string>());
        }
        keys.emplace(entry->definition.at("sha256").get<std::string>(), std::move(key));
    }
    return keys;
}

} // namespace

struct ServingBuilder::Impl
{
    const SecretStore& secrets;
    const std::string folder;
    std::map<std::string, Wire> wires; ///< by provider
    std::map<std::string, CachedUnit> units;
    std::map<std::string, std::shared_ptr<const templates::PromptTemplate>> prompts; ///< by digest
    std::map<std::string, CachedRoute> routes;
    std::map<const Json*, CachedFlags> flagSets;
    Index<providers::ProviderConfig> flagProviders; ///< what the routes' variants were made with

    Impl(const SecretStore& store, std::string workspace)
        : secrets(store)
        , folder(std::move(workspace))
    {
    }

    Result<const Wire*> wireOf(const State& state, const ProviderName& name, MissingSecret missing)
    {
        const auto config = state.providers.find(name.text());
        if (config == state.providers.end()) {
            return fail(ErrorCode::NotFound,
                        fmt::format("there is no provider \"{}\"", name.text()));
        }
        const auto known = wires.find(name.text());
        if (known != wires.end() && known->second.config == config->second &&
            (known->second.secretFound || missing == MissingSecret::Tolerate)) {
            return &known->second;
        }
        auto made = makeWire(config->second, missing);
        if (!made) {
            return within(fmt::format("provider \"{}\"", name.text()), made.error());
        }
        return &(wires[name.text()] = std::move(*made));
    }

    Result<Wire> makeWire(const std::shared_ptr<const providers::ProviderConfig>& config,
                          MissingSecret missing)
    {
        Wire wire;
        wire.config = config;
        auto secret = secrets.find(config->secret);
        if (!secret) {
            if (missing == MissingSecret::Refuse) {
                return std::move(secret).error();
            }
            log(LogLevel::Warning, "control",
                "a provider's secret was not found; its requests will fail",
                {{"provider", config->name.text()}, {"reason", describe(secret.error())}});
            wire.secretFound = false;
            secret = Secret{};
        }
        auto codec = providers::makeCodec(*config, std::move(*secret));
        if (!codec) {
            return std::move(codec).error();
        }
        wire.codec = std::move(*codec);
        if (config->kind == "simulator") {
            auto settings = providers::simulatorFromJson(config->simulator, "/simulator");
            if (!settings) {
                return std::move(settings).error();
            }
            auto simulator = providers::Simulator::make(std::move(*settings), folder);
            if (!simulator) {
                return std::move(simulator).error();
            }
            wire.simulator = std::move(*simulator);
        }
        return wire;
    }

    Result<std::shared_ptr<const templates::PromptTemplate>> promptOf(const State& state,
                                                                      const units::PromptRef& ref)
    {
        if (const auto known = prompts.find(ref.digest); known != prompts.end()) {
            return known->second;
        }
        const auto entry = state.prompts.find(ref.digest);
        if (entry == state.prompts.end()) {
            return fail(ErrorCode::NotFound,
                        fmt::format("the text of prompt {}@{} is not in the control state",
                                    ref.name, ref.version));
        }
        auto parsed = templates::PromptTemplate::parse(entry->second->source);
        if (!parsed) {
            return within(fmt::format("prompt {}@{}", ref.name, ref.version), parsed.error());
        }
        prompts[ref.digest] = *parsed;
        return parsed;
    }

    Result<std::shared_ptr<UnitRuntime>> unitOf(const State& state, const std::string& id,
                                                MissingSecret missing)
    {
        const auto entry = state.units.find(id);
        if (entry == state.units.end()) {
            return fail(ErrorCode::NotFound, fmt::format("the unit {} is not registered", id));
        }
        const units::InferenceUnit& unit = entry->second->unit;
        auto wire = wireOf(state, unit.provider, missing);
        if (!wire) {
            return std::move(wire).error();
        }
        const auto known = units.find(id);
        if (known != units.end() && known->second.codec == (*wire)->codec) {
            return known->second.runtime;
        }
        UnitRuntime::Parts parts{UnitId(id),         unit,   *(*wire)->config, (*wire)->codec,
                                 (*wire)->simulator, nullptr};
        if (unit.prompt) {
            auto prompt = promptOf(state, *unit.prompt);
            if (!prompt) {
                return std::move(prompt).error();
            }
            parts.prompt = std::move(*prompt);
        }
        auto runtime = UnitRuntime::make(std::move(parts));
        if (!runtime) {
            return within(fmt::format("unit {}", unitName(state, UnitId(id))), runtime.error());
        }
        units[id] = {(*wire)->codec, *runtime};
        return runtime;
    }

    Result<std::shared_ptr<const routing::RoutingTable>> routingOf(const State& state)
    {
        std::vector<std::shared_ptr<const routing::CompiledRoute>> compiled;
        const flags::Generation generation = generationOf(state);
        for (const auto& [name, entry] : state.routes) {
            CachedRoute& known = routes[name];
            const bool follows = known.compiled && known.compiled->generation() == generation;
            if (known.entry != entry || !follows) {
                const bool same = follows && known.entry->route == entry->route;
                auto made = same ? known.compiled
                                 : routing::CompiledRoute::compile(entry->route, generation,
                                                                   known.compiled.get());
                if (!made) {
                    return within(fmt::format("route \"{}\"", name), made.error());
                }
                known.entry = entry;
                known.compiled = std::move(*made);
            }
            compiled.push_back(known.compiled);
        }
        return std::make_shared<const routing::RoutingTable>(state.revision, std::move(compiled));
    }

    Result<const CachedFlags*> flagsOf(const Json& document, std::shared_ptr<const void> owner)
    {
        CachedFlags& known = flagSets[&document];
        if (known.set == nullptr) {
            auto made = flags::FlagSet::fromJson(document);
            if (!made) {
                flagSets.erase(&document);
                return within("the flags", made.error());
            }
            known.owner = std::move(owner);
            known.set = std::move(*made);
            known.digest = sha256Hex(document.dump(-1, ' ', false, Json::error_handler_t::replace));
        }
        return &known;
    }

    const CachedRoute& routeFlagOf(const State& state, const std::string& name,
                                   const std::shared_ptr<const RouteEntry>& entry)
    {
        CachedRoute& known = routes[name];
        if (known.flagOf == entry) {
            return known;
        }
        const routing::Route& route = entry->route;
        known.flagOf = entry;
        for (const units::Arm arm :
             {units::Arm::Stable, units::Arm::Control, units::Arm::Candidate}) {
            known.flag.values[static_cast<std::size_t>(arm)] =
                routeVariant(state, route, arm)
                    .dump(-1, ' ', false, Json::error_handler_t::replace);
        }
        known.flag.metadata = gateway::routeMetadata(route).dump();
        const auto exported = routeFlag(state, route);
        const Json digested = exported ? *exported : routing::toJson(route);
        known.flagDigest = sha256Hex(digested.dump(-1, ' ', false, Json::error_handler_t::replace));
        return known;
    }

    Result<std::shared_ptr<const gateway::ServedFlags>> servedFlags(const State& state)
    {
        if (state.providers != flagProviders) { // a variant shows its provider's address
            flagProviders = state.providers;
            for (auto& [name, route] : routes) {
                route.flagOf.reset();
            }
        }
        auto served = std::make_shared<gateway::ServedFlags>();
        std::string digests;
        auto own = flagsOf(*state.flags, state.flags);
        if (!own) {
            return std::move(own).error();
        }
        served->sets.push_back((*own)->set);
        digests += (*own)->digest;
        for (const auto& [source, import] : state.flagImports) {
            auto imported = flagsOf(import->document, import);
            if (!imported) {
                return within(fmt::format("source \"{}\"", source), imported.error());
            }
            served->sets.push_back((*imported)->set);
            digests += (*imported)->digest;
        }
        for (const auto& [name, entry] : state.routes) {
            const CachedRoute& route = routeFlagOf(state, name, entry);
            served->routes.emplace(name, route.flag);
            digests += name + route.flagDigest;
        }
        const Json metadata = state.flags->value("metadata", Json::object());
        served->metadata = metadata.empty() ? std::string() : metadata.dump();
        served->version = sha256Hex(digests).substr(0, 32);
        std::erase_if(flagSets, [&](const auto& item) {
            return std::none_of(served->sets.begin(), served->sets.end(),
                                [&](const auto& set) { return set == item.second.set; });
        });
        return std::shared_ptr<const gateway::ServedFlags>(std::move(served));
    }

    /// What the table in force does not hold any more.
    void forget(const State& state, const std::set<std::string>& reachable)
    {
        std::erase_if(units, [&](const auto& item) { return !reachable.contains(item.first); });
        std::erase_if(routes, [&](const auto& item) { return !state.routes.contains(item.first); });
        std::erase_if(wires,
                      [&](const auto& item) { return !state.providers.contains(item.first); });
        std::erase_if(prompts,
                      [&](const auto& item) { return !state.prompts.contains(item.first); });
    }
};

ServingBuilder::ServingBuilder(const SecretStore& secrets, std::string folder)
    : m_impl(std::make_unique<Impl>(secrets, std::move(folder)))
{
}

ServingBuilder::~ServingBuilder() = default;

Result<std::shared_ptr<const gateway::ServingTable>> ServingBuilder::build(const State& state,
                                                                           MissingSecret missing)
{
    auto table = std::make_shared<gateway::ServingTable>();
    auto routing = m_impl->routingOf(state);
    if (!routing) {
        return std::move(routing).error();
    }
    table->routing = std::move(*routing);
    const std::set<std::string> reachable = reachableUnits(state);
    for (const std::string& id : reachable) {
        auto runtime = m_impl->unitOf(state, id, missing);
        if (!runtime) {
            return std::move(runtime).error();
        }
        table->units.emplace(UnitId(id), std::move(*runtime));
    }
    table->prices = state.prices;
    table->keys = apiKeys(state);
    auto served = m_impl->servedFlags(state);
    if (!served) {
        return std::move(served).error();
    }
    table->flags = std::move(*served);
    m_impl->forget(state, reachable);
    return std::shared_ptr<const gateway::ServingTable>(std::move(table));
}

bool servesDifferently(const State& before, const State& after)
{
    return before.routes != after.routes || before.providers != after.providers ||
           before.keys != after.keys || before.prices != after.prices ||
           before.prompts != after.prompts || before.flags != after.flags ||
           before.flagImports != after.flagImports;
}

} // namespace sluice::control
