// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/overview/routecelldelegate.h"

#include "ui/models/format.h"
#include "ui/models/jsontablemodel.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/sparkline.h"
#include "ui/widgets/splitbar.h"
#include "ui/widgets/tabularnumbers.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace sluice::ui {

namespace {

QList<std::optional<double>> optionals(const std::vector<double>& values)
{
    QList<std::optional<double>> out;
    for (const double value : values) {
        out.append(std::isfinite(value) ? std::optional(value) : std::nullopt);
    }
    return out;
}

/// For text that wraps: words wider than the cell end in an ellipsis, not within a letter.
QString fitted(const QFontMetricsF& metrics, const QString& text, double width)
{
    QStringList lines;
    for (const QString& line : text.split(QLatin1Char('\n'))) {
        QStringList words;
        for (const QString& word : line.split(QLatin1Char(' '))) {
            words << metrics.elidedText(word, Qt::ElideRight, width);
        }
        lines << words.join(QLatin1Char(' '));
    }
    return lines.join(QLatin1Char('\n'));
}

QString clock(std::int64_t micros)
{
    return QLocale().toString(format::at(micros), QStringLiteral("HH:mm"));
}

} // namespace

namespace overview {

QString stageText(const RouteFacts& route)
{
    if (route.killed) {
        return RouteCellDelegate::tr("rolled back\n%1").arg(clock(route.killed->at));
    }
    if (!route.hasCandidate()) {
        return route.shadowPercent > 0
                   ? RouteCellDelegate::tr("shadow %1").arg(format::percent(route.shadowPercent))
                   : RouteCellDelegate::tr("no rollout");
    }
    if (route.percent <= 0) {
        return RouteCellDelegate::tr("candidate waits");
    }
    return RouteCellDelegate::tr("%1\nby hand").arg(format::percent(route.percent));
}

QString nextText(const RouteFacts& route)
{
    if (route.killed) {
        return RouteCellDelegate::tr("acknowledge");
    }
    if (!route.hasCandidate()) {
        return format::dash();
    }
    return route.percent >= 100 ? RouteCellDelegate::tr("promote")
                                : RouteCellDelegate::tr("no plan");
}

const ArmNumbers* leading(const std::vector<ArmNumbers>& arms)
{
    const ArmNumbers* candidate = findArm(arms, QStringLiteral("candidate"));
    return candidate != nullptr && candidate->requests > 0
               ? candidate
               : findArm(arms, QStringLiteral("stable"));
}

} // namespace overview

RouteCellDelegate::RouteCellDelegate(const Theme& theme, const JsonTableModel& rows,
                                     QObject* parent)
    : CellDelegate(theme, parent)
    , m_rows(rows)
{
}

const Json* RouteCellDelegate::rowOf(const QModelIndex& index) const
{
    const int row = m_rows.find(index.data(JsonTableModel::KeyRole).toString());
    return row < 0 ? nullptr : &m_rows.row(row);
}

QSize RouteCellDelegate::sizeHint(const QStyleOptionViewItem& option,
                                  const QModelIndex& index) const
{
    QSize size = CellDelegate::sizeHint(option, index);
    size.setHeight(theme().grid(14));
    return size;
}

void RouteCellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const
{
    const Json* row = rowOf(index);
    if (row == nullptr) {
        return;
    }
    painter->save();
    const QRectF rect = paintGround(*painter, option, index);
    const RouteFacts route = routeFacts(*row);
    const Json& summary = read::child(*row, "summary");
    const std::vector<ArmNumbers> arms = armNumbers(summary);
    switch (static_cast<RouteColumn>(index.column())) {
    case RouteColumn::Route: {
        const auto rate = read::number(summary, "requests_per_minute");
        paintTwoLines(*painter, rect, route.name, rate ? format::perMinute(*rate) : format::dash());
        break;
    }
    case RouteColumn::Units:
        paintUnits(*painter, rect, route);
        break;
    case RouteColumn::Traffic:
        paintTraffic(*painter, rect, route);
        break;
    case RouteColumn::Latency:
    case RouteColumn::Cost:
        paintSpark(*painter, rect, arms, index.column() == static_cast<int>(RouteColumn::Cost));
        break;
    case RouteColumn::Evidence:
        paintEvidence(*painter, rect, route, arms);
        break;
    case RouteColumn::Stage:
    case RouteColumn::Next:
        painter->setFont(theme().font(TextStyle::Body));
        painter->setPen(theme().color(Role::Text));
        painter->drawText(rect, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap,
                          fitted(QFontMetricsF(painter->font()),
                                 index.column() == static_cast<int>(RouteColumn::Stage)
                                     ? overview::stageText(route)
                                     : overview::nextText(route),
                                 rect.width()));
        break;
    }
    painter->restore();
}

void RouteCellDelegate::paintTwoLines(QPainter& painter, const QRectF& rect, const QString& first,
                                      const QString& second) const
{
    const QFontMetricsF strong(theme().font(TextStyle::Strong));
    const double line = strong.height() * 1.15;
    const double top = rect.center().y() - line;
    painter.setFont(theme().font(TextStyle::Strong));
    painter.setPen(theme().color(Role::Text));
    painter.drawText(QRectF(rect.left(), top, rect.width(), line), Qt::AlignLeft | Qt::AlignVCenter,
                     strong.elidedText(first, Qt::ElideMiddle, rect.width()));
    painter.setFont(theme().font(TextStyle::Body));
    painter.setPen(theme().color(Role::Secondary));
    tabular::draw(painter, QRectF(rect.left(), top + line, rect.width(), line),
                  Qt::AlignLeft | Qt::AlignVCenter, second);
}

