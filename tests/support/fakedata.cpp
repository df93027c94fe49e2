// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fakedata.h"

#include <array>

namespace sluice::tests {

namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;

api::CommandDescriptor row(const char* name, api::Role role, bool changes)
{
    return {name, role, {}, Json::object(), Json::object(), changes};
}

Json maybe(const char* alias)
{
    return alias == nullptr ? Json(nullptr) : fakeUnitRef(alias);
}

struct RouteSeed
{
    const char* name;
    const char* stable;
    const char* candidate;
    double percent;
    const char* shadow;
    const char* knownGood;
    std::int64_t changedAgo;
};

constexpr std::array<RouteSeed, 5> kRoutes{{
    {"support-assistant", "support-v1", "support-v2", 5.0, nullptr, "support-v1", 48 * kMinute},
    {"ai-search", "search-v7", "search-v8", 25.0, nullptr, "search-v7", 130 * kMinute},
    {"contract-summary", "sum-v3", "sum-v4", 0.0, nullptr, "sum-v3", 12 * kMinute},
    {"code-review", "cr-v11", nullptr, 0.0, nullptr, "cr-v10", 6 * 24 * 60 * kMinute},
    {"triage", "triage-v2", "triage-v3", 0.0, "triage-v3", "triage-v2", 2 * 24 * 60 * kMinute},
}};

Json makeRoute(const RouteSeed& seed, std::int64_t now)
{
    Json route = {
        {"name", seed.name},
        {"stable", fakeUnitRef(seed.stable)},
        {"candidate", maybe(seed.candidate)},
        {"percent", seed.percent},
        {"bucket_by", "user_id"},
        {"allow", Json::array()},
        {"rules", Json::array()},
        {"guard",
         {{"ttft_ms", 2000},
          {"total_ms", 15000},
          {"idle_ms", 5000},
          {"hedge_after_ms", nullptr},
          {"deadline_ms", nullptr}}},
        {"shadow", nullptr},
        {"session", {{"on_rollback", "migrate"}, {"on_kill", "force"}}},
        {"system_messages", "warn"},
        {"request_params", "unit"},
        {"capture", {{"mode", "none"}, {"percent", 0}, {"days", 7}}},
        {"known_good", {{"unit", fakeUnitRef(seed.knownGood)}, {"revision", 171}}},
        {"killed", nullptr},
        {"changed_at", now - seed.changedAgo},
        {"changed_by", "mara"},
        {"simulated", true},
    };
    if (seed.shadow != nullptr) {
        route["shadow"] = {{"unit", fakeUnitRef(seed.shadow)}, {"percent", 5}};
    }
    return route;
}

Json change(const char* route, const char* pointer, Json from, Json to)
{
    return {
        {"route", route}, {"pointer", pointer}, {"from", std::move(from)}, {"to", std::move(to)}};
}

} // namespace

std::vector<api::CommandDescriptor> fakeCommands()
{
    using api::Role;
    std::vector<api::CommandDescriptor> rows;
    for (const char* name :
         {"fleet.status",      "routes.list",       "routes.get",      "routes.preview",
          "routes.explain",    "routes.dry_run",    "routing.diff",    "flags.export",
          "flags.sources",     "routing.history",   "units.list",      "units.get",
          "providers.list",    "prices.list",       "keys.list",       "flags.list",
          "flags.evaluate",    "prompts.list",      "prompts.get",     "telemetry.series",
          "telemetry.summary", "telemetry.records", "telemetry.record"}) {
        rows.push_back(row(name, Role::Viewer, false));
    }
    rows.push_back(row("audit.list", Role::Viewer, false));
    rows.push_back(row("routes.put", Role::Operator, true));
    rows.push_back(row("routes.delete", Role::Approver, true));
    rows.push_back(row("routing.restore", Role::Operator, true));
    rows.push_back(row("routing.kill", Role::Operator, true));
    rows.push_back(row("routing.acknowledge", Role::Operator, true));
    for (const char* name : {"flags.set", "flags.remove", "flags.import", "flags.generation"}) {
        rows.push_back(row(name, Role::Approver, true));
    }
    rows.push_back(row("flags.source.put", Role::Admin, true));
    rows.push_back(row("flags.source.remove", Role::Admin, true));
    rows.push_back(row("units.register", Role::Approver, true));
    rows.push_back(row("providers.put", Role::Admin, true));
    rows.push_back(row("fleet.configure", Role::Admin, true));
    return rows;
}

Json fakeUnitRef(const std::string& alias)
{
    static constexpr char kHex[] = "0123456789abcdef";
    std::uint64_t state = 0xcbf29ce484222325ULL;
    for (const char c : alias) {
        state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    }
    std::string id = "u_";
    for (int i = 0; i < 64; ++i) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        id += kHex[(state >> 40U) & 15U];
    }
    return {{"alias", alias}, {"id", id}};
}

double fakeRate(const std::string& route)
{
    static const std::array<std::pair<const char*, double>, 5> kRates{{
        {"support-assistant", 1240.0},
        {"ai-search", 640.0},
        {"contract-summary", 85.0},
        {"code-review", 44.0},
        {"triage", 210.0},
    }};
    for (const auto& [name, rate] : kRates) {
        if (route == name) {
            return rate;
        }
    }
    return 0.0;
}

Json fakeRoute(const std::string& name, std::int64_t now)
{
    return makeRoute({name.c_str(), "support-v1", nullptr, 0.0, nullptr, "support-v1", 0}, now);
}

