// SPDX-License-Identifier: GPL-3.0-or-later
// flags.import and flags.source*: flags that come from elsewhere, once or again and again.
#include "core/control/commandtable.h"
#include "core/control/edits.h"
#include "core/control/flagdocument.h"
#include "core/control/schema.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::control {

namespace {

/// Takes over a source's document: only the fetcher's deliveries come with "source".
Result<Change> takeOver(const State& state, const Call& call, const Json& document)
{
    const std::string source = call.arguments.at("source");
    if (!state.flagSources.contains(source)) {
        return fail(ErrorCode::NotFound, fmt::format("there is no source \"{}\"", source),
                    "/source");
    }
    if (auto status = checkFlagDocument(state, document, {}, source); !status) {
        return std::move(status).error();
    }
    const auto known = state.flagImports.find(source);
    const Json before = known != state.flagImports.end() ? known->second->document : Json::object();
    Change change{state};
    change.dryRun = call.arguments.value("dry_run", false);
    change.next.flagImports[source] = std::make_shared<const FlagImport>(
        FlagImport{document, call.arguments.value("version", std::string()), toMicros(call.at)});
    tellFlagChanges(change, call, flagChanges(before, document));
    return change;
}

Result<Change> importFlags(const State& state, const Call& call)
{
    const bool given = call.arguments.contains("document");
    const int places =
        int(given) + int(call.arguments.contains("file")) + int(call.arguments.contains("url"));
    if (places != 1 || (!given && !call.fetched)) {
        return fail(ErrorCode::InvalidArgument, "name one of document, file and url");
    }
    const std::string_view where = given ? "/document" : "";
    auto document = normalizedFlags(given ? call.arguments.at("document") : *call.fetched, where);
    if (!document) {
        return std::move(document).error();
    }
    if (call.arguments.contains("source")) {
        return takeOver(state, call, *document);
    }
    if (auto status = keepGeneration(state, *document, where); !status) {
        return std::move(status).error();
    }
    auto merged = mergedFlags(state, *document, where);
    if (!merged) {
        return std::move(merged).error();
    }
    Change change{state};
    change.dryRun = call.arguments.value("dry_run", false);
    if (auto status = putFlags(change.next, *merged, {}); !status) {
        return std::move(status).error();
    }
    tellFlagChanges(change, call, flagChanges(*state.flags, *change.next.flags));
    return change;
}

Result<Json> listSources(const State& state, const Call&, const Services& services)
{
    const Json looks = services.flagLooks ? services.flagLooks() : Json::object();
    Json sources = Json::array();
    for (const auto& [name, source] : state.flagSources) {
        Json view = toJson(*source);
        view["name"] = name;
        const auto import = state.flagImports.find(name);
        const bool taken = import != state.flagImports.end();
        view["flags"] = taken ? import->second->document.at("flags").size() : 0U;
        view["version"] = taken ? import->second->version : std::string();
        view["taken_at"] = taken ? Json(import->second->at) : Json();
        const Json look = looks.value(name, Json::object());
        view["looked_at"] = look.value("at", Json());
        view["error"] = look.value("error", Json());
        view["status"] = !view["error"].is_null() ? "error" : taken ? "ok" : "waiting";
        sources.push_back(std::move(view));
    }
    return Json{{"sources", std::move(sources)}};
}

Result<Change> putSource(const State& state, const Call& call)
{
    const std::string name = call.arguments.at("name");
    if (!isName(name)) {
        return fail(ErrorCode::InvalidArgument,
                    "a source's name is 1 to 128 letters, digits, '.', '_' and '-'", "/name");
    }
    auto source = flagSourceFromJson(name, call.arguments);
    if (!source) {
        return std::move(source).error();
    }
    Change change{state};
    const auto known = state.flagSources.find(name);
    if (known == state.flagSources.end() || !(*known->second == *source)) {
        change.next.flagSources[name] = std::make_shared<const FlagSource>(std::move(*source));
    }
    return change;
}

Result<Change> removeSource(const State& state, const Call& call)
{
    const std::string name = call.arguments.at("name");
    if (!state.flagSources.contains(name)) {
        return fail(ErrorCode::NotFound, fmt::format("there is no source \"{}\"", name), "/name");
    }
    Change change{state};
    change.dryRun = call.arguments.value("dry_run", false);
    change.next.flagSources.erase(name);
    const auto import = state.flagImports.find(name);
    const Json before =
        import != state.flagImports.end() ? import->second->document : Json::object();
    change.next.flagImports.erase(name);
    tellFlagChanges(change, call, flagChanges(before, Json::object()));
    return change;
}

Json sourceView()
{
    using namespace schema;
    return object(
        {{"name", name()},
         {"kind", oneOf({"file", "http", "git"})},
         {"location", text()},
         {"path?", text()},
         {"ref?", text()},
         {"local?", boolean()},
         {"interval_s", integer(1)},
         {"flags", described(integer(), "how many it has")},
         {"version", described(text(), "entity tag, commit or digest of what is in force")},
         {"taken_at", nullable(integer())},
         {"looked_at", nullable(integer())},
         {"status", oneOf({"ok", "error", "waiting"})},
         {"error",
          nullable(object({{"message", text()}, {"where", text("JSON pointer and line")}}))}});
}

void addSourceRows(std::vector<Row>& rows)
{
    using namespace schema;
    rows.push_back({{"flags.sources", api::Role::Viewer,
                     "Where flags are imported from, and how the last look went.", object({}),
                     object({{"sources", arrayOf(sourceView())}}), false},
                    Where::Readers,
                    listSources,
                    {},
                    Prepare::Nothing,
                    {}});
    rows.push_back(
        {{"flags.source.put", api::Role::Admin,
          "Adds or changes a place that flags are imported from again and again.",
          object({{"name", name()},
                  {"kind", oneOf({"file", "http", "git"})},
                  {"location", text("file, URL, or folder of a Git repository")},
                  {"path?", text("Git: the file in the repository")},
                  {"ref?", text("Git: a branch or a full reference")},
                  {"local?", described(boolean(), "HTTP: private addresses and plain http")},
                  {"interval_s?", integer(1, 86400)}}),
          object({}), true},
         Where::Control,
         {},
         putSource,
         Prepare::Nothing,
         {}});
    rows.push_back(
        {{"flags.source.remove", api::Role::Admin,
          "Removes a source, and the flags that came from it.",
          object({{"name", name()}, {"dry_run?", boolean()}}), schema::flagChangeResult(), true},
         Where::Control,
         {},
         removeSource,
         Prepare::Nothing,
         {}});
}

} // namespace

