// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/route/armstable.h"

#include "ui/models/format.h"
#include "ui/models/jsontablemodel.h"
#include "ui/pages/common/armnumbers.h"
#include "ui/pages/common/columnweights.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/tableview.h"

#include <QCoreApplication>
#include <QHeaderView>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace sluice::ui {

namespace {

/// The first column as the arm's chip, the rest as usual.
class ArmDelegate final : public CellDelegate
{
public:
    using CellDelegate::CellDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        if (index.column() != 0) {
            CellDelegate::paint(painter, option, index);
            return;
        }
        painter->save();
        const QRectF rect = paintGround(*painter, option, index);
        const QString arm = index.data(JsonTableModel::KeyRole).toString();
        const ChipKind kind = arm == QLatin1String("candidate") ? ChipKind::Candidate
                              : arm == QLatin1String("stable")  ? ChipKind::Stable
                                                                : ChipKind::Control;
        const QString text = index.data().toString();
        const QSizeF size = chip::size(theme(), kind, text);
        chip::paint(*painter,
                    QRectF(rect.left(), rect.center().y() - size.height() / 2,
                           std::min(size.width(), rect.width()), size.height()),
                    theme(), kind, text);
        painter->restore();
    }
};

QString shareText(const ArmNumbers& arm, double part)
{
    const auto share = arm.share(part);
    return share ? QString(format::count(*share, 1) + QStringLiteral("\u00a0%")) : format::dash();
}

JsonColumn numbers(const char* id, const QString& title,
                   std::function<QString(const ArmNumbers&)> text, const QString& toolTip = {})
{
    return {QString::fromLatin1(id),
            title,
            [text = std::move(text)](const Json& row) { return text(armNumbersOf(row)); },
            {},
            true,
            toolTip};
}

std::vector<JsonColumn> columns()
{
    const auto tr = [](const char* text) {
        return QCoreApplication::translate("sluice::ui", text);
    };
    std::vector<JsonColumn> all;
    all.push_back({QStringLiteral("arm"),
                   tr("Arm"),
                   [](const Json& row) { return read::text(row, "arm"); },
                   {},
                   false,
                   {}});
    all.push_back({QStringLiteral("unit"),
                   tr("Unit"),
                   [](const Json& row) { return armNumbersOf(row).unitName; },
                   {},
                   false,
                   {}});
    all.push_back(numbers(
        "requests", tr("Requests"),
        [](const ArmNumbers& a) {
            const bool few = a.requests > 0 && a.requests < kEnoughRequests;
            return few ? ArmsTable::tr("%1, few").arg(format::count(a.requests))
                       : format::count(a.requests);
        },
        tr("few: below %1 requests chance decides the shares and quantiles")
            .arg(format::count(kEnoughRequests))));
    all.push_back(numbers("errors", tr("Errors"),
                          [](const ArmNumbers& a) { return shareText(a, a.errors); }));
    all.push_back(numbers(
        "client_errors", tr("4xx"),
        [](const ArmNumbers& a) { return shareText(a, a.clientErrors); },
        tr("Refused as requests, by Sluice or by every provider that was asked. What only the "
           "candidate refuses falls back.")));
    all.push_back(numbers(
        "fallbacks", tr("Fallbacks"), [](const ArmNumbers& a) { return shareText(a, a.fallbacks); },
        tr("Requests that another unit answered, counted against the arm they were assigned to")));
    all.push_back(numbers("refusals", tr("Refusals"),
                          [](const ArmNumbers& a) { return shareText(a, a.refusals); }));
    all.push_back(
        numbers("p50", tr("p50"), [](const ArmNumbers& a) { return format::milliseconds(a.p50); }));
    all.push_back(
        numbers("p95", tr("p95"), [](const ArmNumbers& a) { return format::milliseconds(a.p95); }));
    all.push_back(
        numbers("p99", tr("p99"), [](const ArmNumbers& a) { return format::milliseconds(a.p99); }));
    all.push_back(numbers(
        "ttft", tr("First token"),
        [](const ArmNumbers& a) { return format::milliseconds(a.ttftP50); },
        tr("Median time to the first token of streamed requests")));
    all.push_back(numbers(
        "cost", tr("Cost a query"),
        [](const ArmNumbers& a) {
            return !a.costMicros && a.costs.empty() && a.unpriced > 0 ? ArmsTable::tr("unpriced")
                                                                      : a.costText();
        },
        tr("Of the requests that have a price; m is a thousandth")));
    all.push_back(numbers(
        "tokens", tr("Tokens"),
        [](const ArmNumbers& a) { return a.tokens ? format::count(*a.tokens) : format::dash(); },
        tr("Input and output tokens a query")));
    return all;
}

} // namespace

ArmsTable::ArmsTable(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_panel(new Panel(theme, tr("Arms")))
    , m_model(new JsonTableModel("arm", columns(), this))
    , m_table(new TableView(theme))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_panel);
    m_panel->setFlush();
    m_panel->body()->addWidget(m_table);
    m_table->setObjectName(QStringLiteral("route.arms"));
    m_table->setAccessibleName(tr("Numbers of the arms"));
    m_table->setModel(m_model);
    m_table->setItemDelegate(new ArmDelegate(theme, m_table));
    m_table->setSortingEnabled(false);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    new ColumnWeights(*m_table, {98, 106, 84, 68, 62, 86, 82, 86, 86, 88, 94, 102, 74});
}

void ArmsTable::show(const Json& summaryRoute, const QString& window)
{
    Json rows = Json::array();
    const Json& arms = read::child(summaryRoute, "arms");
    for (const ArmNumbers& arm : armNumbers(summaryRoute)) {
        for (const Json& row : arms) {
            if (read::text(row, "arm") == arm.arm) {
                rows.push_back(row);
                break;
            }
        }
    }
    m_model->setRows(rows);
    m_panel->setSubtitle(rows.empty() ? tr("%1: no requests").arg(window)
                                      : tr("%1, plain numbers without a test").arg(window));
    const int lines = std::max(1, m_model->rowCount());
    m_table->setFixedHeight(m_table->horizontalHeader()->sizeHint().height() +
                            lines * m_table->verticalHeader()->defaultSectionSize());
}

} // namespace sluice::ui
