// SPDX-License-Identifier: GPL-3.0-or-later
// routes.dry_run and routes.preview: what a change would do, by recorded traffic.
#include "core/control/commandtable.h"
#include "core/control/dryrun.h"
#include "core/control/routeedits.h"
#include "core/control/schema.h"
#include "core/control/views.h"
#include "core/store/telemetrystore.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace sluice::control {

namespace {

constexpr std::int64_t kMinute = 60'000'000; // microseconds
constexpr std::int64_t kWindow = 3600;       // seconds
constexpr std::int64_t kLongest = 7 * 86400LL;

/// What a dry run saw of the window that was asked for.
struct Seen
{
    DryRun::Outcome outcome;
    std::int64_t windowMicros = 0; ///< really covered
    bool sampled = false;          ///< not every request of the window had a record to look at
};

Result<Seen> runDry(const State& state, const Call& call, const Services& services,
                    const RouteEntry& entry, routing::Route then, std::int64_t windowMicros)
{
    if (services.telemetry == nullptr) {
        return fail(ErrorCode::Unavailable,
                    "who moves is read from recorded traffic, and the telemetry store could "
                    "not be opened");
    }
    auto now = routing::CompiledRoute::compile(entry.route, generationOf(state));
    auto wanted = routing::CompiledRoute::compile(std::move(then), generationOf(state));
    if (!now || !wanted) {
        return now ? std::move(wanted).error() : std::move(now).error();
    }
    DryRun run({entry, std::move(*now), std::move(*wanted), services.keyHmac});
    const std::int64_t to = toMicros(call.at);
    const store::TrafficQuery query{entry.route.name.text(), to - windowMicros, to + 1};
    const auto complete = services.telemetry->traffic(
        query, [&](const telemetry::RequestRecord& record) { run.add(record); });
    if (!complete) {
        return complete.error();
    }
    Seen seen{run.outcome(), windowMicros, false};
    if (!*complete && seen.outcome.oldestMicros != 0) {
        seen.windowMicros = std::max<std::int64_t>(to - seen.outcome.oldestMicros, 1);
    }
    seen.sampled = !*complete || seen.outcome.weighted;
    return seen;
}

double perMinute(double count, const Seen& seen)
{
    return count * static_cast<double>(kMinute) / static_cast<double>(seen.windowMicros);
}

Json movesView(const Seen& seen)
{
    Json moves = Json::array();
    for (const DryRun::Move& move : seen.outcome.moves) {
        moves.push_back({{"from_arm", units::armName(move.from)},
                         {"to_arm", units::armName(move.to)},
                         {"other_unit", move.otherUnit},
                         {"users", move.users},
                         {"requests_per_minute", perMinute(move.requests, seen)}});
    }
    return moves;
}

Json costView(const Seen& seen)
{
    const auto cost = [&](const std::optional<double>& micros) {
        return micros ? Json(perMinute(*micros, seen) / 1e6) : Json();
    };
    const std::string& currency = seen.outcome.currency;
    return {{"before", cost(seen.outcome.before.costMicros)},
            {"after", cost(seen.outcome.after.costMicros)},
            {"currency", currency.empty() ? Json() : Json(currency)}};
}

Json timesView(const DryRun::Outcome& outcome)
{
    const auto millis = [](const std::optional<double>& micros) {
        return micros ? Json(*micros / 1000.0) : Json();
    };
    return {{"before", millis(outcome.before.p95Micros)},
            {"after", millis(outcome.after.p95Micros)}};
}

Result<Json> dryRun(const State& state, const Call& call, const Services& services)
{
    const std::string name = call.arguments.at("route");
    auto entry = findRoute(state, name);
    if (!entry) {
        return std::move(entry).error();
    }
    auto plan = planRoute(state, name, call.arguments.at("definition"),
                          call.arguments.value("patch", false), "/definition");
    if (!plan) {
        return std::move(plan).error();
    }
    const std::int64_t window = call.arguments.value("window_s", kWindow) * 1'000'000;
    auto seen = runDry(state, call, services, **entry, std::move(plan->route), window);
    if (!seen) {
        return std::move(seen).error();
    }
    const DryRun::Outcome& outcome = seen->outcome;
    Json unmeasured = Json::array();
    for (const UnitId& unit : outcome.unmeasured) {
        unmeasured.push_back(unitRef(state, unit));
    }
    return Json{{"requests", std::llround(outcome.requests)},
                {"users", outcome.users},
                {"moved_users", outcome.movedUsers},
                {"moved_requests_per_minute", perMinute(outcome.movedRequests, *seen)},
                {"by_move", movesView(*seen)},
                {"cost_per_minute", costView(*seen)},
                {"p95_ms", timesView(outcome)},
                {"unmeasured", std::move(unmeasured)},
                {"not_evaluable", std::llround(outcome.notEvaluable)},
                {"sampled", seen->sampled},
                {"window_s", static_cast<double>(seen->windowMicros) / 1e6}};
}

/// The route at another percentage. Where there is no candidate yet, or a killed one, the answer is
/// about the one that there would be.
routing::Route atPercent(routing::Route route, routing::BasisPoints percent)
{
    route.killed.reset();
    route.definition.percent = percent;
    if (!route.definition.candidate) {
        route.definition.candidate = UnitId("u_" + std::string(64, '0'));
    }
    return route;
}

Result<Json> preview(const State& state, const Call& call, const Services& services)
{
    const std::string name = call.arguments.at("route");
    auto entry = findRoute(state, name);
    if (!entry) {
        return std::move(entry).error();
    }
    auto to = routing::percentFromJson(call.arguments.at("percent"), "/percent");
    if (!to) {
        return std::move(to).error();
    }
    const routing::Route& route = (*entry)->route;
    auto seen =
        runDry(state, call, services, **entry, atPercent(route, *to), kWindow * 1'000'000);
    if (!seen) {
        return std::move(seen).error();
    }
    std::uint64_t usersIn = 0;
    std::uint64_t usersOut = 0;
    double in = 0;
    double out = 0;
    for (const DryRun::Move& move : seen->outcome.moves) {
        if (move.to == units::Arm::Candidate && move.from != move.to) {
            usersIn += move.users;
            in += move.requests;
        } else if (move.from == units::Arm::Candidate && move.from != move.to) {
            usersOut += move.users;
            out += move.requests;
        }
    }
    return Json{
        {"route", name},
        {"from", routing::percentToJson(route.killed ? 0 : route.definition.percent)},
        {"to", routing::percentToJson(*to)},
        {"users_in", usersIn},
        {"users_out", usersOut},
        {"users_seen", seen->outcome.users},
        {"requests_per_minute_in", perMinute(in, *seen)},
        {"requests_per_minute_out", perMinute(out, *seen)},
        {"window_s", std::llround(static_cast<double>(seen->windowMicros) / 1e6)}};
}

Json dryRunResult()
{
    using namespace schema;
    const Json maybe = nullable(number());
    const Json move =
        object({{"from_arm", text()},
                {"to_arm", text()},
                {"other_unit", described(boolean(), "false: the same unit answers as before")},
                {"users", integer()},
                {"requests_per_minute", number()}});
    return object(
        {{"requests", described(integer(), "that could be evaluated, retries left out")},
         {"users", described(integer(), "distinct bucketing keys among them")},
         {"moved_users", described(integer(), "who would be answered by another unit")},
         {"moved_requests_per_minute", number()},
         {"by_move", arrayOf(move)},
         {"cost_per_minute", described(object({{"before", maybe},
                                               {"after", maybe},
                                               {"currency", nullable(text())}}),
                                       "from what each unit's requests cost; null: not known")},
         {"p95_ms", described(object({{"before", maybe}, {"after", maybe}}),
                              "from how long each unit's requests took; null: not known")},
         {"unmeasured", described(arrayOf(schema::unitRef()),
                                  "units that would serve and have not been seen in the window")},
         {"not_evaluable",
          described(integer(), "requests whose records do not hold what the rules, the allow list "
                               "or bucket_by read")},
         {"sampled", described(boolean(), "the records stand for more requests, or only the newest "
                                          "of the window were looked at")},
         {"window_s", described(number(), "that was really looked at")}});
}

} // namespace

void addDryRunCommands(std::vector<Row>& rows)
{
    using namespace schema;
    rows.push_back({{"routes.preview", api::Role::Viewer,
                     "Who would move at another percentage, by recorded traffic.",
                     object({{"route", name()}, {"percent", number(0, 100)}}),
                     object({{"route", text()},
                             {"from", number()},
                             {"to", number()},
                             {"users_in", integer()},
                             {"users_out", integer()},
                             {"users_seen", integer()},
                             {"requests_per_minute_in", number()},
                             {"requests_per_minute_out", number()},
                             {"window_s", integer()}}),
                     false},
                    Where::Readers,
                    preview,
                    {},
                    Prepare::Nothing,
                    {}});
    rows.push_back(
        {{"routes.dry_run", api::Role::Viewer,
          "What another definition would have made of recorded traffic: who moves, cost, times.",
          object({{"route", name()},
                  {"definition", described(open(), "as for routes.put")},
                  {"patch?", described(boolean(), "a merge patch over the present definition")},
                  {"window_s?", described(integer(60, kLongest), "seconds; 3600 unless told")}}),
          dryRunResult(), false},
         Where::Readers,
         dryRun,
         {},
         Prepare::Nothing,
         {}});
}

} // namespace sluice::control
