// SPDX-License-Identifier: GPL-3.0-or-later
// keys.*, tokens.*, audit.*: who may send requests, who may give commands, who did.
#include "core/control/commandtable.h"
#include "core/control/edits.h"
#include "core/control/schema.h"
#include "core/control/tokens.h"
#include "core/store/controlstore.h"

#include <fmt/format.h>

namespace sluice::control {

namespace {

Result<Json> listKeys(const State& state, const Call&, const Services&)
{
    Json keys = Json::array();
    for (const auto& [id, entry] : state.keys) {
        keys.push_back({{"id", id},
                        {"attributes", entry->definition.value("attributes", Json::object())},
                        {"routes", entry->definition.value("routes", Json::array())}});
    }
    return Json{{"keys", std::move(keys)}};
}

Result<Change> putOneKey(const State& state, const Call& call)
{
    Change change{state};
    if (auto status =
            putKey(change.next, call.arguments.at("id"), call.arguments.at("key"), "/key");
        !status) {
        return std::move(status).error();
    }
    return change;
}

template <typename T>
Result<Change> removeFrom(const State& state, Index<T> State::* index, const std::string& id,
                          std::string_view what)
{
    Change change{state};
    if ((change.next.*index).erase(id) == 0) {
        return fail(ErrorCode::NotFound, fmt::format("there is no {} \"{}\"", what, id), "/id");
    }
    return change;
}

Result<Change> removeKey(const State& state, const Call& call)
{
    return removeFrom(state, &State::keys, call.arguments.at("id"), "key");
}

Result<Json> listTokens(const State& state, const Call&, const Services&)
{
    Json tokens = Json::array();
    for (const auto& [id, token] : state.tokens) {
        tokens.push_back({{"id", id},
                          {"name", token->name},
                          {"role", api::roleName(token->role)},
                          {"created_at", token->createdAt},
                          {"expires_at", token->expiresAt ? Json(*token->expiresAt) : Json()}});
    }
    return Json{{"tokens", std::move(tokens)}};
}

Result<Change> createToken(const State& state, const Call& call)
{
    const auto role = api::roleFromName(call.arguments.at("role").get<std::string>());
    NewToken made =
        makeToken(call.arguments.at("name"), *role, call.at, call.arguments.value("days", 0));
    Change change{state};
    change.result = {{"id", made.token.id}, {"token", made.text}};
    const std::string id = made.token.id;
    change.next.tokens[id] = std::make_shared<const Token>(std::move(made.token));
    return change;
}

Result<Change> revokeToken(const State& state, const Call& call)
{
    return removeFrom(state, &State::tokens, call.arguments.at("id"), "token");
}

Result<Json> listAudit(const State&, const Call& call, const Services& services)
{
    auto rows = services.store->audit(call.arguments.value("before", std::int64_t{0}),
                                      call.arguments.value("limit", std::size_t{100}));
    if (!rows) {
        return std::move(rows).error();
    }
    Json entries = Json::array();
    for (store::AuditRow& row : *rows) {
        entries.push_back({{"sequence", row.sequence},
                           {"at", row.atMicros},
                           {"actor", row.actor},
                           {"role", row.role},
                           {"command", row.command},
                           {"arguments", std::move(row.arguments)},
                           {"outcome", row.outcome},
                           {"message", row.message},
                           {"revision", row.revision}});
    }
    return Json{{"entries", std::move(entries)}};
}

void addKeyRows(std::vector<Row>& rows)
{
    using namespace schema;
    rows.push_back({{"keys.list", api::Role::Viewer,
                     "Lists the applications' keys, without their hashes.", object({}),
                     object({{"keys", arrayOf(object({{"id", name()},
                                                      {"attributes", open()},
                                                      {"routes", arrayOf(text())}}))}}),
                     false},
                    Where::Readers,
                    listKeys,
                    {},
                    Prepare::Nothing,
                    {}});
    rows.push_back({{"keys.put", api::Role::Admin,
                     "Adds or replaces an application's key, given by its SHA-256.",
                     object({{"id", name()}, {"key", open()}}), object({}), true},
                    Where::Control,
                    {},
                    putOneKey,
                    Prepare::Nothing,
                    {"key"}});
    rows.push_back({{"keys.remove", api::Role::Admin, "Removes an application's key at once.",
                     object({{"id", name()}}), object({}), true},
                    Where::Control,
                    {},
                    removeKey,
                    Prepare::Nothing,
                    {}});
}

} // namespace

void addAccessCommands(std::vector<Row>& rows)
{
    using namespace schema;
    addKeyRows(rows);
    const Json role = oneOf({"viewer", "reviewer", "operator", "approver", "admin"});
    rows.push_back({{"tokens.list", api::Role::Admin, "Lists the admin tokens.", object({}),
                     object({{"tokens", arrayOf(object({{"id", text()},
                                                        {"name", text()},
                                                        {"role", role},
                                                        {"created_at", integer()},
                                                        {"expires_at", nullable(integer())}}))}}),
                     false},
                    Where::Readers,
                    listTokens,
                    {},
                    Prepare::Nothing,
                    {}});
    rows.push_back(
        {{"tokens.create", api::Role::Admin, "Makes an admin token; it is shown this once.",
          object({{"name", name("who holds it")},
                  {"role", role},
                  {"days?", described(integer(1, 3650), "expires after so many days")}}),
          object({{"id", text()}, {"token", text()}}), true},
         Where::Control,
         {},
         createToken,
         Prepare::Nothing,
         {}});
    rows.push_back({{"tokens.revoke", api::Role::Admin, "Revokes an admin token at once.",
                     object({{"id", name()}}), object({}), true},
                    Where::Control,
                    {},
                    revokeToken,
                    Prepare::Nothing,
                    {}});
    rows.push_back({{"audit.list", api::Role::Viewer, "Lists who did what, newest first.",
                     object({{"before?", described(integer(0), "a sequence; 0: from the newest")},
                             {"limit?", integer(1, 1000)}}),
                     object({{"entries", arrayOf(object({{"sequence", integer()},
                                                         {"at", integer()},
                                                         {"actor", text()},
                                                         {"role", text()},
                                                         {"command", text()},
                                                         {"arguments", open()},
                                                         {"outcome", text()},
                                                         {"message", text()},
                                                         {"revision", integer()}}))}}),
                     false},
                    Where::Store,
                    listAudit,
                    {},
                    Prepare::Nothing,
                    {}});
}

} // namespace sluice::control
