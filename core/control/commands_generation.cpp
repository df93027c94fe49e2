// SPDX-License-Identifier: GPL-3.0-or-later
// flags.generation: which hash decides who is in a percentage, for flags and routes alike.
#include "core/control/commandtable.h"
#include "core/control/dryrun.h"
#include "core/control/schema.h"
#include "core/store/telemetrystore.h"

#include <fmt/format.h>

#include <unordered_map>

namespace sluice::control {

namespace {

constexpr std::int64_t kKnownFor = 7 * 86400LL * 1'000'000; // microseconds

using Users = std::unordered_map<KeyHmac, bool, KeyHmacHash>; ///< whether somebody would move

std::uint64_t movedOf(const Users& users)
{
    std::uint64_t moved = 0;
    for (const auto& [key, moves] : users) {
        moved += moves ? 1 : 0;
    }
    return moved;
}

/// How many users that the records of the last days know would change their arm, by route.
Result<Json> countMoves(const State& state, const Call& call, const Services& services)
{
    if (services.telemetry == nullptr) {
        return fail(ErrorCode::Unavailable,
                    "who would move is read from recorded traffic, and the telemetry store could "
                    "not be opened");
    }
    const auto from = generationOf(state);
    const auto to = static_cast<flags::Generation>(call.arguments.at("version").get<int>());
    const std::int64_t now = toMicros(call.at);
    Users all;
    Json routes = Json::array();
    for (const auto& [name, entry] : state.routes) {
        Users users;
        const auto seen = services.telemetry->traffic(
            {name, now - kKnownFor, now + 1}, [&](const telemetry::RequestRecord& record) {
                const auto moves = movesWithGeneration(*entry, record, from, to);
                if (moves) {
                    users[record.keyHmac] |= *moves;
                    all[record.keyHmac] |= *moves;
                }
            });
        if (!seen) {
            return seen.error();
        }
        routes.push_back(
            {{"route", name}, {"known_users", users.size()}, {"would_move", movedOf(users)}});
    }
    return Json{{"from", static_cast<int>(from)},
                {"to", static_cast<int>(to)},
                {"known_users", all.size()},
                {"would_move", movedOf(all)},
                {"routes", std::move(routes)}};
}

/// Every cohort is another one then: a routing revision, in which each route says so.
void moveRoutes(Change& change, const State& state, const Call& call)
{
    const std::uint64_t revision = state.revision + 1;
    for (const auto& [name, entry] : state.routes) {
        auto moved = std::make_shared<RouteEntry>(*entry);
        moved->since = revision;
        moved->changedAt = toMicros(call.at);
        moved->changedBy = call.actor;
        change.next.routes[name] = std::move(moved);
        change.routes.push_back(name);
        change.changes.push_back({{"route", name},
                                  {"pointer", "/fractional_version"},
                                  {"from", static_cast<int>(generationOf(state))},
                                  {"to", static_cast<int>(generationOf(change.next))}});
    }
    change.next.revision = state.routes.empty() ? state.revision : revision;
}

Result<Change> switchGeneration(const State& state, const Call& call)
{
    const int version = call.arguments.at("version");
    Change change{state};
    change.reason = call.arguments.at("reason");
    change.dryRun = call.arguments.value("dry_run", false);
    change.result = call.gathered;
    if (static_cast<int>(generationOf(state)) == version) {
        return change;
    }
    for (const auto& [name, entry] : state.routes) {
        if (entry->route.killed && !change.dryRun) {
            return fail(ErrorCode::Refused,
                        fmt::format("the red button was pressed on route \"{}\" by {}; "
                                    "acknowledge it first with a reason",
                                    name, entry->route.killed->actor),
                        pointerTo("/routes", name));
        }
    }
    Json document = *state.flags;
    document["metadata"]["fractionalVersion"] = version;
    change.next.flags = std::make_shared<const Json>(std::move(document));
    moveRoutes(change, state, call);
    return change;
}

} // namespace

void addGenerationCommands(std::vector<Row>& rows)
{
    using namespace schema;
    rows.push_back(
        {{"flags.generation", api::Role::Approver,
          "Switches the hash behind percentages, which moves users on every route; try dry_run.",
          object({{"version", described(integer(2, 3), "flagd's fractional generation")},
                  {"reason", text("why, for the history")},
                  {"dry_run?", described(boolean(), "only say how many would change arm")}}),
          object({{"from", integer()},
                  {"to", integer()},
                  {"known_users",
                   described(integer(), "bucketing keys in the last week's records")},
                  {"would_move", described(integer(), "of them, to another arm of some route")},
                  {"routes", arrayOf(object({{"route", text()},
                                             {"known_users", integer()},
                                             {"would_move", integer()}}))}}),
          true},
         Where::Control,
         countMoves,
         switchGeneration,
         Prepare::Query,
         {}});
}

} // namespace sluice::control
