// SPDX-License-Identifier: GPL-3.0-or-later
// telemetry.*: what was recorded.
#include "core/control/commandtable.h"
#include "core/control/schema.h"
#include "core/control/telemetryviews.h"
#include "core/control/views.h"

#include <fmt/format.h>

namespace sluice::control {

namespace {

constexpr std::int64_t kMaxPoints = 10'000;

Result<const store::TelemetryStore*> storeOf(const Services& services)
{
    if (services.telemetry == nullptr) {
        return fail(ErrorCode::Unavailable,
                    "the telemetry store could not be opened; the engine's log says why");
    }
    return services.telemetry;
}

Result<Json> series(const State& state, const Call& call, const Services& services)
{
    const Json& arguments = call.arguments;
    SumsQuery query{arguments.at("route"), arguments.at("from"), arguments.at("to"),
                    arguments.at("step"), false};
    if (query.to <= query.from || (query.to - query.from) / query.step > kMaxPoints) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("\"to\" must be after \"from\", at most {} steps away", kMaxPoints),
                    "/to");
    }
    query.from -= query.from % query.step;
    if (auto telemetry = storeOf(services); !telemetry) {
        return std::move(telemetry).error();
    }
    // Seconds that may still exist one by one come from memory where it has them: fresher, and no
    // reading.
    query.live = query.to > services.startedAt;
    auto arms = sumsOf(query, services);
    if (!arms) {
        return std::move(arms).error();
    }
    if (const auto route = state.routes.find(query.route); route != state.routes.end()) {
        foldFallbacks(*arms, route->second->route.definition);
    }
    Json list = Json::array();
    for (const ArmSums& arm : *arms) {
        list.push_back(seriesView(state, arm, call.at));
    }
    return Json{{"route", query.route},
                {"from", query.from},
                {"to", query.to},
                {"step", query.step},
                {"series", std::move(list)}};
}

/// The step in which a window is shown in about `points` points: whole minutes or hours where only
/// those are kept.
std::int64_t stepOf(std::int64_t window, std::int64_t points)
{
    const std::int64_t step = std::max<std::int64_t>(1, window / points);
    const std::int64_t grain = window <= 3600 ? 1 : window <= 30LL * 86400 ? 60 : 3600;
    return (step + grain - 1) / grain * grain;
}

Result<Json> summary(const State& state, const Call& call, const Services& services)
{
    const std::int64_t window = call.arguments.value("window_s", std::int64_t{3600});
    const std::int64_t step = stepOf(window, call.arguments.value("points", std::int64_t{60}));
    const std::int64_t to = toMicros(call.at) / 1'000'000 + 1;
    const std::int64_t from = (to - window) - (to - window) % step;
    Json routes = Json::array();
    for (const auto& [name, entry] : state.routes) {
        auto arms = sumsOf({name, from, to, step, true}, services);
        if (!arms) {
            return std::move(arms).error();
        }
        foldFallbacks(*arms, entry->route.definition);
        Json list = Json::array();
        for (const ArmSums& arm : *arms) {
            list.push_back(summaryView(state, arm, call.at));
        }
        routes.push_back({{"route", name},
                          {"requests_per_minute", requestsPerMinute(services, name)},
                          {"arms", std::move(list)}});
    }
    return Json{{"from", from}, {"to", to}, {"routes", std::move(routes)}};
}

Result<Json> records(const State& state, const Call& call, const Services& services)
{
    auto telemetry = storeOf(services);
    if (!telemetry) {
        return std::move(telemetry).error();
    }
    const Json& arguments = call.arguments;
    store::RecordQuery query;
    if (arguments.contains("route")) {
        query.route = arguments.at("route").get<std::string>();
    }
    if (arguments.contains("arm")) {
        query.arm = units::armFromName(arguments.at("arm").get<std::string>());
    }
    if (arguments.contains("outcome")) {
        query.outcome = telemetry::outcomeFromName(arguments.at("outcome").get<std::string>());
    }
    query.fallbackOnly = arguments.value("fallback", false);
    query.fromMicros = arguments.value("from", query.fromMicros);
    query.toMicros = arguments.value("to", query.toMicros);
    query.cursor = arguments.value("cursor", std::string());
    query.limit = arguments.value("limit", query.limit);
    auto page = (*telemetry)->records(query);
    if (!page) {
        return std::move(page).error();
    }
    Json list = Json::array();
    for (const telemetry::RequestRecord& record : page->records) {
        list.push_back(recordView(state, record));
    }
    return Json{{"records", std::move(list)}, {"cursor", page->cursor}};
}

Result<Json> record(const State& state, const Call& call, const Services& services)
{
    auto telemetry = storeOf(services);
    if (!telemetry) {
        return std::move(telemetry).error();
    }
    store::RecordQuery query;
    query.id = call.arguments.at("id").get<std::string>();
    query.limit = 1;
    auto page = (*telemetry)->records(query);
    if (!page) {
        return std::move(page).error();
    }
    if (page->records.empty()) {
        return fail(ErrorCode::NotFound,
                    fmt::format("no record has the id \"{}\"; it may have been sampled out, or "
                                "its day deleted",
                                *query.id),
                    "/id");
    }
    return recordView(state, page->records.front());
}

