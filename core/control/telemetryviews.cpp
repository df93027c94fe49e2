// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/telemetryviews.h"

#include "core/base/hash.h"
#include "core/telemetry/pipeline.h"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace sluice::control {

namespace {

using telemetry::Aggregate;

Json unitOrNull(const State& state, const std::string& id)
{
    return id.empty() ? Json() : unitRef(state, UnitId(id));
}

std::uint64_t fallbacksOf(const Aggregate& sums)
{
    return std::accumulate(sums.fallbacks.begin(), sums.fallbacks.end(), std::uint64_t{0});
}

double millis(const telemetry::Histogram& histogram, double quantile)
{
    return static_cast<double>(histogram.quantile(quantile)) / 1000.0;
}

Json millisOrNull(const telemetry::Histogram& histogram, double quantile)
{
    return histogram.count() == 0 ? Json() : Json(millis(histogram, quantile));
}

/// Mean over the requests whose cost is known; null where it is known of none.
Json perRequest(units::Micros micros, const Aggregate& sums)
{
    const std::uint64_t all = sums.requests + sums.retries;
    const std::uint64_t priced = all > sums.unpriced ? all - sums.unpriced : 0;
    return priced == 0 ? Json() : Json(static_cast<double>(micros) / static_cast<double>(priced));
}

/// The currency in which an arm has one cost; nothing where there are several, which are never
/// added. An arm that has cost nothing is in the currency of its price.
std::optional<std::string> onlyCurrency(const units::Money& cost, const std::string& ofPrice)
{
    const auto& amounts = cost.amounts();
    if (amounts.size() > 1) {
        return std::nullopt;
    }
    return amounts.empty() || amounts.front().currency.empty() ? ofPrice : amounts.front().currency;
}

/// All of a cost, given that it is in one currency (whose name sums of older versions lack).
units::Micros only(const units::Money& cost)
{
    return cost.amounts().empty() ? 0 : cost.amounts().front().micros;
}

Json costsView(const Aggregate& sums)
{
    Json costs = Json::array();
    for (const units::Money::Amount& amount : sums.cost.amounts()) {
        costs.push_back({{"currency", amount.currency},
                         {"micros", amount.micros},
                         {"micros_per_request", perRequest(amount.micros, sums)}});
    }
    return costs;
}

std::string currencyOf(const State& state, const std::string& unit, SystemTime now)
{
    const auto entry = state.units.find(unit);
    if (entry == state.units.end()) {
        return {};
    }
    const units::Price* price =
        state.prices->find(entry->second->unit.provider.text(), entry->second->unit.model, now);
    return price == nullptr ? std::string() : price->currency;
}

Json attemptsView(const State& state, const telemetry::RequestRecord& record)
{
    Json attempts = Json::array();
    for (const telemetry::Attempt& attempt : record.attempts) {
        attempts.push_back({{"unit", unitRef(state, UnitId(attempt.unit))},
                            {"connect_us", attempt.connectMicros},
                            {"first_byte_us", attempt.firstByteMicros},
                            {"total_us", attempt.totalMicros},
                            {"status", attempt.status},
                            {"error", attempt.error}});
    }
    return attempts;
}

Json stagesView(const telemetry::Stages& stages)
{
    return {{"admit", stages.admit},
            {"route", stages.route},
            {"render", stages.render},
            {"retrieve", stages.retrieve},
            {"connect", stages.connect},
            {"ttft", stages.ttft},
            {"stream", stages.stream},
            {"total", stages.total},
            {"upstream_wait", stages.upstreamWait}};
}

Json costView(const units::Cost& cost)
{
    const bool exact = cost.state == units::CostState::Exact;
    const char* state = exact                                     ? "exact"
                        : cost.state == units::CostState::Missing ? "missing"
                                                                  : "unpriced";
    return {{"state", state},
            {"micros", exact ? Json(cost.micros) : Json()},
            {"currency", cost.currency}};
}

ArmSums& armOf(std::vector<ArmSums>& all, telemetry::Arm arm, const std::string& unit)
{
    const auto found = std::find_if(all.begin(), all.end(), [&](const ArmSums& one) {
        return one.arm == arm && one.unit == unit;
    });
    if (found != all.end()) {
        return *found;
    }
    return all.emplace_back(ArmSums{arm, unit, {}});
}

/// By currency, the cost in each step.
Json costColumns(const units::Money& total, const ArmSums& sums)
{
    Json columns = Json::object();
    for (const units::Money::Amount& amount : total.amounts()) {
        Json& column = columns[amount.currency] = Json::array();
        for (const auto& [start, step] : sums.steps) {
            column.push_back(step.cost.of(amount.currency));
        }
    }
    return columns;
}

std::int64_t stepStart(std::int64_t second, std::int64_t step)
{
    return second - second % step;
}

} // namespace

