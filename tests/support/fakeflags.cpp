// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fakeflags.h"

#include <set>

namespace sluice::tests {

namespace {

constexpr std::int64_t kMinute = 60'000'000;

Json makeFlags()
{
    return Json::parse(R"json({
      "new-checkout": {
        "state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
        "targeting": {"if": [
          {"ends_with": [{"var": "email"}, "@shop.example"]}, "on",
          {"and": [{"in": [{"var": "plan"}, ["trial", "free"]]},
                   {"or": [{"sem_ver": [{"var": "app_version"}, ">=", "2.4.0"]},
                           {"==": [{"var": "beta"}, true]}]}]},
          {"fractional": [["on", 10], ["off", 90]]}]},
        "metadata": {"owner": "checkout", "ticket": 4711}
      },
      "support-tone": {
        "state": "ENABLED", "variants": {"friendly": "friendly", "formal": "formal", "brief": "brief"},
        "defaultVariant": "friendly",
        "targeting": {"fractional": [{"cat": [{"var": "$flagd.flagKey"}, {"var": "org_id"}]},
                                     ["brief", 5], ["formal", 5], ["friendly", 90]]}
      },
      "max-attachments": {
        "state": "ENABLED", "variants": {"few": 3, "many": 10}, "defaultVariant": "few",
        "targeting": {"if": [{"some": [{"var": "roles"}, {"==": [{"var": ""}, "agent"]}]}, "many"]}
      },
      "search-settings": {
        "state": "ENABLED",
        "variants": {"near": {"k": 5, "rerank": false}, "wide": {"k": 20, "rerank": true}},
        "defaultVariant": null, "targeting": {}
      },
      "maintenance": {"state": "DISABLED", "variants": {"on": true, "off": false}, "defaultVariant": "on"},
      "tier": {
        "state": "ENABLED", "variants": {"a": "a", "b": "b"}, "defaultVariant": "a",
        "targeting": {"var": "tier"}
      }
    })json");
}

Json makeSources(std::int64_t now)
{
    return Json::array({{{"name", "platform"},
                         {"kind", "git"},
                         {"location", "/srv/flags.git"},
                         {"path", "platform/flags.json"},
                         {"ref", "main"},
                         {"interval_s", 30},
                         {"flags", 1},
                         {"version", "9c1f2e7"},
                         {"taken_at", now - 42 * kMinute},
                         {"looked_at", now - kMinute / 6},
                         {"status", "ok"},
                         {"error", nullptr}},
                        {{"name", "growth"},
                         {"kind", "http"},
                         {"location", "https://flags.shop.example/growth.json"},
                         {"interval_s", 60},
                         {"flags", 0},
                         {"version", ""},
                         {"taken_at", nullptr},
                         {"looked_at", now - kMinute / 2},
                         {"status", "error"},
                         {"error",
                          {{"message", "defaultVariant \"onn\" is not one of the variants"},
                           {"where", "/flags/banner/defaultVariant, line 12"}}}}});
}

Json routeFlag(const Json& route)
{
    const auto variant = [&](const char* member, bool canary) {
        const Json unit = route[member].is_null() ? route["stable"] : route[member];
        return Json{{"endpoint", "/v1/chat/completions"},
                    {"prompt_v", "1.0.0"},
                    {"hyperparams", {{"temperature", 0.2}}},
                    {"is_canary", canary},
                    {"unit", unit["id"]}};
    };
    const int percent = static_cast<int>(route["percent"].get<double>() * 100);
    return {
        {"state", "ENABLED"},
        {"variants",
         {{"candidate", variant("candidate", true)},
          {"control", variant("stable", false)},
          {"stable", variant("stable", false)}}},
        {"defaultVariant", "stable"},
        {"targeting",
         {{"fractional",
           Json::array({{{"cat", Json::array({{{"var", "$flagd.flagKey"}}, {{"var", "user_id"}}})}},
                        Json::array({"candidate", percent}),
                        Json::array({"stable", 10000 - 2 * percent}),
                        Json::array({"control", percent})})}}}};
}

Json changesBetween(const Json& before, const Json& after)
{
    Json changes = Json::array();
    std::set<std::string> keys;
    for (const Json* flags : {&before, &after}) {
        for (const auto& [key, flag] : flags->items()) {
            keys.insert(key);
        }
    }
    const auto tell = [&](const std::string& key, const std::string& pointer, const Json& from,
                          const Json& to) {
        if (from != to) {
            changes.push_back({{"flag", key}, {"pointer", pointer}, {"from", from}, {"to", to}});
        }
    };
    for (const std::string& key : keys) {
        if (!before.contains(key) || !after.contains(key)) {
            tell(key, "", before.value(key, Json()), after.value(key, Json()));
            continue;
        }
        for (const char* member :
             {"state", "variants", "defaultVariant", "targeting", "metadata"}) {
            tell(key, std::string("/") + member, before[key].value(member, Json()),
                 after[key].value(member, Json()));
        }
    }
    return changes;
}

Status checkFlag(const std::string& key, const Json& flag, const std::string& where)
{
    if (!flag.is_object() || !flag.contains("variants") || !flag["variants"].is_object()) {
        return fail(ErrorCode::InvalidArgument, "the flag \"" + key + "\" needs variants", where);
    }
    const Json chosen = flag.value("defaultVariant", Json());
    if (chosen.is_string() && !flag["variants"].contains(chosen.get<std::string>())) {
        return fail(ErrorCode::InvalidArgument,
                    "defaultVariant \"" + chosen.get<std::string>() +
                        "\" is not one of the variants",
                    where + "/defaultVariant");
    }
    return {};
}

} // namespace

FakeFlags::FakeFlags(std::int64_t now)
    : m_flags(makeFlags())
    , m_sources(makeSources(now))
{
}

