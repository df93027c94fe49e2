// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/rollbacktext.h"

#include "ui/models/format.h"

#include <algorithm>

namespace sluice::ui {

namespace {

QString preciseTime(std::int64_t micros)
{
    const QDateTime at = format::at(micros);
    return at.toString(QStringLiteral("HH:mm:ss.zzz ")) + at.timeZoneAbbreviation();
}

bool hasRuleForCandidate(const Json& route)
{
    const Json& rules = read::child(route, "rules");
    return std::any_of(rules.begin(), rules.end(), [](const Json& rule) {
        return read::text(rule, "arm") == QLatin1String("candidate");
    });
}

} // namespace

bool RollbackText::hasCandidateTraffic(const Json& route)
{
    if (read::child(route, "candidate").empty() || !read::child(route, "killed").empty()) {
        return false;
    }
    return read::number(route, "percent").value_or(0.0) > 0.0 ||
           !read::child(route, "allow").empty() || hasRuleForCandidate(route) ||
           !read::child(route, "shadow").empty();
}

QList<const Json*> RollbackText::candidates(const Json& routes)
{
    QList<const Json*> found;
    for (const Json& route : routes) {
        if (hasCandidateTraffic(route)) {
            found.append(&route);
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const Json* a, const Json* b) {
        return read::integer(*a, "changed_at").value_or(0) >
               read::integer(*b, "changed_at").value_or(0);
    });
    return found;
}

QString RollbackText::consequence(const Json& route, std::optional<double> requestsPerMinute)
{
    // Known good is stable while there is a candidate (architecture.md); the engine says it, we do
    // not guess.
    const Json& good = read::child(read::child(route, "known_good"), "unit");
    const Json& target = good.empty() ? read::child(route, "stable") : good;
    const double percent = read::number(route, "percent").value_or(0.0);
    QString text =
        percent > 0.0
            ? tr("%1 \u2192 %2, back to %3 (u_%4\u2026)")
                  .arg(format::percent(percent), format::percent(0.0), read::unitName(target),
                       format::shortId(read::text(target, "id")).left(4))
            : tr("rules and copies to %1 stop, back to %2 (u_%3\u2026)")
                  .arg(read::unitName(read::child(route, "candidate")), read::unitName(target),
                       format::shortId(read::text(target, "id")).left(4));
    if (requestsPerMinute) {
        text += QStringLiteral(", ") + format::perMinute(*requestsPerMinute);
    }
    return text;
}

RollbackText::Next RollbackText::next(const Json& routes)
{
    QStringList waiting;
    QStringList moving;
    for (const Json& route : routes) {
        const QString name = read::text(route, "name");
        const double percent = read::number(route, "percent").value_or(0.0);
        if (!read::child(route, "killed").empty()) {
            waiting.append(name);
        } else if (!read::child(route, "candidate").empty() && percent > 0.0) {
            moving.append(tr("%1 %2").arg(name, format::percent(percent)));
        }
    }
    if (moving.isEmpty()) {
        return {waiting.isEmpty() ? tr("nothing") : waiting.join(QStringLiteral(", ")),
                waiting.isEmpty() ? tr("moves: no rollout is under way")
                                  : tr("rolled back, waits for acknowledgement")};
    }
    const QString shown =
        moving.size() > 2
            ? tr("%1 and %Ln more", nullptr, static_cast<int>(moving.size()) - 1).arg(moving.first())
            : moving.join(QStringLiteral(", "));
    return {shown, tr("until somebody moves it; nothing moves by itself")};
}

QList<RollbackText::Line> RollbackText::proof(const Json& kill)
{
    QList<Line> lines;
    const auto admitted = read::integer(kill, "last_admitted_at");
    lines.append({tr("Last candidate request admitted"),
                  admitted ? preciseTime(*admitted) : tr("none since the start")});
    const auto inFlight = read::integer(kill, "in_flight").value_or(0);
    const auto done = read::integer(kill, "last_finished_at");
    lines.append({tr("Last candidate request finished"),
                  inFlight > 0 ? tr("%Ln still running", nullptr, static_cast<int>(inFlight))
                  : done       ? preciseTime(*done)
                               : tr("none was running")});
    const Json& gateways = read::child(kill, "gateways");
    lines.append(
        {tr("Gateways acknowledged"), tr("%1/%2")
                                          .arg(read::integer(gateways, "acknowledged").value_or(0))
                                          .arg(read::integer(gateways, "total").value_or(0))});
    lines.append({tr("From the press to adopted everywhere"),
                  QLocale().toString(read::number(kill, "milliseconds").value_or(0.0), 'f', 1) +
                      QStringLiteral("\u00a0ms")});
    lines.append(
        {tr("Routing revision"), QString::number(read::integer(kill, "revision").value_or(0))});
    return lines;
}

QString RollbackText::outcome(const Json& kill)
{
    const Json& routes = read::child(kill, "routes");
    if (routes.size() == 1) {
        const Json& one = routes.front();
        return tr("%1 is back on %2")
            .arg(read::text(one, "route"), read::unitName(read::child(one, "to")));
    }
    return tr("%Ln routes are back on their known good units", nullptr,
              static_cast<int>(routes.size()));
}

bool RollbackText::finished(const Json& kill)
{
    return read::integer(kill, "in_flight").value_or(0) == 0;
}

} // namespace sluice::ui