void tellFlagChanges(Change& change, const Call& call, Json changes)
{
    Json names = Json::array();
    for (const Json& one : changes) {
        const Json& flag = one.at("flag");
        if (std::find(names.begin(), names.end(), flag) == names.end()) {
            names.push_back(flag);
        }
    }
    if (!changes.empty()) {
        change.event = "flags";
        change.eventData = {{"flags", std::move(names)}, {"actor", call.actor}};
    }
    change.result = {{"changes", std::move(changes)}, {"applied", !change.dryRun}};
}

namespace schema {

Json flagChangeResult()
{
    return object({{"changes", arrayOf(object({{"flag", text()},
                                               {"pointer", text()},
                                               {"from", Json::object()},
                                               {"to", Json::object()}}))},
                   {"applied", boolean()}});
}

} // namespace schema

void addFlagSourceCommands(std::vector<Row>& rows)
{
    using namespace schema;
    addSourceRows(rows);
    rows.push_back(
        {{"flags.import", api::Role::Approver,
          "Adds and replaces flags from a flagd document, a file or a URL, once.",
          object({{"document?", described(open(), "flagd's format")},
                  {"file?", text("on the engine's machine; relative to the workspace")},
                  {"url?", text()},
                  {"local?", described(boolean(), "url: private addresses and plain http")},
                  {"source?", text("as the content of this source")},
                  {"version?", text("what the source calls it")},
                  {"dry_run?", described(boolean(), "only say what would change")}}),
          schema::flagChangeResult(), true},
         Where::Control,
         {},
         importFlags,
         Prepare::Flags,
         {}});
}

} // namespace sluice::control