Json recordView(const State& state, const telemetry::RequestRecord& record)
{
    const bool keyed = std::any_of(record.keyHmac.begin(), record.keyHmac.end(),
                                   [](unsigned char b) { return b != 0; });
    const auto attributes =
        record.attributes.empty() ? Result<Json>(Json::object()) : parseJson(record.attributes);
    return {{"id", record.id},
            {"at", toMicros(record.at)},
            {"route", record.route},
            {"revision", record.revision},
            {"arm", units::armName(record.arm)},
            {"assigned_unit", unitRef(state, UnitId(record.assignedUnit))},
            {"served_unit", unitOrNull(state, record.servedUnit)},
            {"assigned_by", units::assignedByName(record.assignedBy)},
            {"key_hmac", keyed ? toHex(record.keyHmac) : std::string()},
            {"bucket", keyed ? Json(record.bucket) : Json()},
            {"attributes", attributes ? *attributes : Json::object()},
            {"session", record.session},
            {"api_key", record.apiKey},
            {"gateway", record.gateway},
            {"trace_id", record.traceId},
            {"prompt", record.prompt},
            {"attempts", attemptsView(state, record)},
            {"stages", stagesView(record.stages)},
            {"streamed", record.streamed},
            {"simulated", record.simulated},
            {"retry", record.retry},
            {"sampled", record.sampled},
            {"weight", record.weight},
            {"status", record.status},
            {"outcome", telemetry::outcomeName(record.outcome)},
            {"fallback", telemetry::fallbackName(record.fallback)},
            {"refusal", record.refusal},
            {"finish_reason", record.finishReason},
            {"error", record.error},
            {"usage_known", record.usageKnown},
            {"usage_estimated", record.usageEstimated},
            {"raw",
             {{"prompt", record.raw.prompt},
              {"completion", record.raw.completion},
              {"cached", record.raw.cached},
              {"reasoning", record.raw.reasoning}}},
            {"tokens",
             {{"input", record.tokens.input},
              {"cached_input", record.tokens.cachedInput},
              {"cache_write", record.tokens.cacheWrite},
              {"output", record.tokens.output}}},
            {"cost", costView(record.cost)}};
}

Result<std::vector<ArmSums>> sumsOf(const SumsQuery& query, const Services& services)
{
    std::vector<ArmSums> all;
    std::int64_t stored = query.to; // the store answers [from, stored), memory the rest
    if (query.live && services.pipeline != nullptr) {
        const std::int64_t earliest = std::max(services.startedAt, query.to - 3600);
        stored = std::clamp(stepStart(earliest + query.step - 1, query.step), query.from, query.to);
        for (const auto& one : services.pipeline->recent(stored, query.route)) {
            if (one.second < query.to) {
                armOf(all, one.key.arm, one.key.unit)
                    .steps[stepStart(one.second, query.step)]
                    .merge(one.sums);
            }
        }
    }
    if (stored > query.from && services.telemetry != nullptr) {
        auto series = services.telemetry->series({query.route, query.from, stored, query.step});
        if (!series) {
            return std::move(series).error();
        }
        for (const store::Series& one : *series) {
            for (const store::SeriesPoint& point : one.points) {
                armOf(all, one.arm, one.unit).steps[point.start].merge(point.sums);
            }
        }
    }
    std::sort(all.begin(), all.end(), [](const ArmSums& a, const ArmSums& b) {
        return std::tie(a.arm, a.unit) < std::tie(b.arm, b.unit);
    });
    return all;
}

void foldFallbacks(std::vector<ArmSums>& sums, const routing::RouteDefinition& definition)
{
    if (!definition.candidate) {
        return;
    }
    const std::string& candidate = definition.candidate->text();
    const auto fellBack = [&](const ArmSums& one) {
        return one.arm == telemetry::Arm::Candidate && one.unit != candidate &&
               std::all_of(one.steps.begin(), one.steps.end(), [](const auto& step) {
                   const Aggregate& total = step.second;
                   return fallbacksOf(total) >= total.requests + total.retries;
               });
    };
    const auto rest = std::stable_partition(sums.begin(), sums.end(),
                                            [&](const ArmSums& one) { return !fellBack(one); });
    std::vector<ArmSums> fallbacks(std::make_move_iterator(rest),
                                   std::make_move_iterator(sums.end()));
    sums.erase(rest, sums.end());
    for (const ArmSums& one : fallbacks) {
        ArmSums& into = armOf(sums, telemetry::Arm::Candidate, candidate);
        for (const auto& [start, total] : one.steps) {
            into.steps[start].merge(total);
        }
    }
}

