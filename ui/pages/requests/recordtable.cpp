// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/requests/recordtable.h"

#include "ui/models/format.h"
#include "ui/pages/requests/recordtext.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/tabularnumbers.h"

#include <QCoreApplication>
#include <QPainter>

namespace sluice::ui {

namespace {

enum Column
{
    Time,
    Route,
    Arm,
    Unit,
    Outcome,
    Total,
    First,
    Tokens,
    Cost,
    Fallback,
    By,
    Id
};

QString stage(const Json& row, const char* name)
{
    const auto value = read::number(read::child(row, "stages"), name);
    return value && *value > 0 ? format::micros(*value) : format::dash();
}

QVariant stageSort(const Json& row, const char* name)
{
    return QVariant(read::number(read::child(row, "stages"), name).value_or(0));
}

JsonColumn plain(const char* id, const QString& title, const char* member)
{
    return {QString::fromLatin1(id),
            title,
            [member](const Json& row) { return read::text(row, member); },
            {},
            false,
            {}};
}

} // namespace

std::vector<JsonColumn> recordColumns()
{
    const auto tr = [](const char* text) { 
        return QCoreApplication::translate("sluice::ui", text);
    };
    const auto micros = [](const Json& row) {
        return read::number(read::child(row, "cost"), "micros").value_or(-1);
    };
    return {
        {QStringLiteral("at"),
         tr("Time"),
         [](const Json& row) { return format::timeOfDay(read::integer(row, "at").value_or(0)); },
         [](const Json& row) {
             return QVariant(static_cast<qlonglong>(read::integer(row, "at").value_or(0)));
         },
         false,
         {},
         true},
        plain("route", tr("Route"), "route"),
        plain("arm", tr("Arm"), "arm"),
        {QStringLiteral("unit"),
         tr("Answered by"),
         [](const Json& row) {
             const QString unit = read::unitName(read::child(row, "served_unit"));
             return unit.isEmpty() ? format::dash() : unit;
         },
         {},
         false,
         {}},
        {QStringLiteral("outcome"), tr("Outcome"), recordtext::outcome, {}, false, {}},
        {QStringLiteral("total"),
         tr("Total"),
         [](const Json& row) { return stage(row, "total"); },
         [](const Json& row) { return stageSort(row, "total"); },
         true,
         {}},
        {QStringLiteral("ttft"),
         tr("First token"),
         [](const Json& row) { return stage(row, "ttft"); },
         [](const Json& row) { return stageSort(row, "ttft"); },
         true,
         {}},
        {QStringLiteral("tokens"), tr("Tokens"), recordtext::tokens,
         [](const Json& row) {
             return QVariant(read::number(read::child(row, "tokens"), "output").value_or(0));
         },
         true, tr("Input → output; ~ estimated")},
        {QStringLiteral("cost"), tr("Cost"), recordtext::cost,
         [micros](const Json& row) { return QVariant(micros(row)); }, true,
         tr("m is a thousandth; what has no price says so")},
        {QStringLiteral("fallback"), tr("Fallback"), recordtext::fallback, {}, false, {}},
        {QStringLiteral("by"), tr("Assigned"), recordtext::assignedBy, {}, false, {}},
        plain("id", tr("Id"), "id"),
    };
}

std::vector<int> hiddenRecordColumns()
{
    return {By, Id};
}

std::vector<int> recordColumnWeights()
{
    return {120, 155, 105, 115, 115, 95, 110, 115, 100, 90, 135, 190};
}

RecordDelegate::RecordDelegate(const Theme& theme, const JsonTableModel& rows, QObject* parent)
    : CellDelegate(theme, parent)
    , m_rows(rows)
{
}

void RecordDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const
{
    const int row = m_rows.find(index.data(JsonTableModel::KeyRole).toString());
    const QString text = index.data().toString();
    const bool harm = index.column() == Outcome && row >= 0 && recordtext::failed(m_rows.row(row));
    if (index.column() != Arm && !harm) {
        CellDelegate::paint(painter, option, index);
        return;
    }
    painter->save();
    const QRectF rect = paintGround(*painter, option, index);
    if (harm) {
        painter->setFont(theme().font(TextStyle::Body));
        painter->setPen(theme().color(Role::Harm));
        tabular::draw(*painter, rect, Qt::AlignLeft | Qt::AlignVCenter, text);
    } else {
        const ChipKind kind = text == QLatin1String("candidate") ? ChipKind::Candidate
                              : text == QLatin1String("stable")  ? ChipKind::Stable
                                                                 : ChipKind::Control;
        const QSizeF size = chip::size(theme(), kind, text);
        chip::paint(*painter,
                    QRectF(rect.left(), rect.center().y() - size.height() / 2,
                           std::min(size.width(), rect.width()), size.height()),
                    theme(), kind, text);
    }
    painter->restore();
}

} // namespace sluice::ui
