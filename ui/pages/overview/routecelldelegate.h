// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/common/armnumbers.h"
#include "ui/pages/common/routefacts.h"
#include "ui/widgets/tableview.h"

namespace sluice::ui {

class JsonTableModel;

/// Columns of the overview, in order.
enum class RouteColumn
{
    Route,
    Units,
    Traffic,
    Stage,
    Latency,
    Cost,
    Evidence,
    Next
};

/// A row of the overview: routes.list's route with its telemetry.summary under "summary".
namespace overview {
QString stageText(const RouteFacts& route);
QString nextText(const RouteFacts& route);
/// The candidate's value if there is one, else the stable arm's.
const ArmNumbers* leading(const std::vector<ArmNumbers>& arms);
} // namespace overview

/// Draws the overview's cells: two lines of text, chips, split bar, paired sparklines. Rows are
/// read through the proxy from the JsonTableModel below it.
class RouteCellDelegate final : public CellDelegate
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RouteCellDelegate)

public:
    RouteCellDelegate(const Theme& theme, const JsonTableModel& rows, QObject* parent);

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    bool helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
                   const QModelIndex& index) override;

private:
    [[nodiscard]] const Json* rowOf(const QModelIndex& index) const;
    void paintTwoLines(QPainter& painter, const QRectF& rect, const QString& first,
                       const QString& second) const;
    void paintUnits(QPainter& painter, const QRectF& rect, const RouteFacts& route) const;
    void paintTraffic(QPainter& painter, const QRectF& rect, const RouteFacts& route) const;
    void paintSpark(QPainter& painter, const QRectF& rect, const std::vector<ArmNumbers>& arms,
                    bool cost) const;
    void paintEvidence(QPainter& painter, const QRectF& rect, const RouteFacts& route,
                       const std::vector<ArmNumbers>& arms) const;

    const JsonTableModel& m_rows;
};

} // namespace sluice::ui
