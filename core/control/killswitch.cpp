// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/control/killswitch.h"

#include "core/routing/transitions.h"

namespace sluice::control {

namespace {

Status planRoute(const RouteEntry& entry, KillPlan& plan)
{
    const auto target = routing::killTarget(entry.route);
    if (!target) {
        return target.error();
    }
    const std::string& name = entry.route.name.text();
    if (target->already) {
        plan.already.push_back(name);
    } else {
        plan.now.push_back({name, target->unit.text(), target->to.text(), target->fromPercent});
    }
    return {};
}

} // namespace

Result<KillPlan> planKill(const State& state, const Json& arguments)
{
    const bool all = arguments.value("all", false);
    if (all == arguments.contains("route")) {
        return fail(ErrorCode::InvalidArgument, "name one \"route\", or say \"all\": true",
                    "/route");
    }
    KillPlan plan;
    if (!all) {
        auto entry = findRoute(state, arguments.at("route").get<std::string>());
        if (!entry) {
            return std::move(entry).error();
        }
        if (auto status = planRoute(**entry, plan); !status) {
            return std::move(status).error();
        }
        return plan;
    }
    for (const auto& [name, entry] : state.routes) {
        // Routes without anything to return to serve what they always served: not part of the
        // press.
        if (auto status = planRoute(*entry, plan);
            !status && status.error().code != ErrorCode::Refused) {
            return std::move(status).error();
        }
    }
    return plan;
}

State applyKill(const State& state, const KillRecord& record)
{
    State next = state;
    bool changed = false;
    for (const KilledRoute& one : record.routes) {
        const auto found = next.routes.find(one.route);
        if (found == next.routes.end()) {
            continue;
        }
        auto killed = routing::kill(found->second->route, record.actor, record.reason,
                                    record.atMicros, record.revision);
        if (killed && !killed->already) {
            found->second = std::make_shared<const RouteEntry>(
                RouteEntry{std::move(killed->route), record.atMicros, record.actor, record.revision,
                           found->second->keyedSince});
            changed = true;
        }
    }
    if (changed) {
        next.revision = record.revision;
    }
    next.meta["kill_sequence"] = std::make_shared<const Json>(record.sequence);
    return next;
}

Json killedRoutesJson(const State& state, const std::vector<KilledRoute>& routes)
{
    Json list = Json::array();
    for (const KilledRoute& one : routes) {
        list.push_back({{"route", one.route},
                        {"from_percent", routing::percentToJson(one.fromPercent)},
                        {"killed", unitRef(state, UnitId(one.unit))},
                        {"to", unitRef(state, UnitId(one.to))}});
    }
    return list;
}

std::uint64_t killSequence(const State& state)
{
    const auto found = state.meta.find("kill_sequence");
    return found == state.meta.end() ? 0 : found->second->get<std::uint64_t>();
}

} // namespace sluice::control