void RouteCellDelegate::paintUnits(QPainter& painter, const QRectF& rect,
                                   const RouteFacts& route) const
{
    const auto chipAt = [&](double centre, ChipKind kind, const UnitName& unit) {
        const QSizeF size = chip::size(theme(), kind, unit.name());
        chip::paint(painter,
                    QRectF(rect.left(), centre - size.height() / 2,
                           std::min(size.width(), rect.width()), size.height()),
                    theme(), kind, unit.name());
    };
    const double half =
        route.hasCandidate()
            ? chip::size(theme(), ChipKind::Stable, route.stable.name()).height() / 2 + 1
            : 0;
    chipAt(rect.center().y() - half, ChipKind::Stable, route.stable);
    if (route.hasCandidate()) {
        chipAt(rect.center().y() + half, ChipKind::Candidate, route.candidate);
    }
}

void RouteCellDelegate::paintTraffic(QPainter& painter, const QRectF& rect,
                                     const RouteFacts& route) const
{
    const QFontMetricsF metrics(theme().font(TextStyle::Body));
    const double bar = theme().grid(2);
    const double line = metrics.height() * 1.15;
    const double top = rect.center().y() - (bar + theme().grid(1) + line) / 2;
    const double percent = route.hasCandidate() && !route.killed ? route.percent : 0;
    splitbar::paint(painter, QRectF(rect.left(), top, rect.width(), bar), theme(),
                    ArmShares::at(percent));
    painter.setFont(theme().font(TextStyle::Body));
    painter.setPen(theme().color(Role::Secondary));
    QString text = tr("%1 candidate").arg(format::percent(percent));
    if (tabular::width(metrics, text) > rect.width()) {
        text = format::percent(percent); // the bar above says of what
    }
    tabular::draw(painter, QRectF(rect.left(), top + bar + theme().grid(1), rect.width(), line),
                  Qt::AlignLeft | Qt::AlignVCenter, text);
}

void RouteCellDelegate::paintSpark(QPainter& painter, const QRectF& rect,
                                   const std::vector<ArmNumbers>& arms, bool cost) const
{
    const ArmNumbers* lead = overview::leading(arms);
    const QString value = lead == nullptr ? format::dash()
                          : cost          ? lead->costText()
                                          : format::milliseconds(lead->p95);
    painter.setFont(theme().font(TextStyle::Body));
    const double wide = tabular::width(QFontMetricsF(painter.font()), QStringLiteral("$00.00 m"));
    QList<SparkSeries> series;
    for (const ArmNumbers& arm : arms) {
        const bool candidate = arm.arm == QLatin1String("candidate");
        const bool shown =
            candidate || arm.arm == (lead != nullptr && lead->arm == QLatin1String("candidate")
                                         ? QLatin1String("control")
                                         : QLatin1String("stable"));
        if (shown) {
            const Role role = candidate                            ? Role::Candidate
                              : arm.arm == QLatin1String("stable") ? Role::Stable
                                                                   : Role::Control;
            series.append({role, optionals(cost ? arm.sparkCost : arm.sparkP95)});
        }
    }
    const double height = theme().grid(7);
    const QRectF line(rect.left(), rect.center().y() - height / 2,
                      rect.width() - wide - theme().grid(2), height);
    if (line.width() >= theme().grid(5)) { // below that it is a blot
        sparkline::paint(painter, line, theme(), series);
    }
    painter.setPen(theme().color(Role::Text));
    tabular::draw(painter, QRectF(rect.right() - wide, rect.top(), wide, rect.height()),
                  Qt::AlignRight | Qt::AlignVCenter, value);
}

void RouteCellDelegate::paintEvidence(QPainter& painter, const QRectF& rect,
                                      const RouteFacts& route,
                                      const std::vector<ArmNumbers>& arms) const
{
    ChipKind kind = ChipKind::Plain;
    QString text;
    const PlainVerdict verdict = plainVerdict(arms);
    if (route.killed) {
        kind = ChipKind::Harm;
        text = tr("rolled back");
    } else if (verdict.kind == PlainVerdict::Kind::TooFew) {
        kind = ChipKind::Unknown;
        text = verdict.text;
    } else if (verdict.kind == PlainVerdict::Kind::Numbers && route.hasCandidate()) {
        text = verdict.text;
    }
    if (text.isEmpty()) {
        painter.setFont(theme().font(TextStyle::Body));
        painter.setPen(theme().color(Role::Secondary));
        painter.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter, format::dash());
        return;
    }
    const QSizeF size = chip::size(theme(), kind, text);
    chip::paint(painter,
                QRectF(rect.left(), rect.center().y() - size.height() / 2,
                       std::min(size.width(), rect.width()), size.height()),
                theme(), kind, text);
}

bool RouteCellDelegate::helpEvent(QHelpEvent* event, QAbstractItemView* view,
                                  const QStyleOptionViewItem& option, const QModelIndex& index)
{
    const Json* row = index.isValid() ? rowOf(index) : nullptr;
    if (event->type() != QEvent::ToolTip || row == nullptr) {
        return CellDelegate::helpEvent(event, view, option, index);
    }
    QString text = index.data().toString();
    if (index.column() == static_cast<int>(RouteColumn::Evidence)) {
        const RouteFacts route = routeFacts(*row);
        const PlainVerdict verdict = plainVerdict(armNumbers(read::child(*row, "summary")));
        text = route.killed ? route.killed->reason : verdict.toolTip;
    } else if (index.column() == static_cast<int>(RouteColumn::Next)) {
        text =
            tr("No rollout plan runs on this route: the percentage stays until somebody moves it.");
    }
    QToolTip::showText(event->globalPos(), text, view);
    return true;
}

} // namespace sluice::ui
