// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fakeplaneimpl.h"

#include <algorithm>
#include <functional>
#include <map>

namespace sluice::tests {

namespace {

std::string textOf(const Json& arguments, const char* member)
{
    const auto found = arguments.find(member);
    return found != arguments.end() && found->is_string() ? found->get<std::string>()
                                                          : std::string();
}

Json revisionEvent(std::uint64_t revision, const api::CommandRequest& request, Json routes,
                   Json changes)
{
    return {{"revision", revision},        {"command", request.name},
            {"actor", request.actor},      {"reason", textOf(request.arguments, "reason")},
            {"routes", std::move(routes)}, {"changes", std::move(changes)}};
}

} // namespace

Json* FakePlane::Impl::routeNamed(const std::string& name)
{
    const auto found = std::find_if(routes.begin(), routes.end(),
                                    [&](const Json& route) { return route["name"] == name; });
    return found == routes.end() ? nullptr : &*found;
}

Json FakePlane::Impl::status()
{
    const bool empty = state == State::Empty;
    return {{"engine", "embedded"},
            {"version", "0.1.0"},
            {"workspace", "/home/mara/.local/share/sluice"},
            {"demo", simulated},
            {"simulated", simulated},
            {"production", production},
            {"name", fleetName},
            {"listen", "http://127.0.0.1:8080"},
            {"admin", "http://127.0.0.1:8081"},
            {"revision", empty ? 0 : revision},
            {"uptime_s", 7421.0},
            {"pid", 4242},
            {"requests_per_minute", empty ? 0.0 : 2219.0},
            {"queue", {{"depth", 0}, {"capacity", 65536}}},
            {"dropped", 0},
            {"sampled_out", 0},
            {"last_record_at", empty ? Json(nullptr) : Json(now() - 400'000)},
            {"store", {{"state", "ok"}, {"problem", ""}}},
            {"gateways", Json::array({{{"id", "gw-1"},
                                       {"revision", empty ? 0 : revision},
                                       {"threads", 2},
                                       {"in_flight", 14},
                                       {"connections", 37}}})}};
}

Result<Json> FakePlane::Impl::answer(const api::CommandRequest& request)
{
    if (state == State::Disconnected) {
        return fail(ErrorCode::Unavailable, "The engine does not answer; trying again.");
    }
    if (state == State::Error && request.name != "fleet.status") {
        return fail(ErrorCode::Internal, "The store answered \"disk I/O error\".");
    }
    const auto row = std::find_if(commands.begin(), commands.end(),
                                  [&](const auto& one) { return one.name == request.name; });
    if (row == commands.end()) {
        return fail(ErrorCode::NotFound, "There is no command \"" + request.name + "\".");
    }
    if (request.role < row->role) {
        return fail(ErrorCode::Refused,
                    "Needs the role " + std::string(api::roleName(row->role)) + ".");
    }
    if (request.base && row->changes && *request.base != revision) {
        return fail(ErrorCode::Conflict,
                    "The routing table has moved to revision " + std::to_string(revision) + ".");
    }
    return row->changes ? change(request) : read(request.name, request.arguments);
}

Result<Json> FakePlane::Impl::read(const std::string& name, const Json& arguments)
{
    static const std::map<std::string, const char*> kLists{
        {"routes.list", "routes"},        {"routing.history", "revisions"},
        {"units.list", "units"},          {"providers.list", "providers"},
        {"prices.list", "prices"},        {"keys.list", "keys"},
        {"audit.list", "entries"},        {"prompts.list", "prompts"},
        {"telemetry.records", "records"}, {"telemetry.summary", "routes"}};
    if (name == "fleet.status") {
        return status();
    }
    if (FakeFlags::knows(name)) {
        if (state == State::Empty && name == "flags.list") {
            return Json{{"flags", Json::object()},
                        {"routes", Json::object()},
                        {"imported", Json::object()},
                        {"generation", 2}};
        }
        return flags.read(name, arguments, routes);
    }
    if (state == State::Empty) {
        const auto list = kLists.find(name);
        return list == kLists.end()
                   ? Json{{"series", Json::array()}}
                   : Json{{list->second, Json::array()}, {"more", false}, {"cursor", ""}};
    }
    Json* route = routeNamed(textOf(arguments, "route"));
    if (route == nullptr &&
        (name == "routes.get" || name == "routes.preview" || name == "routes.explain" ||
         name == "routes.dry_run" || name == "telemetry.series")) {
        return fail(ErrorCode::NotFound,
                    "There is no route \"" + textOf(arguments, "route") + "\".", "/route");
    }
    if (arguments.value("points", 2) < 2) { // as the engine's schema has it
        return fail(ErrorCode::InvalidArgument, "1 is less than 2", "/points");
    }
    const std::map<std::string, std::function<Result<Json>()>> answers{
        {"routes.list", [&] { return Json{{"routes", routes}}; }},
        {"routes.get", [&] { return *route; }},
        {"routes.preview", [&] { return preview(arguments); }},
        {"routes.explain", [&] { return explain(arguments); }},
        {"units.list", [&] { return Json{{"units", fakeUnits(now())}}; }},
        {"providers.list", [] { return Json{{"providers", fakeProviders()}}; }},
        {"prices.list", [] { return Json{{"prices", Json::array()}}; }},
        {"keys.list", [] { return Json{{"keys", Json::array()}}; }},
        {"routes.dry_run", [&] { return dryRun(*route, arguments.at("definition")); }},
        {"routing.diff", [&] { return diff(arguments); }},
        {"prompts.list", [] { return Json{{"prompts", Json::array()}}; }},
        {"audit.list", [&] { return Json{{"entries", fakeAudit(now())}}; }},
        {"telemetry.series",
         [&] {
             return fakeSeries(*route, arguments.value("from", now() / 1'000'000 - 3600),
                               arguments.value("to", now() / 1'000'000),
                               arguments.value("step", 30), seed);
         }},
        {"telemetry.summary",
         [&] { return fakeSummary(routes, now(), arguments.value("points", 60), seed); }},
        {"routing.history",
         [&] {
             Json shown = Json::array();
             for (const Json& one : history) {
                 const bool about =
                     route == nullptr ||
                     std::any_of(one["changes"].begin(), one["changes"].end(),
                                 [&](const Json& c) { return c["route"] == (*route)["name"]; });
                 if (about) {
                     shown.push_back(one);
                 }
             }
             return Json{{"revisions", shown}, {"more", false}};
         }},
        {"telemetry.records",
         [&] {
             Json shown = Json::array();
             const auto fits = [&](const Json& record, const char* member) {
                 const std::string wanted = textOf(arguments, member);
                 return wanted.empty() || record[member] == wanted;
             };
             for (const Json& record : fakeRecords(now(), 200, seed)) {
                 const auto at = record["at"].get<std::int64_t>();
                 const bool fell = record["fallback"] != "none";
                 if (fits(record, "route") && fits(record, "arm") && fits(record, "outcome") &&
                     (!arguments.value("fallback", false) || fell) &&
                     at >= arguments.value("from", std::int64_t{0}) &&
                     at <= arguments.value("to", std::int64_t{9'000'000'000'000'000})) {
                     shown.push_back(record);
                 }
             }
             return Json{{"records", shown}, {"cursor", ""}};
         }},
    };
    if (name == "units.get" || name == "telemetry.record") {
        const std::string wanted = textOf(arguments, name == "units.get" ? "unit" : "id");
        for (const Json& one :
             name == "units.get" ? fakeUnits(now()) : fakeRecords(now(), 200, seed)) {
            if (one["id"] == wanted || (one.contains("aliases") && one["aliases"][0] == wanted)) {
                return one;
            }
        }
        return fail(ErrorCode::NotFound, "There is no \"" + wanted + "\".");
    }
    const auto found = answers.find(name);
    return found != answers.end() ? found->second()
                                  : Result<Json>(fail(ErrorCode::NotFound, "Not faked: " + name));
}

Result<Json> FakePlane::Impl::preview(const Json& arguments)
{
    const Json& route = *routeNamed(textOf(arguments, "route"));
    const double from = route["percent"].get<double>();
    const double to = arguments.value("percent", from);
    const double users = fakeRate(route["name"].get<std::string>()) * 9.7;
    const double rate = fakeRate(route["name"].get<std::string>());
    const double in = std::max(0.0, to - from) / 100.0;
    const double out = std::max(0.0, from - to) / 100.0;
    return Json{{"route", route["name"]},
                {"from", from},
                {"to", to},
                {"users_in", static_cast<int>(users * in)},
                {"users_out", static_cast<int>(users * out)},
                {"users_seen", static_cast<int>(users)},
                {"requests_per_minute_in", rate * in},
                {"requests_per_minute_out", rate * out},
                {"window_s", 3600}};
}

Json FakePlane::Impl::dryRun(const Json& route, const Json& definition)
{
    const double rate = fakeRate(route["name"].get<std::string>());
    const auto users = static_cast<int>(rate * 9.7);
    const bool rules = definition.contains("rules") && definition["rules"] != route["rules"];
    const bool anew = definition.contains("bucket_by");
    const double share = anew ? 0.09 : rules ? 0.02 : 0.001;
    const auto moved = static_cast<int>(users * share);
    return {
        {"requests", static_cast<int>(rate * 60)},
        {"users", users},
        {"moved_users", moved},
        {"moved_requests_per_minute", rate * share},
        {"by_move", Json::array({{{"from_arm", "stable"},
                                  {"to_arm", "candidate"},
                                  {"users", moved - moved / 4},
                                  {"requests_per_minute", rate * share * 0.75}},
                                 {{"from_arm", "candidate"},
                                  {"to_arm", "stable"},
                                  {"users", moved / 4},
                                  {"requests_per_minute", rate * share * 0.25}}})},
        {"cost_per_minute", {{"before", 2.41}, {"after", 2.41 + share * 4}, {"currency", "USD"}}},
        {"p95_ms", {{"before", 861.0}, {"after", 861.0 + share * 900}}},
        {"unmeasured", Json::array()},
        {"window_s", 3600.0},
        {"not_evaluable", rules ? 214 : 0},
        {"sampled", false}};
}

/// What the history says between two revisions, each member's first "from" and last "to".
Json FakePlane::Impl::diff(const Json& arguments) const
{
    const auto from = arguments.at("from").get<std::int64_t>();
    const auto to = arguments.at("to").get<std::int64_t>();
    const std::string only = textOf(arguments, "route");
    std::map<std::pair<std::string, std::string>, Json> found;
    for (auto one = history.rbegin(); one != history.rend(); ++one) {
        const auto at = (*one)["revision"].get<std::int64_t>();
        if (at <= std::min(from, to) || at > std::max(from, to)) {
            continue;
        }
        for (const Json& change : (*one)["changes"]) {
            if (!only.empty() && change["route"] != only) {
                continue;
            }
            Json& entry = found[{change["route"], change["pointer"]}];
            entry = entry.is_null() ? change : entry;
            entry["to"] = change["to"];
        }
    }
    Json changes = Json::array();
    for (auto& [key, change] : found) {
        if (from > to) {
            std::swap(change["from"], change["to"]);
        }
        changes.push_back(std::move(change));
    }
    return {{"changes", std::move(changes)}};
}

Json FakePlane::Impl::explain(const Json& arguments)
{
    const Json& route = *routeNamed(textOf(arguments, "route"));
    const bool internal =
        textOf(arguments, "org") == "org-internal" && !route["candidate"].is_null();
    Json steps = Json::array(
        {{{"step", "kill"}, {"outcome", "no"}, {"detail", "no unit of this route is killed"}},
         {{"step", "allow list"}, {"outcome", "no"}, {"detail", "the user is not on it"}}});
    steps.push_back(
        {{"step", "rule 1"},
         {"outcome", internal ? "matches: candidate" : "does not match"},
         {"detail", {{"when", {{"==", Json::array({{{"var", "org_id"}}, "org-internal"})}}}}}});
    if (internal) {
        return {{"arm", "candidate"},
                {"by", "rule"},
                {"unit", route["candidate"]},
                {"revision", revision},
                {"bucket", nullptr},
                {"hash", nullptr},
                {"key", textOf(arguments, "user")},
                {"steps", steps}};
    }
    steps.push_back({{"step", "bucket"},
                     {"outcome", "yes"},
                     {"detail", "bucket 6120 is in neither share: stable"}});
    return {{"arm", "stable"},
            {"by", "bucket"},
            {"unit", route["stable"]},
            {"revision", revision},
            {"bucket", 6120},
            {"hash", 2628612345LL},
            {"key", textOf(arguments, "user")},
            {"steps", steps}};
}

void FakePlane::Impl::commit(const api::CommandRequest& request, Json routeNames, Json changes)
{
    ++revision;
    history.insert(history.begin(), Json{{"revision", revision},
                                         {"at", now()},
                                         {"actor", request.actor},
                                         {"reason", textOf(request.arguments, "reason")},
                                         {"command", request.name},
                                         {"changes", changes}});
    queueEvent("revision",
               revisionEvent(revision, request, std::move(routeNames), std::move(changes)));
}

Result<Json> FakePlane::Impl::put(const api::CommandRequest& request)
{
    const std::string name = textOf(request.arguments, "route");
    Json* route = routeNamed(name);
    if (route == nullptr && !request.arguments.at("definition").contains("stable")) {
        return fail(ErrorCode::InvalidArgument, "a route needs a stable unit",
                    "/definition/stable");
    }
    const bool fresh = route == nullptr;
    Json changes = Json::array();
    Json next = fresh ? fakeRoute(name, now()) : *route;
    for (const auto& [member, value] : request.arguments.at("definition").items()) {
        const bool unit = member == "stable" || member == "candidate";
        const Json to = unit && value.is_string() ? fakeUnitRef(value.get<std::string>()) : value;
        if (next[member] != to) {
            const Json from =
                unit && !next[member].is_null() ? next[member]["alias"] : next[member];
            changes.push_back({{"route", next["name"]},
                               {"pointer", "/" + member},
                               {"from", from},
                               {"to", value}});
            next[member] = to;
        }
    }
    if (!request.arguments.value("dry_run", false)) {
        if (fresh) {
            routes.push_back(next);
            route = &routes.back();
        }
        *route = next;
        (*route)["changed_at"] = now();
        (*route)["changed_by"] = request.actor;
        commit(request, Json::array({next["name"]}), changes);
    }
    return Json{{"route", next}, {"changes", changes}, {"revision", revision}};
}

Result<Json> FakePlane::Impl::kill(const api::CommandRequest& request)
{
    const bool all = request.arguments.value("all", false);
    Json killed = Json::array();
    Json changes = Json::array();
    Json names = Json::array();
    for (Json& route : routes) {
        const bool meant = all || route["name"] == textOf(request.arguments, "route");
        if (meant && !route["candidate"].is_null() && route["killed"].is_null()) {
            killed.push_back({{"route", route["name"]},
                              {"from_percent", route["percent"]},
                              {"killed", route["candidate"]},
                              {"to", route["stable"]}});
            changes.push_back({{"route", route["name"]},
                               {"pointer", "/percent"},
                               {"from", route["percent"]},
                               {"to", 0}});
            names.push_back(route["name"]);
            route["killed"] = {{"unit", route["candidate"]},
                               {"actor", request.actor},
                               {"reason", textOf(request.arguments, "reason")},
                               {"at", now()}};
            route["percent"] = 0.0;
        }
    }
    if (killed.empty()) {
        if (lastKill.is_null()) {
            return fail(ErrorCode::InvalidArgument, "No route has a candidate to take back.",
                        "/route");
        }
        Json again = lastKill;
        again["already"] = true;
        return again;
    }
    commit(request, names, changes);
    lastKill = {{"routes", killed},
                {"already", false},
                {"revision", revision},
                {"pressed_at", now()},
                {"adopted_at", now() + 1'840},
                {"milliseconds", 1.84},
                {"last_admitted_at", now() - 31'000},
                {"last_finished_at", nullptr},
                {"in_flight", 6},
                {"moved", 37},
                {"gateways", {{"acknowledged", 1}, {"total", 1}}}};
    queueEvent("kill", lastKill);
    return lastKill;
}

/// Restoring takes back what the history says has changed since.
Result<Json> FakePlane::Impl::restore(const api::CommandRequest& request)
{
    std::int64_t target = request.arguments.value("revision", std::int64_t{0});
    if (const std::int64_t time = request.arguments.value("at", std::int64_t{0}); time > 0) {
        for (const Json& one : history) {
            if (one["at"].get<std::int64_t>() <= time) {
                target = std::max(target, one["revision"].get<std::int64_t>());
            }
        }
        if (target == 0) {
            return fail(ErrorCode::NotFound, "there were no routes yet at that time", "/at");
        }
    }
    Json back{{"from", revision}, {"to", target}};
    if (request.arguments.contains("route")) {
        back["route"] = request.arguments["route"];
    }
    const Json changes = diff(back)["changes"];
    if (!request.arguments.value("dry_run", false)) {
        commit(request, Json::array(), changes);
    }
    return Json{{"revision", revision}, {"changes", changes}};
}

Result<Json> FakePlane::Impl::change(const api::CommandRequest& request)
{
    if (FakeFlags::knows(request.name)) {
        Result<Json> changed = flags.change(request.name, request.arguments, routes);
        if (changed.ok() && !request.arguments.value("dry_run", false)) {
            queueEvent("flags", {{"flags", Json::array()}, {"actor", request.actor}});
        }
        return changed;
    }
    if (request.name == "routes.put") {
        return put(request);
    }
    if (request.name == "routing.kill") {
        Result<Json> killed = kill(request);
        if (killed.ok() && !killed->at("already").get<bool>() && !holdOpen) {
            lastKill["in_flight"] = 0;
            lastKill["last_finished_at"] = now() + 1'300'000;
            queueEvent("kill.finished", lastKill);
        }
        return killed;
    }
    Json* route = routeNamed(textOf(request.arguments, "route"));
    if (request.name == "routing.acknowledge" && route != nullptr) {
        (*route)["killed"] = nullptr;
        commit(request, Json::array({(*route)["name"]}), Json::array());
        return Json{{"route", *route}};
    }
    if (request.name == "routing.restore") {
        return restore(request);
    }
    if (request.name == "fleet.configure") {
        production = request.arguments.at("production");
        fleetName = textOf(request.arguments, "name");
        commit(request, Json::array(), Json::array());
        return Json{{"production", production}, {"name", fleetName}};
    }
    return fail(ErrorCode::Refused, "Not faked: " + request.name);
}

} // namespace sluice::tests
