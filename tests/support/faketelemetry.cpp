// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fakedata.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

namespace sluice::tests {

namespace {

/// Noise that is the same everywhere: only the engine is taken from the library, not its
/// distributions.
class Noise
{
public:
    explicit Noise(std::uint64_t seed)
        : m_engine(seed)
    {
    }
    double uniform() { return static_cast<double>(m_engine() >> 11U) * 0x1.0p-53; }
    /// About normal, mean 0, deviation 1.
    double normal() { return uniform() + uniform() + uniform() + uniform() - 2.0; }
    std::int64_t whole(std::int64_t below)
    {
        return static_cast<std::int64_t>(uniform() * static_cast<double>(below));
    }

private:
    std::mt19937_64 m_engine;
};

struct Level
{
    double share = 0.0; ///< of the route's requests
    double p95 = 0.0;   ///< ms
    double cost = 0.0;  ///< millionths of a dollar a request
    double tokens = 0.0;
    double errors = 0.0;
    double refusals = 0.0;
};

double levelOf(const std::string& route)
{
    return route == "contract-summary" ? 2190.0
           : route == "code-review"    ? 1540.0
           : route == "ai-search"      ? 455.0
           : route == "triage"         ? 310.0
                                       : 820.0;
}

Level levelOf(const std::string& route, const std::string& arm, double percent)
{
    const double control = std::min(percent, 100.0 - percent);
    Level level;
    level.p95 = levelOf(route);
    level.cost = route == "contract-summary" ? 7900.0
                 : route == "code-review"    ? 8100.0
                 : route == "ai-search"      ? 390.0
                 : route == "triage"         ? 200.0
                                             : 1920.0;
    level.tokens = level.cost / 4.0;
    level.errors = 0.005;
    level.refusals = 0.041;
    level.share = arm == "candidate" ? percent / 100.0
                  : arm == "control" ? control / 100.0
                                     : (100.0 - percent - control) / 100.0;
    if (arm == "candidate") {
        level.p95 *= 1.06;
        level.cost *= 1.26;
        level.tokens *= 1.18;
        level.refusals = route == "contract-summary" ? 0.098 : 0.044;
    }
    return level;
}

std::vector<std::string> armsOf(const Json& route)
{
    if (route["candidate"].is_null()) {
        return {"stable"};
    }
    return {"candidate", "control", "stable"};
}

const Json& unitOf(const Json& route, const std::string& arm)
{
    return arm == "candidate" ? route["candidate"] : route["stable"];
}

/// A slow wave with noise on it, so that lines look like latency and not like dice.
double wave(Noise& noise, double& drift, double position)
{
    drift = drift * 0.82 + noise.normal() * 0.35;
    return 1.0 + 0.04 * std::sin(position * 9.0) + 0.05 * drift;
}

std::uint64_t seedOf(std::uint64_t seed, const std::string& route, const std::string& arm)
{
    for (const char c : route + "/" + arm) {
        seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    }
    return seed;
}

Json emptySeries(const Json& route, const std::string& arm)
{
    Json series = {{"arm", arm}, {"unit", unitOf(route, arm)}, {"currency", "USD"}};
    for (const char* member :
         {"t", "requests", "errors", "client_errors", "client_gone", "fallbacks", "refusals",
          "unpriced", "p50_ms", "p95_ms", "p99_ms", "ttft_p50_ms", "ttft_p95_ms", "cost_micros",
          "input_tokens", "output_tokens", "overhead_p50_us"}) {
        series[member] = Json::array();
    }
    return series;
}

double rounded(double value)
{
    return std::round(value * 10.0) / 10.0;
}

void addPoint(Json& series, const Level& level, std::int64_t time, double requests, double factor,
              Noise& noise)
{
    const auto part = [&](double share) {
        return static_cast<std::int64_t>(
            std::llround(std::max(0.0, requests * share * (0.7 + 0.6 * noise.uniform()))));
    };
    const double p95 = level.p95 * factor;
    series["t"].push_back(time);
    series["requests"].push_back(std::llround(requests));
    series["errors"].push_back(part(level.errors));
    series["client_errors"].push_back(part(0.002));
    series["client_gone"].push_back(part(0.001));
    series["fallbacks"].push_back(level.share > 0 && series["arm"] == "candidate" ? part(0.0031)
                                                                                  : 0);
    series["refusals"].push_back(part(level.refusals));
    series["unpriced"].push_back(0);
    series["p50_ms"].push_back(rounded(p95 * 0.55));
    series["p95_ms"].push_back(rounded(p95));
    series["p99_ms"].push_back(rounded(p95 * (1.32 + 0.1 * noise.uniform())));
    series["ttft_p50_ms"].push_back(rounded(p95 * 0.21));
    series["ttft_p95_ms"].push_back(rounded(p95 * 0.42 * (0.95 + 0.1 * noise.uniform())));
    series["cost_micros"].push_back(
        std::llround(level.cost * requests * (0.97 + 0.06 * noise.uniform())));
    series["input_tokens"].push_back(std::llround(level.tokens * 0.8 * requests));
    series["output_tokens"].push_back(
        std::llround(level.tokens * 0.2 * requests * (0.92 + 0.16 * noise.uniform())));
    series["overhead_p50_us"].push_back(rounded(118.0 + 10.0 * noise.normal()));
}

Json sparkOf(const Json& series)
{
    Json cost = Json::array();
    for (std::size_t i = 0; i < series["t"].size(); ++i) {
        const double requests = series["requests"][i].get<double>();
        cost.push_back(requests > 0
                           ? Json(rounded(series["cost_micros"][i].get<double>() / requests))
                           : Json(nullptr));
    }
    return {{"t", series["t"]},
            {"p95_ms", series["p95_ms"]},
            {"cost_micros", cost},
            {"requests", series["requests"]}};
}

double total(const Json& values)
{
    double sum = 0.0;
    for (const Json& value : values) {
        sum += value.get<double>();
    }
    return sum;
}

Json armSummary(const Json& series)
{
    const double requests = total(series["requests"]);
    const auto last = [&](const char* member) {
        return series[member].empty() ? Json(nullptr) : series[member].back();
    };
    return {
        {"arm", series["arm"]},
        {"unit", series["unit"]},
        {"requests", std::llround(requests)},
        {"errors", std::llround(total(series["errors"]))},
        {"client_errors", std::llround(total(series["client_errors"]))},
        {"client_gone", std::llround(total(series["client_gone"]))},
        {"fallbacks", std::llround(total(series["fallbacks"]))},
        {"refusals", std::llround(total(series["refusals"]))},
        {"unpriced", 0},
        {"p50_ms", last("p50_ms")},
        {"p95_ms", last("p95_ms")},
        {"p99_ms", last("p99_ms")},
        {"ttft_p50_ms", last("ttft_p50_ms")},
        {"ttft_p95_ms", last("ttft_p95_ms")},
        {"cost_micros_per_request",
         requests > 0 ? Json(rounded(total(series["cost_micros"]) / requests)) : Json(nullptr)},
        {"tokens_per_request",
         requests > 0
             ? rounded((total(series["input_tokens"]) + total(series["output_tokens"])) / requests)
             : 0.0},
        {"currency", "USD"},
        {"costs", Json::array({{{"currency", "USD"},
                                {"micros", std::llround(total(series["cost_micros"]))},
                                {"micros_per_request",
                                 requests > 0
                                     ? Json(rounded(total(series["cost_micros"]) / requests))
                                     : Json(nullptr)}}})},
        {"spark", sparkOf(series)}};
}

} // namespace

Json fakeSeries(const Json& route, std::int64_t from, std::int64_t to, std::int64_t step,
                std::uint64_t seed)
{
    const auto name = route["name"].get<std::string>();
    step = std::max<std::int64_t>(step, 1);
    from -= from % step;
    Json all = Json::array();
    for (const std::string& arm : armsOf(route)) {
        const Level level = levelOf(name, arm, route["percent"].get<double>());
        if (level.share <= 0.0 && arm != "candidate") {
            continue;
        }
        Noise noise(seedOf(seed, name, arm));
        double drift = 0.0;
        Json series = emptySeries(route, arm);
        for (std::int64_t time = from; time < to && level.share > 0.0; time += step) {
            const double position = static_cast<double>(time - from) /
                                    static_cast<double>(std::max<std::int64_t>(to - from, 1));
            const double factor = wave(noise, drift, position);
            const double requests = fakeRate(name) / 60.0 * static_cast<double>(step) *
                                    level.share * (0.9 + 0.2 * noise.uniform());
            addPoint(series, level, time, requests, factor, noise);
        }
        all.push_back(std::move(series));
    }
    return {
        {"route", name}, {"from", from}, {"to", to}, {"step", step}, {"series", std::move(all)}};
}

Json fakeSummary(const Json& routes, std::int64_t now, int points, std::uint64_t seed)
{
    const std::int64_t to = now / 1'000'000;
    const std::int64_t from = to - 3600;
    Json all = Json::array();
    for (const Json& route : routes) {
        const auto name = route["name"].get<std::string>();
        Json arms = Json::array();
        // A named reply: a loop over a temporary's member would outlive it.
        const Json reply = fakeSeries(route, from, to, 3600 / std::max(points, 1), seed);
        for (const Json& series : reply["series"]) {
            arms.push_back(armSummary(series));
        }
        all.push_back(
            {{"route", name}, {"requests_per_minute", fakeRate(name)}, {"arms", std::move(arms)}});
    }
    return {{"from", from}, {"to", to}, {"routes", std::move(all)}};
}

Json fakeRecords(std::int64_t now, int count, std::uint64_t seed)
{
    Noise noise(seed);
    const Json routes = fakeRoutes(now);
    Json records = Json::array();
    std::int64_t at = now - 300'000;
    for (int i = 0; i < count; ++i) {
        at -= 40'000 + noise.whole(900'000);
        const double pick = noise.uniform();
        const Json& route = routes[pick < 0.55   ? 0
                                   : pick < 0.85 ? 1
                                   : pick < 0.89 ? 2
                                   : pick < 0.91 ? 3
                                                 : 4];
        const auto name = route["name"].get<std::string>();
        const double bucketShare = noise.uniform() * 100.0;
        const double percent = route["percent"].get<double>();
        const std::string arm = bucketShare < percent ? "candidate"
                                : bucketShare >= 100.0 - std::min(percent, 100.0 - percent)
                                    ? "control"
                                    : "stable";
        const Level level = levelOf(name, arm, percent);
        const double totalUs = level.p95 * 1000.0 * (0.3 + 0.6 * noise.uniform());
        const double fate = noise.uniform();
        const bool fallback = arm == "candidate" && fate > 0.85;
        const bool error = !fallback && fate < 0.03;
        const bool refusal = !error && fate > 0.93;
        const std::int64_t input = 200 + noise.whole(300);
        const std::int64_t output = error ? 0 : 40 + noise.whole(160);
        const std::string outcome = error ? "provider_error" : "ok";
        Json attempts = Json::array();
        if (fallback) {
            attempts.push_back({{"unit", unitOf(route, arm)},
                                {"connect_us", 210},
                                {"first_byte_us", 0},
                                {"total_us", 2'000'000},
                                {"status", 0},
                                {"error", "first token after 2,000 ms"}});
        }
        attempts.push_back({{"unit", fallback ? route["stable"] : unitOf(route, arm)},
                            {"connect_us", 180 + noise.whole(200)},
                            {"first_byte_us", std::llround(totalUs * 0.3)},
                            {"total_us", std::llround(totalUs)},
                            {"status", error ? 503 : 200},
                            {"error", error ? "upstream 503" : ""}});
        const double whole = totalUs + (fallback ? 2'000'000.0 : 0.0);
        std::array<char, 24> id{};
        std::snprintf(
            id.data(), id.size(), "%08llx%04x",
            static_cast<unsigned long long>(seedOf(seed, name, std::to_string(i)) & 0xffffffffULL),
            i);
        records.push_back({
            {"id", "req_" + std::string(id.data())},
            {"at", at},
            {"route", name},
            {"revision", 184},
            {"arm", arm},
            {"assigned_unit", unitOf(route, arm)},
            {"served_unit", error      ? Json(nullptr)
                            : fallback ? route["stable"]
                                       : unitOf(route, arm)},
            {"assigned_by", "bucket"},
            {"key_hmac",
             fakeUnitRef("user" + std::to_string(noise.whole(60)))["id"].get<std::string>().substr(
                 2, 32)},
            {"bucket", std::llround(bucketShare * 1000.0)},
            {"attributes", {{"org_id", "org-" + std::to_string(noise.whole(9))}}},
            {"session", noise.uniform() < 0.3 ? "s-" + std::to_string(noise.whole(99)) : ""},
            {"api_key", "shop-backend"},
            {"gateway", "gw-1"},
            {"trace_id",
             fakeUnitRef("trace" + std::to_string(i))["id"].get<std::string>().substr(2, 32)},
            {"prompt", "support/answer@1.1.0"},
            {"attempts", std::move(attempts)},
            {"stages",
             {{"admit", 22},
              {"route", 3},
              {"render", 41},
              {"retrieve", 0},
              {"connect", 190},
              {"ttft", std::llround(whole * 0.3)},
              {"stream", std::llround(whole * 0.7)},
              {"total", std::llround(whole)},
              {"upstream_wait", std::llround(whole - 120)}}},
            {"streamed", noise.uniform() < 0.7},
            {"simulated", true},
            {"retry", false},
            {"sampled", false},
            {"weight", 1.0},
            {"status", error ? 502 : 200},
            {"outcome", outcome},
            {"fallback", fallback ? "timeout" : "none"},
            {"refusal", refusal},
            {"finish_reason", error ? "" : "stop"},
            {"error", error ? "upstream 503 after 1 attempt" : ""},
            {"usage_known", !error},
            {"usage_estimated", false},
            {"raw", {{"prompt", input}, {"completion", output}, {"cached", 0}, {"reasoning", 0}}},
            {"tokens",
             {{"input", input}, {"cached_input", 0}, {"cache_write", 0}, {"output", output}}},
            {"cost", error ? Json{{"state", "unpriced"}, {"micros", 0}, {"currency", ""}}
                           : Json{{"state", "exact"},
                                  {"micros", input * 3 + output * 15},
                                  {"currency", "USD"}}},
        });
    }
    return records;
}

} // namespace sluice::tests
