// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/flagdocument.h"

#include "core/control/routeflag.h"
#include "core/flags/flagset.h"

#include <fmt/format.h>

namespace sluice::control {

namespace {

constexpr const char* kGeneration = "fractionalVersion";

/// A member that is an object; an empty one where it is absent or, in a document that nobody has
/// checked yet, something else.
const Json& membersOf(const Json& document, const char* member)
{
    static const Json kNone = Json::object();
    const auto found = document.is_object() ? document.find(member) : document.end();
    return found != document.end() && found->is_object() ? *found : kNone;
}

/// flagd's own way: each {"$ref": NAME} is replaced as text would be.
Json inlined(const Json& rule, const Json& evaluators)
{
    if (rule.is_object() && rule.size() == 1 && rule.contains("$ref") && rule["$ref"].is_string()) {
        const auto found = evaluators.find(rule["$ref"].get_ref<const std::string&>());
        return found != evaluators.end() ? *found : rule;
    }
    Json out = rule;
    if (out.is_structured()) {
        for (Json& item : out) {
            item = inlined(item, evaluators);
        }
    }
    return out;
}

/// The metadata of a set goes into each of its flags, so that it can stand in another set.
void addMetadata(Json& flag, Json setMetadata)
{
    setMetadata.erase(kGeneration);
    setMetadata.update(membersOf(flag, "metadata"));
    if (!setMetadata.empty()) {
        flag["metadata"] = std::move(setMetadata);
    }
}

void compare(const std::string& flag, const std::string& pointer, const Json& from, const Json& to,
             Json& changes)
{
    if (from == to) {
        return;
    }
    if (!from.is_object() || !to.is_object()) {
        changes.push_back({{"flag", flag}, {"pointer", pointer}, {"from", from}, {"to", to}});
        return;
    }
    Json all = from;
    all.update(to);
    for (auto one = all.begin(); one != all.end(); ++one) {
        compare(flag, pointerTo(pointer, one.key()), from.value(one.key(), Json()),
                to.value(one.key(), Json()), changes);
    }
}

} // namespace

std::optional<std::string> flagOwner(const State& state, const std::string& flag)
{
    if (membersOf(*state.flags, "flags").contains(flag)) {
        return std::string();
    }
    for (const auto& [source, import] : state.flagImports) {
        if (import->document.at("flags").contains(flag)) {
            return source;
        }
    }
    return std::nullopt;
}

Status checkFlagDocument(const State& state, const Json& document, std::string_view where,
                         std::string_view source)
{
    auto set = flags::FlagSet::fromJson(document, where);
    if (!set) {
        return std::move(set).error();
    }
    const std::string flags = pointerTo(where, "flags");
    for (const std::string_view view : (*set)->names()) {
        const std::string name(view);
        if (state.routes.contains(name)) {
            return fail(ErrorCode::Conflict,
                        fmt::format("\"{}\" is a route, and a route is a flag of its own", name),
                        pointerTo(flags, name));
        }
        const auto owner = flagOwner(state, name);
        if (owner && *owner != source) {
            return fail(ErrorCode::Conflict,
                        fmt::format("the flag \"{}\" belongs to {}", name,
                                    owner->empty() ? "this workspace's own flags"
                                                   : fmt::format("the source \"{}\"", *owner)),
                        pointerTo(flags, name));
        }
    }
    return {};
}

Status checkRouteIsNoFlag(const State& state, std::string_view route)
{
    const auto owner = flagOwner(state, std::string(route));
    if (owner) {
        return fail(ErrorCode::Conflict,
                    fmt::format("\"{}\" is a flag already{}, and a route is a flag of its own; "
                                "take another name",
                                route,
                                owner->empty() ? "" : fmt::format(" (of source \"{}\")", *owner)));
    }
    return {};
}

Status keepGeneration(const State& state, Json& document, std::string_view where)
{
    const flags::Generation now = generationOf(state);
    const bool silent = !membersOf(document, "metadata").contains(kGeneration);
    const bool room = document.is_object() &&
                      (!document.contains("metadata") || document.at("metadata").is_object());
    if (silent && now == flags::Generation::V3 && room) {
        document["metadata"][kGeneration] = 3;
    }
    const bool anybody = !membersOf(*state.flags, "flags").empty() || !state.routes.empty();
    if (anybody && generationOf(document) != now) {
        return fail(ErrorCode::Conflict,
                    fmt::format("this would switch percentages to generation {} and move users; "
                                "`flags generation` shows how many, and switches",
                                now == flags::Generation::V2 ? 3 : 2),
                    pointerTo(pointerTo(where, "metadata"), kGeneration));
    }
    return {};
}

Result<Json> normalizedFlags(const Json& document, std::string_view where)
{
    const bool array =
        document.is_object() && document.contains("flags") && document.at("flags").is_array();
    if (!array) {
        return document;
    }
    if (auto set = flags::FlagSet::fromJson(document, where, flags::FlagForm::Daemon); !set) {
        return std::move(set).error();
    }
    Json out = document;
    out["flags"] = Json::object();
    for (Json flag : document.at("flags")) {
        const std::string name = flag.at("key");
        flag.erase("key");
        out["flags"][name] = std::move(flag);
    }
    return out;
}

Result<Json> mergedFlags(const State& state, const Json& document, std::string_view where)
{
    // By itself first: what is wrong is wrong at a place of the document that was given.
    if (auto set = flags::FlagSet::fromJson(document, where); !set) {
        return std::move(set).error();
    }
    Json out = *state.flags;
    const Json& shared = membersOf(document, "$evaluators");
    for (const auto& [name, rule] : shared.items()) {
        const Json known = membersOf(out, "$evaluators").value(name, Json());
        if (!known.is_null() && known != rule) {
            return fail(
                ErrorCode::Conflict,
                fmt::format("a shared rule \"{}\" exists already and means something else", name),
                pointerTo(pointerTo(where, "$evaluators"), name));
        }
        out["$evaluators"][name] = rule;
    }
    for (const auto& [name, flag] : document.at("flags").items()) {
        Json own = flag;
        addMetadata(own, membersOf(document, "metadata"));
        out["flags"][name] = std::move(own);
    }
    return out;
}

Json flagChanges(const Json& before, const Json& after)
{
    Json changes = Json::array();
    for (const char* kind : {"flags", "$evaluators"}) {
        const Json& from = membersOf(before, kind);
        const Json& to = membersOf(after, kind);
        Json all = from;
        all.update(to);
        for (auto one = all.begin(); one != all.end(); ++one) {
            const bool shared = kind[0] == '$';
            compare(shared ? std::string() : one.key(),
                    shared ? pointerTo("/$evaluators", one.key()) : std::string(),
                    from.value(one.key(), Json()), to.value(one.key(), Json()), changes);
        }
    }
    compare({}, "/metadata", membersOf(before, "metadata"), membersOf(after, "metadata"), changes);
    return changes;
}

Json importedFlags(const State& state)
{
    Json out = Json::object();
    for (const auto& [source, import] : state.flagImports) {
        const Json& evaluators = membersOf(import->document, "$evaluators");
        Json flags = Json::object();
        for (const auto& [name, definition] : import->document.at("flags").items()) {
            Json flag = definition;
            if (flag.contains("targeting")) {
                flag["targeting"] = inlined(flag["targeting"], evaluators);
            }
            addMetadata(flag, membersOf(import->document, "metadata"));
            flags[name] = std::move(flag);
        }
        out[source] = std::move(flags);
    }
    return out;
}

Result<Json> exportedFlags(const State& state)
{
    Json document = *state.flags;
    document["$schema"] = "https://flagd.dev/schema/v0/flags.json";
    Json& flags = document["flags"];
    const flags::Generation generation = generationOf(document);
    if (!state.flagImports.empty() && document.contains("metadata")) {
        // Below, flags of other sets stand in this one, and its metadata is not theirs.
        for (Json& flag : flags) {
            addMetadata(flag, document["metadata"]);
        }
        document.erase("metadata");
        if (generation == flags::Generation::V3) {
            document["metadata"][kGeneration] = 3;
        }
    }
    for (const auto& [source, import] : state.flagImports) {
        if (generationOf(import->document) != generation) {
            return fail(ErrorCode::Conflict,
                        fmt::format("the source \"{}\" has flags of generation {} and this "
                                    "workspace has generation {}; one document cannot hold both",
                                    source, static_cast<int>(generationOf(import->document)),
                                    static_cast<int>(generation)));
        }
    }
    for (const Json& imported : importedFlags(state)) {
        flags.update(imported);
    }
    for (const auto& [name, entry] : state.routes) {
        auto flag = routeFlag(state, entry->route);
        if (!flag) {
            return std::move(flag).error();
        }
        flags[name] = std::move(*flag);
    }
    if (auto set = flags::FlagSet::fromJson(document); !set) {
        return std::move(set).error();
    }
    return document;
}

} // namespace sluice::control
