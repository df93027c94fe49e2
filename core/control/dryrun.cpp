// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/dryrun.h"

#include <algorithm>
#include <cstring>

namespace sluice::control {

namespace {

using routing::BasisPoints;
using telemetry::RequestRecord;
using units::Arm;
using units::AssignedBy;

/// Attribute texts are few as a rule; where they are not, parsing again costs less than keeping.
constexpr std::size_t kAttributesKept = 4096;

/// A move in four bits, as the number of a bit in a user's set.
std::uint16_t moveNumber(Arm from, Arm to) noexcept
{
    return static_cast<std::uint16_t>(static_cast<unsigned>(from) * 4 + static_cast<unsigned>(to));
}

const UnitId& unitOf(const routing::CompiledRoute& route, Arm arm) noexcept
{
    const routing::RouteDefinition& definition = route.route().definition;
    return arm == Arm::Candidate && definition.candidate ? *definition.candidate
                                                         : definition.stable;
}

double quantile(std::vector<std::pair<std::uint32_t, double>> times, double share)
{
    std::sort(times.begin(), times.end());
    double all = 0;
    for (const auto& [time, weight] : times) {
        all += weight;
    }
    double below = 0;
    for (const auto& [time, weight] : times) {
        below += weight;
        if (below >= share * all) {
            return time;
        }
    }
    return times.back().first;
}

bool asked(const RequestRecord& record) noexcept
{
    return record.outcome != telemetry::Outcome::ClientError &&
           record.outcome != telemetry::Outcome::Shed;
}

} // namespace

std::size_t KeyHmacHash::operator()(const KeyHmac& key) const noexcept
{
    std::size_t first = 0; // of an HMAC every byte is as good as a hash's
    std::memcpy(&first, key.data(), sizeof first);
    return first;
}

DryRun::DryRun(Sides sides)
    : m_present(sides.present)
    , m_keyHmac(std::move(sides.keyHmac))
    , m_now(sideOf(std::move(sides.now)))
    , m_then(sideOf(std::move(sides.then)))
{
    const routing::RouteDefinition& now = m_now.route->route().definition;
    const routing::RouteDefinition& then = m_then.route->route().definition;
    m_sameTargeting =
        now.bucketBy == then.bucketBy && now.allow == then.allow && now.rules == then.rules;
}

DryRun::Side DryRun::sideOf(std::shared_ptr<const routing::CompiledRoute> route) const
{
    Side side;
    side.route = std::move(route);
    const std::vector<std::string>& allow = side.route->route().definition.allow;
    side.allowKnown = allow.empty() || m_keyHmac;
    if (m_keyHmac) {
        for (const std::string& key : allow) {
            side.allowed.insert(m_keyHmac(key));
        }
    }
    return side;
}

void DryRun::add(const RequestRecord& record)
{
    measure(record);
    m_outcome.weighted = m_outcome.weighted || record.weight > 1.0F;
    const std::int64_t at = toMicros(record.at);
    m_outcome.oldestMicros =
        m_outcome.oldestMicros == 0 ? at : std::min(m_outcome.oldestMicros, at);
    if (record.retry) {
        return; // the same trial once more
    }
    const auto from = before(record);
    const auto to = from ? after(record, *from) : std::nullopt;
    if (!to) {
        m_outcome.notEvaluable += static_cast<double>(record.weight);
        return;
    }
    count(record, *from, *to);
}

/// What the present definition gives: as recorded if it was in force, else asked.
std::optional<DryRun::Placement> DryRun::before(const RequestRecord& record) const
{
    const bool inForce = m_present.since != 0 && record.revision >= m_present.since;
    if (inForce || record.assignedBy == AssignedBy::Pin) {
        return Placement{record.arm, record.assignedBy};
    }
    // What it was bucketed by then may have been something else.
    return record.revision < m_present.keyedSince ? std::nullopt : ask(m_now, record);
}

std::optional<DryRun::Placement> DryRun::after(const RequestRecord& record,
                                               const Placement& before) const
{
    if (before.by == AssignedBy::Pin) {
        return before; // a session keeps its unit whatever the definition says
    }
    if (m_sameTargeting && m_then.route->route().definition.candidate) {
        // Whether the allow list or a rule has it is known, even where the record could not tell.
        const auto bucket =
            telemetry::bucketIn(record, static_cast<int>(m_then.route->generation()));
        if (before.by == AssignedBy::Allow || before.by == AssignedBy::Rule) {
            return before;
        }
        if (before.by == AssignedBy::Bucket && bucket &&
            m_now.route->route().definition.candidate) {
            return Placement{
                routing::armOfBucket(*bucket, m_then.route->route().definition.percent),
                AssignedBy::Bucket};
        }
    }
    return ask(m_then, record);
}

std::optional<DryRun::Placement> DryRun::ask(const Side& side, const RequestRecord& record) const
{
    const routing::RouteDefinition& definition = side.route->route().definition;
    if (!definition.candidate) {
        return Placement{Arm::Stable, AssignedBy::Bucket};
    }
    const flags::Context& attributes = attributesOf(record.attributes);
    routing::RecordedRequest request;
    request.attributes = &attributes;
    KeyHmac key = record.keyHmac;
    if (definition.bucketBy == m_present.route.definition.bucketBy) {
        request.hasKey = telemetry::hasKey(record);
        const auto bucket = telemetry::bucketIn(record, static_cast<int>(side.route->generation()));
        if (request.hasKey && !bucket) {
            return std::nullopt;
        }
        request.bucket = bucket.value_or(0);
    } else {
        const auto value =
            attributes.find(definition.bucketBy, flags::nameHash(definition.bucketBy));
        if (!value) {
            return std::nullopt; // the record did not keep it
        }
        const auto other = routing::BucketingKey::of(*value);
        request.hasKey = other.has_value();
        if (other) {
            request.bucket = routing::bucketOf(side.route->route().name.text(), other->text(),
                                               side.route->generation());
            key = m_keyHmac ? m_keyHmac(other->text()) : KeyHmac{};
        }
    }
    if (request.hasKey && !side.allowKnown) {
        return std::nullopt;
    }
    request.allowed = request.hasKey && side.allowed.contains(key);
    return side.route->place(request);
}

const flags::Context& DryRun::attributesOf(const std::string& text) const
{
    if (const auto known = m_attributes.find(text); known != m_attributes.end()) {
        return known->second;
    }
    if (m_attributes.size() >= kAttributesKept) {
        m_attributes.clear();
    }
    flags::Context& context = m_attributes[text];
    if (!text.empty()) {
        // What a damaged record does not tell is not known: its rules cannot be evaluated.
        if (const auto json = parseJson(text); json && json->is_object()) {
            static_cast<void>(context.merge(*json));
        }
    }
    return context;
}

void DryRun::measure(const RequestRecord& record)
{
    const auto weight = static_cast<double>(record.weight);
    const double trial = record.retry ? 0 : weight;
    Shown& shown = m_shown[record.assignedUnit];
    shown.trials += trial;
    if (record.cost.state == units::CostState::Exact) {
        shown.costMicros += weight * static_cast<double>(record.cost.micros);
        shown.priced += trial;
        if (!record.cost.currency.empty()) {
            m_severalCurrencies = m_severalCurrencies ||
                                  (!m_currency.empty() && m_currency != record.cost.currency);
            m_currency = record.cost.currency;
        }
    }
    if (asked(record)) {
        shown.times.emplace_back(record.stages.total, weight);
        shown.timed += weight;
    }
}

void DryRun::count(const RequestRecord& record, Placement from, Placement to)
{
    const auto weight = static_cast<double>(record.weight);
    m_outcome.requests += weight;
    m_now.requests[from.arm == Arm::Candidate ? 1 : 0] += weight;
    m_then.requests[to.arm == Arm::Candidate ? 1 : 0] += weight;
    std::uint16_t* const moves =
        telemetry::hasKey(record) ? &m_users[record.keyHmac] : nullptr;
    const bool otherUnit = from.by != AssignedBy::Pin &&
                           unitOf(*m_now.route, from.arm) != unitOf(*m_then.route, to.arm);
    if (from.arm == to.arm && !otherUnit) {
        return;
    }
    const std::uint16_t number = moveNumber(from.arm, to.arm);
    m_moves[number] += weight;
    if (moves != nullptr) {
        *moves = static_cast<std::uint16_t>(*moves | (1U << number));
    }
}

DryRun::Estimate DryRun::estimate(const Side& side, std::vector<UnitId>& unmeasured) const
{
    const Shown nothing;
    Estimate out;
    std::vector<std::pair<std::uint32_t, double>> times;
    bool priced = !m_severalCurrencies;
    bool timed = true;
    double cost = 0;
    for (const Arm arm : {Arm::Stable, Arm::Candidate}) {
        const double requests = side.requests[arm == Arm::Candidate ? 1 : 0];
        if (requests == 0) {
            continue;
        }
        const UnitId& unit = unitOf(*side.route, arm);
        const auto found = m_shown.find(unit.text());
        const Shown& shown = found == m_shown.end() ? nothing : found->second;
        if (shown.trials == 0 &&
            std::find(unmeasured.begin(), unmeasured.end(), unit) == unmeasured.end()) {
            unmeasured.push_back(unit);
        }
        priced = priced && shown.priced > 0;
        timed = timed && shown.timed > 0;
        cost += priced ? requests * shown.costMicros / shown.priced : 0;
        for (const auto& [time, weight] : shown.times) {
            times.emplace_back(time, weight * requests / shown.timed);
        }
    }
    if (priced) {
        out.costMicros = cost;
    }
    if (timed && !times.empty()) {
        out.p95Micros = quantile(std::move(times), 0.95);
    }
    return out;
}

DryRun::Outcome DryRun::outcome() const
{
    Outcome out = m_outcome;
    out.users = m_users.size();
    for (const auto& [number, requests] : m_moves) {
        Move move{static_cast<Arm>(number / 4), static_cast<Arm>(number % 4)};
        move.otherUnit = unitOf(*m_now.route, move.from) != unitOf(*m_then.route, move.to);
        move.requests = requests;
        for (const auto& [key, moves] : m_users) {
            move.users += (moves >> number) & 1U;
        }
        out.movedRequests += move.otherUnit ? requests : 0;
        out.moves.push_back(move);
    }
    std::uint16_t others = 0;
    for (const Move& move : out.moves) {
        others = static_cast<std::uint16_t>(
            others | (move.otherUnit ? 1U << moveNumber(move.from, move.to) : 0U));
    }
    for (const auto& [key, moves] : m_users) {
        out.movedUsers += (moves & others) != 0 ? 1 : 0;
    }
    out.before = estimate(m_now, out.unmeasured);
    out.after = estimate(m_then, out.unmeasured);
    out.currency = m_severalCurrencies ? std::string() : m_currency;
    return out;
}

std::optional<bool> movesWithGeneration(const RouteEntry& present, const RequestRecord& record,
                                        flags::Generation from, flags::Generation to) noexcept
{
    const auto now = telemetry::bucketIn(record, static_cast<int>(from));
    const auto then = telemetry::bucketIn(record, static_cast<int>(to));
    if (!now || !then || record.revision < present.keyedSince) {
        return std::nullopt;
    }
    const bool inForce = present.since != 0 && record.revision >= present.since;
    if (inForce && record.assignedBy != AssignedBy::Bucket) {
        return false; // a rule's, the allow list's, a session's: not the percentage's
    }
    const BasisPoints percent = present.route.killed ? 0 : present.route.definition.percent;
    return routing::armOfBucket(*now, percent) != routing::armOfBucket(*then, percent);
}

} // namespace sluice::control