Json fakeRoutes(std::int64_t now)
{
    Json routes = Json::array();
    for (const RouteSeed& seed : kRoutes) {
        routes.push_back(makeRoute(seed, now));
    }
    routes[0]["rules"] = Json::array(
        {{{"when", {{"==", Json::array({{{"var", "org_id"}}, "org-internal"})}}},
          {"arm", "candidate"}},
         {{"when", {{"==", Json::array({{{"var", "plan"}}, "trial"})}}}, {"arm", "stable"}}});
    routes[0]["allow"] = Json::array({"user-0042"});
    routes[2]["killed"] = {{"unit", fakeUnitRef("sum-v4")},
                           {"actor", "jonas"},
                           {"reason", "refusals rose to 9.8 % against 4.1 %"},
                           {"at", now - 12 * kMinute}};
    return routes;
}

Json fakeUnits(std::int64_t now)
{
    struct Seed
    {
        const char* alias;
        const char* model;
        const char* prompt;
        const char* version;
        const char* route;
        const char* as;
    };
    static constexpr std::array<Seed, 10> kSeeds{{
        {"support-v1", "m-1-2026-01-15", "support/answer", "1.0.0", "support-assistant", "stable"},
        {"support-v2", "m-2-2026-09-01", "support/answer", "1.1.0", "support-assistant",
         "candidate"},
        {"search-v7", "m-1-2026-01-15", "search/answer", "2.3.0", "ai-search", "stable"},
        {"search-v8", "m-1-2026-01-15", "search/answer", "2.4.0", "ai-search", "candidate"},
        {"sum-v3", "m-1-2026-01-15", "contract/summary", "1.2.0", "contract-summary", "stable"},
        {"sum-v4", "m-2-2026-09-01", "contract/summary", "2.0.0", "contract-summary", "candidate"},
        {"cr-v11", "m-2-2026-09-01", "code/review", "4.0.1", "code-review", "stable"},
        {"cr-v10", "m-2-2026-09-01", "code/review", "4.0.0", "code-review", "known_good"},
        {"triage-v2", "m-1-2026-01-15", "triage/label", "1.0.2", "triage", "stable"},
        {"triage-v3", "m-1-2026-01-15", "triage/label", "1.1.0", "triage", "shadow"},
    }};
    Json units = Json::array();
    std::int64_t age = 40 * 24 * 60 * kMinute;
    for (const Seed& seed : kSeeds) {
        Json ref = fakeUnitRef(seed.alias);
        age -= 3 * 24 * 60 * kMinute;
        units.push_back({{"id", ref["id"]},
                         {"aliases", Json::array({seed.alias})},
                         {"provider", "house"},
                         {"model", seed.model},
                         {"prompt",
                          {{"name", seed.prompt},
                           {"version", seed.version},
                           {"digest", ref["id"].get<std::string>().substr(2)}}},
                         {"params", {{"temperature", 0.2}, {"max_tokens", 400}}},
                         {"registered_at", now - age},
                         {"registered_by", "mara"},
                         {"simulated", true},
                         {"price", "exact"},
                         {"used_by", Json::array({{{"route", seed.route}, {"as", seed.as}}})}});
    }
    return units;
}

Json fakeHistory(std::int64_t now)
{
    const auto revision = [&](int number, std::int64_t ago, const char* actor, const char* command,
                              const char* reason, Json changes) {
        return Json{{"revision", number}, {"at", now - ago},    {"actor", actor},
                    {"reason", reason},   {"command", command}, {"changes", std::move(changes)}};
    };
    return Json::array({
        revision(184, 12 * kMinute, "jonas", "routing.kill", "refusals rose to 9.8 % against 4.1 %",
                 Json::array({change("contract-summary", "/percent", 10, 0)})),
        revision(183, 31 * kMinute, "mara", "routes.put", "a day without harm at 1 %",
                 Json::array({change("support-assistant", "/percent", 1, 5)})),
        revision(182, 49 * kMinute, "mara", "routes.put", "start small",
                 Json::array({change("support-assistant", "/candidate", nullptr, "support-v2"),
                              change("support-assistant", "/percent", 0, 1)})),
        revision(181, 130 * kMinute, "ines", "routes.put", "evidence says no harm at 10 %",
                 Json::array({change("ai-search", "/percent", 10, 25)})),
        revision(180, 200 * kMinute, "mara", "routes.put", "streams stalled at 8 s on slow days",
                 Json::array({change("support-assistant", "/guard/idle_ms", 8000, 5000)})),
        revision(179, 26 * 60 * kMinute, "ines", "routes.put", "",
                 Json::array({change("ai-search", "/candidate", nullptr, "search-v8"),
                              change("ai-search", "/percent", 0, 10)})),
        revision(178, 50 * 60 * kMinute, "jonas", "routes.put", "compare before it serves anybody",
                 Json::array({change("triage", "/shadow", nullptr, "triage-v3 5 %")})),
        revision(177, 6 * 24 * 60 * kMinute, "ines", "routes.put", "promotion of cr-v11",
                 Json::array({change("code-review", "/stable", "cr-v10", "cr-v11")})),
    });
}

Json fakeProviders()
{
    return Json::array({{{"name", "house"},
                         {"kind", "simulator"},
                         {"base_url", ""},
                         {"secret", nullptr},
                         {"secret_found", false},
                         {"local", true},
                         {"simulator", true}}});
}

Json fakeAudit(std::int64_t now)
{
    Json entries = Json::array();
    for (const Json& revision : fakeHistory(now)) {
        entries.push_back({{"sequence", revision["revision"].get<int>() + 900},
                           {"at", revision["at"]},
                           {"actor", revision["actor"]},
                           {"role", "operator"},
                           {"command", revision["command"]},
                           {"arguments", {{"reason", revision["reason"]}}},
                           {"outcome", "ok"},
                           {"message", ""},
                           {"revision", revision["revision"]}});
    }
    return entries;
}

} // namespace sluice::tests