bool FakeFlags::knows(const std::string& command)
{
    return command.starts_with("flags.");
}

Json FakeFlags::list(const Json& routes) const
{
    Json own = Json::object();
    for (const Json& route : routes) {
        own[route["name"].get<std::string>()] = routeFlag(route);
    }
    const Json imported = m_sources.empty() ? Json::object()
                                            : Json{{"platform",
                                                    {{"dark-mode",
                                                      {{"state", "ENABLED"},
                                                       {"variants", {{"on", true}, {"off", false}}},
                                                       {"defaultVariant", "on"}}}}}};
    return {{"flags", m_flags},           {"evaluators", Json::object()},
            {"metadata", Json::object()}, {"generation", m_generation},
            {"imported", imported},       {"routes", std::move(own)}};
}

Result<Json> FakeFlags::evaluate(const Json& arguments, const Json& routes) const
{
    const std::string key = arguments.value("flag", "");
    const Json all = list(routes);
    Json flag = all["flags"].value(key, all["routes"].value(key, Json()));
    if (flag.is_null()) {
        return Json{{"value", nullptr},
                    {"variant", ""},
                    {"reason", "ERROR"},
                    {"error_code", "FLAG_NOT_FOUND"},
                    {"error_details", "there is no flag \"" + key + "\""},
                    {"metadata", Json::object()},
                    {"steps", Json::array()}};
    }
    const std::string email = arguments.value("context", Json::object()).value("email", "");
    const bool staff = email.ends_with("@shop.example");
    const std::string variant = staff && flag["variants"].contains("on")
                                    ? std::string("on")
                                    : flag["variants"].begin().key();
    return Json{
        {"value", flag["variants"][variant]},
        {"variant", variant},
        {"reason", staff ? "TARGETING_MATCH" : "DEFAULT"},
        {"metadata", flag.value("metadata", Json::object())},
        {"steps",
         Json::array(
             {{{"step", "flag"}, {"outcome", "enabled"}, {"detail", key}},
              {{"step", "rule 1"},
               {"outcome", staff ? "matches" : "does not match"},
               {"detail",
                {{"when", {{"ends_with", Json::array({{{"var", "email"}}, "@shop.example"})}}}}}},
              {{"step", "result"},
               {"outcome", "variant \"" + variant + "\""},
               {"detail", Json::object()}}})}};
}

Result<Json> FakeFlags::read(const std::string& command, const Json& arguments,
                             const Json& routes) const
{
    if (command == "flags.list") {
        return list(routes);
    }
    if (command == "flags.sources") {
        return Json{{"sources", m_sources}};
    }
    if (command == "flags.export") {
        Json flags = m_flags;
        flags.update(list(routes)["routes"]);
        return Json{{"document", {{"flags", std::move(flags)}}}};
    }
    return evaluate(arguments, routes);
}

Result<Json> FakeFlags::replace(Json flags, const Json& arguments)
{
    const Json changes = changesBetween(m_flags, flags);
    const bool dry = arguments.value("dry_run", false);
    if (!dry) {
        m_flags = std::move(flags);
    }
    return Json{{"changes", changes}, {"applied", !dry}};
}

Json FakeFlags::generation(const Json& arguments)
{
    const int from = m_generation;
    const int to = arguments.value("version", 3);
    if (!arguments.value("dry_run", false)) {
        m_generation = to;
    }
    return {{"from", from},
            {"to", to},
            {"known_users", 18'240},
            {"would_move", 3'377},
            {"routes",
             Json::array(
                 {{{"route", "support-assistant"}, {"known_users", 12'028}, {"would_move", 1'131}},
                  {{"route", "ai-search"}, {"known_users", 6'212}, {"would_move", 2'246}}})}};
}

Result<Json> FakeFlags::change(const std::string& command, const Json& arguments,
                               const Json& routes)
{
    Json flags = m_flags;
    if (command == "flags.generation") {
        return generation(arguments);
    }
    if (command == "flags.set") {
        const std::string key = arguments.at("flag");
        if (const Status fine = checkFlag(key, arguments.at("definition"), "/definition"); !fine) {
            return fine.error();
        }
        flags[key] = arguments.at("definition");
        return replace(std::move(flags), arguments);
    }
    if (command == "flags.remove") {
        flags.erase(arguments.at("flag").get<std::string>());
        return replace(std::move(flags), arguments);
    }
    if (command == "flags.import") {
        const Json document = arguments.value("document", Json::object());
        if (!document.is_object() || !document.contains("flags")) {
            return fail(ErrorCode::InvalidArgument, "the member \"flags\" is missing", "/document");
        }
        for (const auto& [key, flag] : document["flags"].items()) {
            const std::string where = "/document/flags/" + key;
            if (list(routes)["routes"].contains(key)) {
                return fail(ErrorCode::Conflict,
                            "\"" + key + "\" is a route, and a route is a flag of its own", where);
            }
            if (const Status fine = checkFlag(key, flag, where); !fine) {
                return fine.error();
            }
            flags[key] = flag;
        }
        return replace(std::move(flags), arguments);
    }
    Json left = Json::array();
    for (const Json& source : m_sources) {
        if (source["name"] != arguments.at("name")) {
            left.push_back(source);
        }
    }
    if (command == "flags.source.put") {
        Json source = arguments;
        source.update({{"flags", 0},
                       {"version", ""},
                       {"taken_at", nullptr},
                       {"looked_at", nullptr},
                       {"status", "waiting"},
                       {"error", nullptr}});
        left.push_back(std::move(source));
        m_sources = left;
        return Json::object();
    }
    if (!arguments.value("dry_run", false)) {
        m_sources = left;
    }
    return Json{{"changes", Json::array()}, {"applied", true}};
}

} // namespace sluice::tests
