// SPDX-License-Identifier: GPL-3.0-or-later
// Flag evaluation and route assignment in process: nanoseconds a call (the best of several runs)
// and allocations counted over all of them. Goals: static 20 ns, rule and fractional 100 ns, no
// allocation.
#include "core/flags/flagset.h"
#include "core/flags/murmur3.h"
#include "core/routing/routingtable.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::uint64_t> g_allocations{0}; // NOLINT: what operator new counts into

} // namespace

// Not inlined: GCC would otherwise see free() on what new returned, and warn.
[[gnu::noinline]] void* operator new(std::size_t size)
{
    ++g_allocations;
    if (void* memory = std::malloc(size != 0 ? size : 1)) {
        return memory;
    }
    throw std::bad_alloc();
}

[[gnu::noinline]] void operator delete(void* memory) noexcept
{
    std::free(memory);
}

[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}

namespace {

using namespace sluice;

constexpr int kRounds = 100;
constexpr int kCalls = 20'000;

/// Keeps the optimiser from dropping what was computed.
template <typename T>
void keep(const T& value)
{
    asm volatile("" : : "m"(value) : "memory");
}

template <typename F>
void row(std::string_view name, double goal, F&& call)
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
    fmt::print("{:<58} {:>11.1f} ns {:>11.0f} ns {:>8} allocations\n", name, best, goal,
               allocations);
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
    }
    return contexts;
}

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

int main()
{
    const auto set = flags::FlagSet::fromJson(Json::parse(R"({"flags": {
        "new-checkout": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off"},
        "new-model": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
            "targeting": {"if": [{"==": [{"var": "org_id"}, "org-internal"]}, "on",
                                 {"fractional": [["on", 5], ["off", 95]]}]}}}})"));
    const auto route = routing::CompiledRoute::compile(benchRoute());
    if (!set || !route) {
        fmt::print(stderr, "the bench's own flags do not load\n");
        return 1;
    }
    const auto contexts = users();
    const SystemTime now = fromMicros(1'800'000'000'000'000);
    fmt::print("{:<58} {:>14} {:>14}\n", "flags, in process", "figure", "goal");
    row("static flag", 20,
        [&](std::size_t i) { keep((*set)->evaluate("new-checkout", contexts[i % 128], now)); });
    row("rule + fractional", 100,
        [&](std::size_t i) { keep((*set)->evaluate("new-model", contexts[i % 128], now)); });
    row("route assignment (allow, rule, percentage)", 100,
        [&](std::size_t i) { keep((*route)->assign(contexts[i % 128])); });
    row("the floor: look-up and murmur3 alone", 23, [&](std::size_t i) {
        keep(flags::murmur3("support-assistant", *contexts[i % 128].text("user_id")));
    });
    return 0;
}
