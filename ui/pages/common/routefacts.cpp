// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/common/routefacts.h"

#include "ui/models/condition.h"
#include "ui/models/format.h"

#include <algorithm>

namespace sluice::ui {

namespace {

UnitName unitName(const Json& ref)
{
    return {read::text(ref, "alias"), read::text(ref, "id")};
}

} // namespace

QString UnitName::name() const
{
    return alias.isEmpty() ? shortId() : alias;
}

QString UnitName::shortId() const
{
    return id.isEmpty() ? QString() : format::shortId(id);
}

double RouteFacts::controlPercent() const noexcept
{
    return hasCandidate() ? std::min(percent, 100 - percent) : 0;
}

double RouteFacts::stablePercent() const noexcept
{
    return hasCandidate() ? 100 - percent - controlPercent() : 100;
}

RouteFacts routeFacts(const Json& route)
{
    RouteFacts facts;
    facts.name = read::text(route, "name");
    facts.stable = unitName(read::child(route, "stable"));
    facts.candidate = unitName(read::child(route, "candidate"));
    const Json& good = read::child(route, "known_good");
    facts.knownGood = unitName(read::child(good, "unit"));
    facts.knownGoodRevision = read::integer(good, "revision").value_or(0);
    facts.percent = read::number(route, "percent").value_or(0);
    facts.bucketBy = read::text(route, "bucket_by");
    for (const Json& rule : read::child(route, "rules")) {
        facts.rules.push_back({conditionText(read::child(rule, "when")), read::text(rule, "arm")});
    }
    facts.allowed = static_cast<int>(read::child(route, "allow").size());
    if (route.is_object() && route.contains("killed") && route["killed"].is_object()) {
        const Json& killed = route["killed"];
        facts.killed =
            KillFacts{unitName(read::child(killed, "unit")), read::text(killed, "actor"),
                      read::text(killed, "reason"), read::integer(killed, "at").value_or(0)};
    }
    facts.shadowPercent = read::number(read::child(route, "shadow"), "percent").value_or(0);
    facts.changedAt = read::integer(route, "changed_at").value_or(0);
    facts.changedBy = read::text(route, "changed_by");
    facts.simulated = read::flag(route, "simulated");
    facts.guard = read::child(route, "guard");
    return facts;
}

} // namespace sluice::ui
