// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/routingtable.h"

#include "core/routing/compiledroute.h"

#include <algorithm>

namespace sluice::routing {

namespace {

constexpr std::uint32_t kBuckets = 10000;

} // namespace

std::uint32_t hashOf(std::string_view route, std::string_view key, Generation generation) noexcept
{
    return generation == Generation::V3 ? flags::fractionalHashV3(route, key)
                                        : flags::fractionalHashV2(route, key);
}

std::uint32_t bucketOf(std::string_view route, std::string_view key, Generation generation) noexcept
{
    return flags::bucketOfHash(hashOf(route, key, generation), kBuckets);
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
                                                                    Generation generation,
                                                                    const CompiledRoute* before)
{
    constexpr std::string_view kWhere = "/definition";
    auto impl = std::make_unique<Impl>();
    impl->route = std::move(route);
    impl->generation = generation;
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
    for (const RouteRule& rule : *impl->rules) {
        const auto read = rule.compiled.attributesRead();
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

Generation CompiledRoute::generation() const noexcept
{
    return m_impl->generation;
}

std::optional<BucketingKey> CompiledRoute::Impl::key(const flags::Context& context) const noexcept
{
    const auto value = context.find(route.definition.bucketBy, keyHash);
    return value ? BucketingKey::of(*value) : std::nullopt;
}

CompiledRoute::Placement CompiledRoute::Impl::wish(bool allowed, std::uint32_t bucket,
                                                   const flags::Context& context) const noexcept
{
    if (allowed) {
        return {Arm::Candidate, AssignedBy::Allow};
    }
    for (std::size_t i = 0; i < rules->size(); ++i) {
        if ((*rules)[i].compiled.match(environment(context)).matched) {
            const bool candidate = route.definition.rules[i].arm == RuleArm::Candidate;
            return {candidate ? Arm::Candidate : Arm::Stable, AssignedBy::Rule};
        }
    }
    return {armOfBucket(bucket, percent()), AssignedBy::Bucket};
}

bool CompiledRoute::Impl::recorded(const RouteRule& rule,
                                   const flags::Context& attributes) noexcept
{
    const auto read = rule.compiled.attributesRead();
    return !rule.open && std::all_of(read.begin(), read.end(), [&](const std::string& name) {
        return attributes.find(name, flags::nameHash(name)).has_value();
    });
}

CompiledRoute::Placement CompiledRoute::Impl::granted(Placement wish) const noexcept
{
    if (!candidateKilled) {
        return wish;
    }
    return {Arm::Stable, wish.arm == Arm::Candidate ? AssignedBy::Kill : wish.by};
}

Assignment CompiledRoute::assign(const flags::Context& context, const Pin* pin) const noexcept
{
    const Impl& impl = *m_impl;
    const RouteDefinition& definition = impl.route.definition;
    Assignment out;
    out.unit = &definition.stable;
    if (const auto key = impl.key(context)) {
        out.key = *key;
        out.hasKey = true;
        out.bucket = bucketOf(impl.route.name.text(), key->text(), impl.generation);
    }
    if (pin != nullptr && impl.honours(*pin)) {
        const bool control = pin->arm == Arm::Control && !impl.route.killed;
        out.arm = pin->arm == Arm::Candidate || control ? pin->arm : Arm::Stable;
        out.by = AssignedBy::Pin;
        out.unit = &pin->unit;
        return out;
    }
    if (pin != nullptr || impl.stableKilled) { // the pin's unit is the killed one
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
    const Placement placement =
        impl.granted(impl.wish(impl.allows(out.key.text()), out.bucket, context));
    out.arm = placement.arm;
    out.by = placement.by;
    if (placement.arm == Arm::Candidate) {
        out.unit = &*definition.candidate;
    }
    return out;
}

std::optional<CompiledRoute::Placement>
CompiledRoute::place(const RecordedRequest& request) const noexcept
{
    const Impl& impl = *m_impl;
    if (impl.stableKilled) {
        return Placement{Arm::Stable, AssignedBy::Kill};
    }
    if (!request.hasKey) {
        return Placement{Arm::Stable, AssignedBy::None};
    }
    if (!impl.route.definition.candidate) {
        return Placement{Arm::Stable, AssignedBy::Bucket};
    }
    if (!request.allowed) {
        for (const RouteRule& rule : *impl.rules) {
            if (!Impl::recorded(rule, *request.attributes)) {
                return std::nullopt;
            }
            if (rule.compiled.match(impl.environment(*request.attributes)).matched) {
                break;
            }
        }
    }
    return impl.granted(impl.wish(request.allowed, request.bucket, *request.attributes));
}

const UnitId* CompiledRoute::fallbackFor(const Assignment& assignment) const noexcept
{
    const UnitId& stable = m_impl->route.definition.stable;
    // A session may be pinned, as candidate, to what has become stable since.
    return assignment.arm == Arm::Candidate && *assignment.unit != stable ? &stable : nullptr;
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
