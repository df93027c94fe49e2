// SPDX-License-Identifier: GPL-3.0-or-later
// bench_flags FLAGS.json [PEER.tsv]: flag evaluation and route assignment in process, nanoseconds a
// call (the best of several rounds) beside the peer's for the same flags and users, and allocations
// counted over all rounds. Goals: static 20 ns, rule and fractional 100 ns, no allocation.
#include "core/base/file.h"
#include "core/flags/flagset.h"
#include "core/flags/murmur3.h"
#include "core/routing/routingtable.h"
#include "tests/support/allocations.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <sstream>

namespace {

using namespace sluice;
using tests::g_allocations;

constexpr int kRounds = 100;
constexpr int kCalls = 20'000;

/// Keeps the optimiser from dropping what was computed.
template <typename T>
void keep(const T& value)
{
    asm volatile("" : : "m"(value) : "memory");
}

/// The peer's nanoseconds by flag; empty without a file.
std::map<std::string, double> readPeer(const char* path)
{
    std::map<std::string, double> figures;
    const auto text = readFile(path, std::size_t{1} << 20U);
    std::istringstream lines(text ? *text : std::string());
    std::string flag;
    for (double figure = 0; lines >> flag >> figure;) {
        figures[flag] = figure;
    }
    return figures;
}

/// `goal` and `peer` are nanoseconds; 0: there is none.
template <typename F>
void row(std::string_view name, double goal, double peer, F&& call)
{
    double best = 1e9;
    std::uint64_t allocations = 0;
    for (int round = 0; round < kRounds; ++round) {
        const std::uint64_t before = g_allocations.load();
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < kCalls; ++i) {
            call(static_cast<std::size_t>(i));
        }
        const std::chrono::duration<double, std::nano> took =
            std::chrono::steady_clock::now() - start;
        best = std::min(best, took.count() / kCalls);
        allocations += g_allocations.load() - before;
    }
    const auto optional = [](const char* form, double figure) {
        return figure > 0 ? fmt::format(fmt::runtime(form), figure) : std::string("-");
    };
    fmt::print("{:<46} {:>8.1f} ns {:>11} {:>8} {:>8} {:>12}\n", name, best,
               optional("{:.0f} ns", peer), optional("{:.4f}", peer > 0 ? best / peer : 0),
               optional("{:.0f} ns", goal), allocations);
}

std::vector<flags::Context> users()
{
    std::vector<flags::Context> contexts(128);
    for (std::size_t i = 0; i < contexts.size(); ++i) {
        const std::string user = fmt::format("user-{}", i);
        contexts[i].set("user_id", user);
        contexts[i].set("targetingKey", user);
        contexts[i].set("org_id", i % 50 == 0 ? "org-internal" : "org-7");
        contexts[i].set("session_id", fmt::format("session-{}", i));
        contexts[i].set("email", user + (i % 50 == 0 ? "@example.com" : "@example.org"));
        contexts[i].set("version", fmt::format("2.{}.{}", i % 3, i));
    }
    return contexts;
}

/// What each flag of the file stands for, and its goal.
const std::map<std::string_view, std::pair<const char*, double>> kMeasured{
    {"new-checkout", {"static", 20}},    {"internal-only", {"rule", 0}},
    {"new-search", {"fractional", 0}},   {"new-model", {"rule + fractional", 100}},
    {"by-org", {"cat + fractional", 0}}, {"new-client", {"sem_ver", 0}},
};

routing::Route benchRoute()
{
    routing::Route route;
    route.name = RouteName("support-assistant");
    route.definition.stable = UnitId("u_" + std::string(64, 'a'));
    route.definition.candidate = UnitId("u_" + std::string(64, 'b'));
    route.definition.percent = 2000;
    route.definition.rules = {{Json::parse(R"({"==": [{"var": "org_id"}, "org-internal"]})"),
                               routing::RuleArm::Candidate}};
    route.knownGood.unit = route.definition.stable;
    return route;
}

} // namespace

int main(int argc, char** argv)
{
    const auto text =
        readFile(argc > 1 ? argv[1] : SLUICE_SOURCE_DIR "/tests/bench/flags.json", 1U << 20U);
    const auto set = text ? flags::FlagSet::fromText(*text) : text.error();
    const auto route = routing::CompiledRoute::compile(benchRoute());
    if (!set || !route) {
        fmt::print(stderr, "the bench's own flags do not load: {}\n",
                   describe(set ? route.error() : set.error()));
        return 1;
    }
    Json document = Json::parse(*text);
    document["metadata"]["fractionalVersion"] = 3;
    const auto third = flags::FlagSet::fromJson(document);
    const auto peer = argc > 2 ? readPeer(argv[2]) : std::map<std::string, double>{};
    const auto contexts = users();
    const SystemTime now = fromMicros(1'800'000'000'000'000);
    fmt::print("{:<46} {:>11} {:>11} {:>8} {:>8} {:>12}\n", "flags, in process", "sluice",
               "flagd-core", "ratio", "goal", "allocations");
    for (const std::string_view flag : (*set)->names()) {
        const auto known = kMeasured.find(flag);
        const auto [kind, goal] = known != kMeasured.end() ? known->second : std::pair("-", 0.0);
        const auto figure = peer.find(std::string(flag));
        row(fmt::format("flag {} ({})", flag, kind), goal,
            figure == peer.end() ? 0 : figure->second,
            [&](std::size_t i) { keep((*set)->evaluate(flag, contexts[i % 128], now)); });
    }
    for (const char* flag : {"new-search", "new-model", "by-org"}) {
        row(fmt::format("flag {}, generation 3", flag), 0, 0,
            [&](std::size_t i) { keep((*third)->evaluate(flag, contexts[i % 128], now)); });
    }
    row("route assignment (allow, rule, percentage)", 100, 0,
        [&](std::size_t i) { keep((*route)->assign(contexts[i % 128])); });
    row("the floor: look-up and murmur3 alone", 23, 0, [&](std::size_t i) {
        keep(flags::murmur3("support-assistant", *contexts[i % 128].text("user_id")));
    });
    return 0;
}
