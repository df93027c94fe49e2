// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/common/movestext.h"

#include "ui/models/format.h"

#include <QCoreApplication>
#include <QStringList>

namespace sluice::ui {

namespace {

constexpr double kHour = 3600; ///< seconds that a dry run looks back unless told

QString tr(const char* text)
{
    return QCoreApplication::translate("sluice::ui", text);
}

QString strong(const QString& text)
{
    return QStringLiteral("<b>") + text.toHtmlEscaped() + QStringLiteral("</b>");
}

/// "p95 861 ms → 902 ms", or nothing if either is unknown.
QString fromTo(const QString& what, const QString& before, const QString& after)
{
    return before == format::dash() || after == format::dash()
               ? QString()
               : tr("%1 %2 → %3").arg(what, before, after).toHtmlEscaped();
}

QString costText(const Json& cost)
{
    const QString currency = read::text(cost, "currency");
    const auto money = [&](const char* side) {
        const auto value = read::number(cost, side);
        return value ? format::money(*value * 1e6, currency) : format::dash();
    };
    return fromTo(tr("cost a minute"), money("before"), money("after"));
}

QString whoHtml(const Json& dryRun)
{
    const double moved = read::number(dryRun, "moved_users").value_or(0);
    const double users = read::number(dryRun, "users").value_or(0);
    const std::chrono::microseconds window(
        static_cast<std::int64_t>(read::number(dryRun, "window_s").value_or(kHour) * 1e6));
    if (!(users > 0)) {
        return tr("Who moves cannot be told: the recorded traffic has nobody to tell it by.")
            .toHtmlEscaped();
    }
    const QString seen = format::count(users);
    const QString length = format::duration(window).toHtmlEscaped();
    if (!(moved > 0)) {
        return tr("Nobody moves, of %1 users seen in the last %2.").arg(seen, length);
    }
    const double rate = read::number(dryRun, "moved_requests_per_minute").value_or(0);
    return tr("%1 of %2 users seen in the last %3 move, %4.")
        .arg(strong(format::count(moved)), seen, length, format::perMinute(rate).toHtmlEscaped());
}

QStringList moveTexts(const Json& dryRun)
{
    QStringList texts;
    for (const Json& move : read::child(dryRun, "by_move")) {
        const QString from = read::text(move, "from_arm");
        const QString to = read::text(move, "to_arm");
        const QString arms =
            from == to ? tr("%1, another unit").arg(from) : tr("%1 → %2").arg(from, to);
        texts << tr("%1: %2 (%3)")
                     .arg(arms, format::count(read::number(move, "users").value_or(0)),
                          format::perMinute(read::number(move, "requests_per_minute").value_or(0)))
                     .toHtmlEscaped();
    }
    const Json& p95 = read::child(dryRun, "p95_ms");
    for (const QString& effect :
         {costText(read::child(dryRun, "cost_per_minute")),
          fromTo(tr("p95"), format::milliseconds(read::number(p95, "before")),
                 format::milliseconds(read::number(p95, "after")))}) {
        if (!effect.isEmpty()) {
            texts << effect;
        }
    }
    return texts;
}

/// What the answer does not know.
QStringList doubts(const Json& dryRun)
{
    QStringList texts;
    QStringList units;
    for (const Json& unit : read::child(dryRun, "unmeasured")) {
        units << read::unitName(unit);
    }
    if (!units.isEmpty()) {
        texts << tr("Not seen in that time, so without cost and latency: %1.")
                     .arg(units.join(QStringLiteral(", ")));
    }
    if (const double blind = read::number(dryRun, "not_evaluable").value_or(0); blind > 0) {
        texts << tr("Requests that could not be judged, since their attributes were not recorded: "
                    "%1.")
                     .arg(format::count(blind));
    }
    if (read::flag(dryRun, "sampled")) {
        texts << tr("Told from a sample of the traffic, scaled up.");
    }
    return texts;
}

} // namespace

QString movesHtml(const Json& dryRun)
{
    QString html = whoHtml(dryRun);
    const bool seen = read::number(dryRun, "users").value_or(0) > 0;
    if (const QStringList moves = moveTexts(dryRun); seen && !moves.isEmpty()) {
        html += QStringLiteral("<br>") + moves.join(QStringLiteral("; ")) + QLatin1Char('.');
    }
    if (const QStringList open = doubts(dryRun); !open.isEmpty()) {
        html += QStringLiteral("<br>") + open.join(QLatin1Char(' ')).toHtmlEscaped();
    }
    return html;
}

} // namespace sluice::ui
