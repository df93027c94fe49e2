// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/edits.h"

#include "core/control/flagdocument.h"
#include "core/control/schema.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::control {

namespace {

/// Puts a value into an index unless it is there already: the same pointer then says that nothing
/// changed.
template <typename T, typename Same>
void putUnlessSame(Index<T>& index, const std::string& key, T value, const Same& same)
{
    const auto found = index.find(key);
    if (found == index.end() || !same(*found->second, value)) {
        index[key] = std::make_shared<const T>(std::move(value));
    }
}

Status checkName(std::string_view what, const std::string& name, std::string_view where)
{
    if (isName(name)) {
        return {};
    }
    return fail(ErrorCode::InvalidArgument,
                fmt::format("\"{}\" cannot name a {}: use 1 to 128 letters, digits, '.', '_' and "
                            "'-', beginning with "
                            "a letter or digit",
                            name, what),
                std::string(where));
}

/// Fills in the digest and keeps the release's text with the state.
Status resolvePrompt(State& state, const Call& call, units::PromptRef& ref,
                     const std::string& where)
{
    const auto release =
        std::find_if(call.releases.begin(), call.releases.end(), [&](const PromptEntry& entry) {
            return entry.name == ref.name && entry.version == ref.version;
        });
    if (release == call.releases.end()) {
        return fail(ErrorCode::NotFound,
                    fmt::format("there is no release {}@{} in the prompt repository", ref.name,
                                ref.version),
                    where);
    }
    if (!ref.digest.empty() && ref.digest != release->digest) {
        return fail(ErrorCode::Conflict,
                    fmt::format("release {}@{} has the digest {}, not the one given", ref.name,
                                ref.version, release->digest),
                    where);
    }
    ref.digest = release->digest;
    putUnlessSame(state.prompts, ref.digest, *release,
                  [](const auto&, const auto&) { return true; });
    return {};
}

const Json& keySchema()
{
    static const Json rules = schema::object({{"sha256", schema::text()},
                                              {"attributes?", schema::open()},
                                              {"routes?", schema::arrayOf(schema::name())},
                                              {"rpm?", schema::integer(1)},
                                              {"tpm?", schema::integer(1)},
                                              {"budget_per_day?", schema::number(0, 1e12)}});
    return rules;
}

} // namespace

Result<UnitId> putUnit(State& state, const Call& call, const std::string& alias, const Json& json,
                       std::string_view where)
{
    if (auto status = checkName("unit", alias, where); !status) {
        return std::move(status).error();
    }
    auto unit = units::unitFromJson(json, where);
    if (!unit) {
        return std::move(unit).error();
    }
    if (!state.providers.contains(unit->provider.text())) {
        return fail(ErrorCode::NotFound,
                    fmt::format("there is no provider \"{}\"", unit->provider.text()),
                    pointerTo(where, "provider"));
    }
    if (unit->prompt) {
        if (auto status = resolvePrompt(state, call, *unit->prompt, pointerTo(where, "prompt"));
            !status) {
            return std::move(status).error();
        }
    }
    auto id = units::unitId(*unit);
    if (!id) {
        return std::move(id).error();
    }
    const auto taken = state.aliases.find(alias);
    if (taken != state.aliases.end() && !(*taken->second == *id)) {
        return fail(ErrorCode::Conflict,
                    fmt::format("\"{}\" is the alias of unit {} already; a unit never changes, "
                                "so take another alias",
                                alias, units::shortId(*taken->second)),
                    std::string(where));
    }
    if (!state.units.contains(id->text())) {
        state.units[id->text()] = std::make_shared<const UnitEntry>(
            UnitEntry{*id, std::move(*unit), toMicros(call.at), call.actor});
    }
    if (taken == state.aliases.end()) {
        addAlias(state, alias, *id);
    }
    return id;
}

Status putProvider(State& state, const std::string& name, const Json& json, std::string_view where)
{
    if (auto status = checkName("provider", name, where); !status) {
        return status;
    }
    auto config = providers::providerFromJson(ProviderName(name), json, where);
    if (!config) {
        return std::move(config).error();
    }
    putUnlessSame(state.providers, name, std::move(*config), std::equal_to<>());
    return {};
}

Status putPrices(State& state, const Json& json, std::string_view where)
{
    auto prices = units::PriceTable::fromJson(json, where);
    if (!prices) {
        return std::move(prices).error();
    }
    if (prices->prices() != state.prices->prices()) {
        state.prices = std::make_shared<const units::PriceTable>(std::move(*prices));
    }
    return {};
}

Status putFlags(State& state, const Json& document, std::string_view where)
{
    if (auto status = checkFlagDocument(state, document, where); !status) {
        return status;
    }
    if (*state.flags != document) {
        state.flags = std::make_shared<const Json>(document);
    }
    return {};
}

Status putKey(State& state, const std::string& id, const Json& key, std::string_view where)
{
    if (auto status = checkName("key", id, where); !status) {
        return status;
    }
    if (auto status = schema::validate(keySchema(), key, where); !status) {
        return status;
    }
    const auto& hash = key.at("sha256").get_ref<const std::string&>();
    if (hash.size() != 64 || hash.find_first_not_of("0123456789abcdef") != std::string::npos) {
        return fail(ErrorCode::InvalidArgument,
                    "sha256 is 64 lower-case hex digits: the SHA-256 of the key",
                    pointerTo(where, "sha256"));
    }
    for (const auto& [other, entry] : state.keys) {
        if (other != id && entry->definition.at("sha256") == hash) {
            return fail(ErrorCode::Conflict,
                        fmt::format("the key \"{}\" has the same sha256", other),
                        pointerTo(where, "sha256"));
        }
    }
    putUnlessSame(state.keys, id, KeyEntry{id, key}, [](const KeyEntry& a, const KeyEntry& b) {
        return a.definition == b.definition;
    });
    return {};
}

std::vector<std::pair<std::string, std::string>> promptsNamedIn(const Json& arguments)
{
    std::vector<std::pair<std::string, std::string>> named;
    const auto take = [&](const Json& unit) {
        const Json prompt = unit.is_object() ? unit.value("prompt", Json()) : Json();
        if (prompt.is_object() && prompt.value("name", Json()).is_string() &&
            prompt.value("version", Json()).is_string()) {
            named.emplace_back(prompt["name"], prompt["version"]);
        }
    };
    take(arguments.value("unit", Json()));
    const Json document = arguments.value("document", Json());
    for (const Json& unit :
         document.is_object() ? document.value("units", Json::object()) : Json::object()) {
        take(unit);
    }
    return named;
}

} // namespace sluice::control
