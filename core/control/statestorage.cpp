// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/statestorage.h"

namespace sluice::control {

namespace {

Json documentOf(const RouteEntry& entry)
{
    return {{"at", entry.changedAt},
            {"by", entry.changedBy},
            {"since", entry.since},
            {"keyed_since", entry.keyedSince}};
}

Json documentOf(const UnitEntry& entry)
{
    Json unit = units::toJson(entry.unit);
    return {{"unit", std::move(unit)}, {"at", entry.registeredAt}, {"by", entry.registeredBy}};
}

Json documentOf(const UnitId& id)
{
    return id.text();
}

Json documentOf(const PromptEntry& entry)
{
    return {{"name", entry.name}, {"version", entry.version}, {"source", entry.source}};
}

Json documentOf(const providers::ProviderConfig& config)
{
    return providers::toJson(config);
}

Json documentOf(const KeyEntry& entry)
{
    return entry.definition;
}

Json documentOf(const Token& token)
{
    return {{"name", token.name},
            {"role", api::roleName(token.role)},
            {"sha256", token.sha256},
            {"created_at", token.createdAt},
            {"expires_at", token.expiresAt ? Json(*token.expiresAt) : Json()}};
}

Json documentOf(const FlagSource& source)
{
    return toJson(source);
}

Json documentOf(const FlagImport& import)
{
    return {{"document", import.document}, {"version", import.version}, {"at", import.at}};
}

Json documentOf(const Json& json)
{
    return json;
}

template <typename T>
void difference(const char* kind, const Index<T>& before, const Index<T>& after,
                std::vector<store::Document>& out)
{
    for (const auto& [key, value] : after) {
        const auto old = before.find(key);
        if (old == before.end() || old->second != value) {
            out.push_back({kind, key, documentOf(*value)});
        }
    }
    for (const auto& [key, value] : before) {
        if (!after.contains(key)) {
            out.push_back({kind, key, nullptr});
        }
    }
}

Result<UnitEntry> readUnit(const std::string& key, const Json& value)
{
    auto unit = units::unitFromJson(value.at("unit"), "/unit");
    if (!unit) {
        return std::move(unit).error();
    }
    return UnitEntry{UnitId(key), std::move(*unit), value.at("at").get<std::int64_t>(),
                     value.at("by")};
}

Result<Token> readToken(const std::string& key, const Json& value)
{
    const auto role = api::roleFromName(value.at("role").get<std::string>());
    if (!role) {
        return fail(ErrorCode::Corrupt, "unknown role", "/role");
    }
    Token token{key,
                value.at("name"),
                *role,
                value.at("sha256"),
                value.at("created_at").get<std::int64_t>(),
                {}};
    if (!value.at("expires_at").is_null()) {
        token.expiresAt = value.at("expires_at").get<std::int64_t>();
    }
    return token;
}

template <typename T>
Status put(Index<T>& index, const std::string& key, Result<T> value)
{
    if (!value) {
        return std::move(value).error();
    }
    index[key] = std::make_shared<const T>(std::move(*value));
    return {};
}

/// Reads one document into the state; nlohmann's exceptions are the caller's to catch.
Status readDocument(State& state, const store::Document& document)
{
    const std::string& key = document.key;
    const Json& value = document.value;
    if (document.kind == "unit") {
        return put(state.units, key, readUnit(key, value));
    }
    if (document.kind == "alias") {
        addAlias(state, key, UnitId(value.get<std::string>()));
        return {};
    }
    if (document.kind == "prompt") {
        return put(state.prompts, key,
                   Result<PromptEntry>(PromptEntry{value.at("name"), value.at("version"), key,
                                                   value.at("source")}));
    }
    if (document.kind == "provider") {
        return put(state.providers, key, providers::providerFromJson(ProviderName(key), value));
    }
    if (document.kind == "key") {
        return put(state.keys, key, Result<KeyEntry>(KeyEntry{key, value}));
    }
    if (document.kind == "token") {
        return put(state.tokens, key, readToken(key, value));
    }
    if (document.kind == "meta") {
        return put(state.meta, key, Result<Json>(value));
    }
    if (document.kind == "kill") {
        return put(state.kills, key, Result<Json>(value));
    }
    if (document.kind == "flag_source") {
        return put(state.flagSources, key, flagSourceFromJson(key, value));
    }
    if (document.kind == "flag_import") {
        return put(state.flagImports, key,
                   Result<FlagImport>(FlagImport{value.at("document"), value.at("version"),
                                                 value.at("at").get<std::int64_t>()}));
    }
    if (document.kind == "prices") {
        auto prices = units::PriceTable::fromJson(value);
        if (!prices) {
            return std::move(prices).error();
        }
        state.prices = std::make_shared<const units::PriceTable>(std::move(*prices));
    } else if (document.kind == "flags") {
        state.flags = std::make_shared<const Json>(value);
    }
    return {};
}

Status readRoutes(State& state, const store::RevisionRow& row)
{
    state.revision = row.revision;
    for (const auto& [name, json] : row.routes.items()) {
        auto route = routing::routeFromJson(json, pointerTo("/routes", name));
        if (!route) {
            return std::move(route).error();
        }
        state.routes[name] =
            std::make_shared<const RouteEntry>(RouteEntry{std::move(*route)});
    }
    return {};
}

/// "route" documents say who changed a route and when; the route itself came with the revision.
void readTouched(State& state, const store::Document& document)
{
    const auto found = state.routes.find(document.key);
    if (found == state.routes.end()) {
        return;
    }
    auto entry = std::make_shared<RouteEntry>(*found->second);
    entry->changedAt = document.value.at("at").get<std::int64_t>();
    entry->changedBy = document.value.at("by").get<std::string>();
    entry->since = document.value.value("since", std::uint64_t{0}); // not in older documents
    entry->keyedSince = document.value.value("keyed_since", std::uint64_t{0});
    found->second = std::move(entry);
}

Result<State> readDocuments(State state, const std::vector<store::Document>& documents)
{
    const auto corrupt = [](const store::Document& document, const std::string& why) {
        return fail(ErrorCode::Corrupt, "a stored document cannot be read: " + why,
                    document.kind + "/" + document.key);
    };
    for (const store::Document& document : documents) {
        try {
            if (document.kind == "route") {
                readTouched(state, document);
            } else if (auto status = readDocument(state, document); !status) {
                return corrupt(document, describe(status.error()));
            }
        } catch (const Json::exception& error) {
            return corrupt(document, error.what());
        }
    }
    return state;
}

} // namespace

std::vector<store::Document> documentsBetween(const State& before, const State& after)
{
    std::vector<store::Document> out;
    difference("route", before.routes, after.routes, out);
    difference("unit", before.units, after.units, out);
    difference("alias", before.aliases, after.aliases, out);
    difference("prompt", before.prompts, after.prompts, out);
    difference("provider", before.providers, after.providers, out);
    difference("key", before.keys, after.keys, out);
    difference("token", before.tokens, after.tokens, out);
    difference("meta", before.meta, after.meta, out);
    difference("kill", before.kills, after.kills, out);
    difference("flag_source", before.flagSources, after.flagSources, out);
    difference("flag_import", before.flagImports, after.flagImports, out);
    if (before.prices != after.prices) {
        out.push_back({"prices", "all", after.prices->toJson()});
    }
    if (before.flags != after.flags) {
        out.push_back({"flags", "all", *after.flags});
    }
    return out;
}

Json routesJson(const State& state)
{
    Json routes = Json::object();
    for (const auto& [name, entry] : state.routes) {
        routes[name] = routing::toJson(entry->route);
    }
    return routes;
}

Result<State> stateFrom(const std::vector<store::Document>& documents,
                        const std::optional<store::RevisionRow>& latest)
{
    State state = emptyState();
    if (latest) {
        if (auto status = readRoutes(state, *latest); !status) {
            return fail(ErrorCode::Corrupt,
                        "a stored route cannot be read: " + status.error().message,
                        status.error().where);
        }
    }
    return readDocuments(std::move(state), documents);
}

routing::Snapshot snapshotOf(const State& state)
{
    routing::Snapshot snapshot;
    snapshot.revision = state.revision;
    for (const auto& [name, entry] : state.routes) {
        snapshot.routes.push_back(entry->route);
    }
    Json documents = Json::array();
    for (store::Document& one : documentsBetween(emptyState(), state)) {
        documents.push_back(
            {{"kind", one.kind}, {"key", one.key}, {"value", std::move(one.value)}});
    }
    snapshot.members = {{"documents", std::move(documents)}};
    return snapshot;
}

Result<State> stateFrom(const routing::Snapshot& snapshot)
{
    State state = emptyState();
    state.revision = snapshot.revision;
    for (const routing::Route& route : snapshot.routes) {
        state.routes[route.name.text()] =
            std::make_shared<const RouteEntry>(RouteEntry{route});
    }
    std::vector<store::Document> documents;
    try {
        for (const Json& one : snapshot.members.at("documents")) {
            documents.push_back({one.at("kind"), one.at("key"), one.at("value")});
        }
    } catch (const Json::exception& error) {
        return fail(ErrorCode::Corrupt,
                    std::string("routing.snapshot has another form: ") + error.what());
    }
    return readDocuments(std::move(state), documents);
}

} // namespace sluice::control
