// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/routingtable.h"

#include "core/flags/fractional.h"
#include "core/flags/murmur3.h"
#include "core/routing/compiledroute.h"

#include <algorithm>

namespace sluice::routing {

namespace {
constexpr std::uint32_t kBuckets = 10000;
}

std::uint32_t bucketOf(std::string_view route, std::string_view key) noexcept
{
    return flags::bucketOfHash(flags::murmur3(route, key), kBuckets);
}

Arm armOfBucket(std::uint32_t bucket, BasisPoints percent) noexcept
{
    if (bucket < percent) {
        return Arm::Candidate;
    }
    const BasisPoints control = std::min(percent, kBuckets - percent);
    return bucket >= kBuckets - control ? Arm::Control : Arm::Stable;
}

CompiledRoute::CompiledRoute(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}
CompiledRoute::~CompiledRoute() = default;

Result<std::shared_ptr<const CompiledRoute>> CompiledRoute::compile(Route route,
                                                                    const CompiledRoute* before)
{
    constexpr std::string_view kWhere = "/definition";
    auto impl = std::make_unique<Impl>();
    impl->route = std::move(route);
    const RouteDefinition& definition = impl->route.definition;
    if (auto status = checkShares(definition, kWhere); !status) {
        return std::move(status).error();
    }
    if (before != nullptr && before->route().definition.rules == definition.rules) {
        impl->rules = before->m_impl->rules;
    } else if (auto rules = compileRules(definition, kWhere)) {
        impl->rules = std::make_shared<const Rules>(std::move(*rules));
    } else {
        return std::move(rules).error();
    }
    impl->attributes.push_back(definition.bucketBy);
    for (const flags::CompiledRule& rule : *impl->rules) {
        const auto read = rule.attributesRead();
        impl->attributes.insert(impl->attributes.end(), read.begin(), read.end());
    }
    std::sort(impl->attributes.begin(), impl->attributes.end());
    impl->attributes.erase(std::unique(impl->attributes.begin(), impl->attributes.end()),
                           impl->attributes.end());
    impl->allow.insert(definition.allow.begin(), definition.allow.end());
    impl->keyHash = flags::nameHash(definition.bucketBy);
    if (impl->route.killed) {
        impl->candidateKilled = definition.candidate == impl->route.killed->unit;
        impl->stableKilled = !impl->candidateKilled;
    }
    return std::shared_ptr<const CompiledRoute>(new CompiledRoute(std::move(impl)));
}

const Route& CompiledRoute::route() const noexcept
{
    return m_impl->route;
}

std::optional<std::string_view>
CompiledRoute::Impl::key(const flags::Context& context) const noexcept
{
    const auto value = context.find(route.definition.bucketBy, keyHash);
    if (!value || !value->isText() || value->text().empty()) {
        return std::nullopt;
    }
    return value->text();
}

CompiledRoute::Impl::Wish CompiledRoute::Impl::wish(std::string_view key, std::uint32_t bucket,
                                                    const flags::Context& context) const noexcept
{
    if (!allow.empty() && allow.find(key) != allow.end()) {
        return {Arm::Candidate, AssignedBy::Allow};
    }
    for (std::size_t i = 0; i < rules->size(); ++i) {
        if ((*rules)[i].match(environment(context)).matched) {
            const bool candidate = route.definition.rules[i].arm == RuleArm::Candidate;
            return {candidate ? Arm::Candidate : Arm::Stable, AssignedBy::Rule};
        }
    }
    return {armOfBucket(bucket, percent()), AssignedBy::Bucket};
}

Assignment CompiledRoute::assign(const flags::Context& context) const noexcept
{
    const Impl& impl = *m_impl;
    const RouteDefinition& definition = impl.route.definition;
    Assignment out;
    out.unit = &definition.stable;
    if (const auto key = impl.key(context)) {
        out.key = *key;
        out.hasKey = true;
        out.bucket = bucketOf(impl.route.name.text(), *key);
    }
    if (impl.stableKilled) {
        out.by = AssignedBy::Kill;
        return out;
    }
    if (!out.hasKey) {
        return out;
    }
    out.by = AssignedBy::Bucket;
    if (!definition.candidate) {
        return out;
    }
    const Impl::Wish wish = impl.wish(out.key, out.bucket, context);
    out.by = wish.by;
    if (impl.candidateKilled) {
        if (wish.arm == Arm::Candidate) {
            out.by = AssignedBy::Kill;
        }
        return out;
    }
    out.arm = wish.arm;
    if (wish.arm == Arm::Candidate) {
        out.unit = &*definition.candidate;
    }
    return out;
}

const UnitId* CompiledRoute::fallbackFor(const Assignment& assignment) const noexcept
{
    return assignment.arm == Arm::Candidate ? &m_impl->route.definition.stable : nullptr;
}

const ShadowPolicy* CompiledRoute::shadow() const noexcept
{
    const auto& shadow = m_impl->route.definition.shadow;
    const auto& killed = m_impl->route.killed;
    return !shadow || (killed && killed->unit == shadow->unit) ? nullptr : &*shadow;
}

std::span<const std::string> CompiledRoute::attributesRead() const noexcept
{
    return m_impl->attributes;
}

RoutingTable::RoutingTable(std::uint64_t revision,
                           std::vector<std::shared_ptr<const CompiledRoute>> routes)
    : m_revision(revision)
    , m_routes(std::move(routes))
{
    std::sort(m_routes.begin(), m_routes.end(),
              [](const auto& a, const auto& b) { return a->route().name < b->route().name; });
}

const CompiledRoute* RoutingTable::find(std::string_view name) const noexcept
{
    const auto at = std::lower_bound(
        m_routes.begin(), m_routes.end(), name,
        [](const auto& route, std::string_view n) { return route->route().name.text() < n; });
    return at != m_routes.end() && (*at)->route().name.text() == name ? at->get() : nullptr;
}

} // namespace sluice::routing
