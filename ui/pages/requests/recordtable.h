// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/jsontablemodel.h"
#include "ui/widgets/tableview.h"

namespace sluice::ui {

/// The table of requests: its columns, which of them are hidden at first, and their share of the
/// width.
std::vector<JsonColumn> recordColumns();
std::vector<int> hiddenRecordColumns();
std::vector<int> recordColumnWeights();

/// Paints the arm as a chip and a failed request's outcome in the colour of harm (with its words,
/// as ever).
class RecordDelegate final : public CellDelegate
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RecordDelegate)

public:
    RecordDelegate(const Theme& theme, const JsonTableModel& rows, QObject* parent);
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

private:
    const JsonTableModel& m_rows;
};

} // namespace sluice::ui