Json recordSchema()
{
    using namespace schema;
    const Json attempt = object({{"unit", schema::unitRef()},
                                 {"connect_us", integer()},
                                 {"first_byte_us", integer()},
                                 {"total_us", integer()},
                                 {"status", integer()},
                                 {"error", text()}});
    return object({{"id", text()},
                   {"at", integer()},
                   {"route", text()},
                   {"revision", integer()},
                   {"arm", text()},
                   {"assigned_unit", schema::unitRef()},
                   {"served_unit", nullable(schema::unitRef())},
                   {"assigned_by", text()},
                   {"key_hmac", text()},
                   {"bucket", nullable(integer(0, 9999))},
                   {"attributes", open()},
                   {"session", text()},
                   {"api_key", text()},
                   {"gateway", text()},
                   {"trace_id", text()},
                   {"prompt", text()},
                   {"attempts", arrayOf(attempt)},
                   {"stages", mapOf(integer())},
                   {"streamed", boolean()},
                   {"simulated", boolean()},
                   {"retry", boolean()},
                   {"sampled", boolean()},
                   {"weight", number()},
                   {"status", integer()},
                   {"outcome", text()},
                   {"fallback", text()},
                   {"refusal", boolean()},
                   {"finish_reason", text()},
                   {"error", text()},
                   {"usage_known", boolean()},
                   {"usage_estimated", boolean()},
                   {"raw", mapOf(integer())},
                   {"tokens", mapOf(integer())},
                   {"cost", object({{"state", oneOf({"exact", "missing", "unpriced"})},
                                    {"micros", nullable(integer())},
                                    {"currency", text()}})}});
}

Json seriesSchema()
{
    using namespace schema;
    const Json counts = arrayOf(integer());
    const Json times = arrayOf(number());
    const Json maybe = arrayOf(nullable(number()));
    return object({{"arm", text()},
                   {"unit", schema::unitRef()},
                   {"t", counts},
                   {"requests", counts},
                   {"errors", counts},
                   {"client_errors", counts},
                   {"client_gone", counts},
                   {"fallbacks", counts},
                   {"refusals", counts},
                   {"unpriced", counts},
                   {"p50_ms", times},
                   {"p95_ms", times},
                   {"p99_ms", times},
                   {"ttft_p50_ms", maybe},
                   {"ttft_p95_ms", maybe},
                   {"cost_micros", described(arrayOf(nullable(integer())),
                                             "null where `costs` has several currencies")},
                   {"currency", described(text(), "of cost_micros")},
                   {"costs", described(mapOf(counts), "by currency, never added up")},
                   {"input_tokens", counts},
                   {"output_tokens", counts},
                   {"overhead_p50_us", counts}});
}

Json armSchema()
{
    using namespace schema;
    const Json maybe = nullable(number());
    return object({{"arm", text()},
                   {"unit", schema::unitRef()},
                   {"requests", integer()},
                   {"errors", integer()},
                   {"client_errors", integer()},
                   {"client_gone", integer()},
                   {"fallbacks", integer()},
                   {"refusals", integer()},
                   {"unpriced", integer()},
                   {"p50_ms", number()},
                   {"p95_ms", number()},
                   {"p99_ms", number()},
                   {"ttft_p50_ms", maybe},
                   {"ttft_p95_ms", maybe},
                   {"cost_micros_per_request",
                    described(maybe, "null where `costs` has several currencies")},
                   {"tokens_per_request", number()},
                   {"currency", described(text(), "of cost_micros_per_request")},
                   {"costs", arrayOf(object({{"currency", text()},
                                             {"micros", integer()},
                                             {"micros_per_request", maybe}}))},
                   {"spark", object({{"t", arrayOf(integer())},
                                     {"p95_ms", arrayOf(maybe)},
                                     {"cost_micros", arrayOf(maybe)},
                                     {"requests", arrayOf(integer())}})}});
}

} // namespace

void addTelemetryCommands(std::vector<Row>& rows)
{
    using namespace schema;
    rows.push_back({{"telemetry.series", api::Role::Viewer, "Sums of a route by arm over time.",
                     object({{"route", name()},
                             {"from", described(integer(), "Unix seconds, inclusive")},
                             {"to", described(integer(), "Unix seconds, exclusive")},
                             {"step", described(integer(1), "seconds")}}),
                     object({{"route", text()},
                             {"from", integer()},
                             {"to", integer()},
                             {"step", integer()},
                             {"series", arrayOf(seriesSchema())}}),
                     false},
                    Where::Readers,
                    series,
                    {},
                    Prepare::Nothing,
                    {}});
    rows.push_back(
        {{"telemetry.summary", api::Role::Viewer, "The last while of every route, by arm.",
          object({{"window_s?", described(integer(10, 86400LL * 730), "seconds; 3600 unless told")},
                  {"points?", described(integer(2, 1000), "of the small charts; 60 unless told")}}),
          object({{"from", integer()},
                  {"to", integer()},
                  {"routes", arrayOf(object({{"route", text()},
                                             {"requests_per_minute", number()},
                                             {"arms", arrayOf(armSchema())}}))}}),
          false},
         Where::Readers,
         summary,
         {},
         Prepare::Nothing,
         {}});
    rows.push_back(
        {{"telemetry.records", api::Role::Viewer, "Requests, newest first, a page at a time.",
          object({{"route?", name()},
                  {"arm?", oneOf({"stable", "control", "candidate", "shadow"})},
                  {"outcome?", oneOf({"ok", "client_error", "provider_error", "timeout",
                                      "client_gone", "shed"})},
                  {"fallback?", described(boolean(), "only those that fell back")},
                  {"from?", described(integer(), "Unix microseconds")},
                  {"to?", described(integer(), "Unix microseconds")},
                  {"cursor?", described(text(), "from the page before")},
                  {"limit?", integer(1, 1000)}}),
          object({{"records", arrayOf(recordSchema())}, {"cursor", text()}}), false},
         Where::Readers,
         records,
         {},
         Prepare::Nothing,
         {}});
    rows.push_back({{"telemetry.record", api::Role::Viewer, "One request by its id.",
                     object({{"id", name()}}), recordSchema(), false},
                    Where::Readers,
                    record,
                    {},
                    Prepare::Nothing,
                    {}});
}

} // namespace sluice::control