Json seriesView(const State& state, const ArmSums& sums, SystemTime now)
{
    units::Money total;
    for (const auto& [start, step] : sums.steps) {
        total.add(step.cost);
    }
    const auto currency = onlyCurrency(total, currencyOf(state, sums.unit, now));
    Json view{{"arm", units::armName(sums.arm)},
              {"unit", unitRef(state, UnitId(sums.unit))},
              {"currency", currency.value_or("")},
              {"costs", costColumns(total, sums)}};
    for (const char* column :
         {"t", "requests", "errors", "client_errors", "client_gone", "fallbacks", "refusals",
          "unpriced", "p50_ms", "p95_ms", "p99_ms", "ttft_p50_ms", "ttft_p95_ms", "cost_micros",
          "input_tokens", "output_tokens", "overhead_p50_us"}) {
        view[column] = Json::array();
    }
    for (const auto& [start, step] : sums.steps) {
        view["t"].push_back(start);
        view["requests"].push_back(step.requests);
        view["errors"].push_back(step.errors);
        view["client_errors"].push_back(step.clientErrors);
        view["client_gone"].push_back(step.clientGone);
        view["fallbacks"].push_back(fallbacksOf(step));
        view["refusals"].push_back(step.refusals);
        view["unpriced"].push_back(step.unpriced);
        view["p50_ms"].push_back(millis(step.latency, 0.50));
        view["p95_ms"].push_back(millis(step.latency, 0.95));
        view["p99_ms"].push_back(millis(step.latency, 0.99));
        view["ttft_p50_ms"].push_back(millisOrNull(step.ttft, 0.50));
        view["ttft_p95_ms"].push_back(millisOrNull(step.ttft, 0.95));
        view["cost_micros"].push_back(currency ? Json(only(step.cost)) : Json());
        view["input_tokens"].push_back(step.inputTokens);
        view["output_tokens"].push_back(step.outputTokens);
        view["overhead_p50_us"].push_back(step.overhead.quantile(0.50));
    }
    return view;
}

Json summaryView(const State& state, const ArmSums& sums, SystemTime now)
{
    Aggregate all;
    for (const auto& [start, step] : sums.steps) {
        all.merge(step);
    }
    const auto currency = onlyCurrency(all.cost, currencyOf(state, sums.unit, now));
    Json spark{{"t", Json::array()},
               {"p95_ms", Json::array()},
               {"cost_micros", Json::array()},
               {"requests", Json::array()}};
    for (const auto& [start, step] : sums.steps) {
        spark["t"].push_back(start);
        spark["p95_ms"].push_back(millisOrNull(step.latency, 0.95));
        spark["cost_micros"].push_back(currency ? perRequest(only(step.cost), step) : Json());
        spark["requests"].push_back(step.requests);
    }
    const auto tokens = static_cast<double>(all.inputTokens + all.outputTokens);
    return {{"arm", units::armName(sums.arm)},
            {"unit", unitRef(state, UnitId(sums.unit))},
            {"requests", all.requests},
            {"errors", all.errors},
            {"client_errors", all.clientErrors},
            {"client_gone", all.clientGone},
            {"fallbacks", fallbacksOf(all)},
            {"refusals", all.refusals},
            {"unpriced", all.unpriced},
            {"p50_ms", millis(all.latency, 0.50)},
            {"p95_ms", millis(all.latency, 0.95)},
            {"p99_ms", millis(all.latency, 0.99)},
            {"ttft_p50_ms", millisOrNull(all.ttft, 0.50)},
            {"ttft_p95_ms", millisOrNull(all.ttft, 0.95)},
            {"cost_micros_per_request", currency ? perRequest(only(all.cost), all) : Json()},
            {"tokens_per_request",
             all.requests == 0 ? 0.0 : tokens / static_cast<double>(all.requests)},
            {"currency", currency.value_or("")},
            {"costs", costsView(all)},
            {"spark", std::move(spark)}};
}

double requestsPerMinute(const Services& services, const std::string& route)
{
    if (services.pipeline == nullptr) {
        return 0;
    }
    const std::int64_t now = toMicros(services.clock.now()) / 1'000'000;
    return static_cast<double>(services.pipeline->requests(now - 60, now, route));
}

} // namespace sluice::control
