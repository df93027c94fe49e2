// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/common/columnweights.h"

#include "ui/widgets/tableview.h"

#include <QEvent>
#include <QHeaderView>

#include <algorithm>

namespace sluice::ui {

ColumnWeights::ColumnWeights(TableView& table, std::vector<int> weights)
    : QObject(&table)
    , m_table(table)
    , m_weights(std::move(weights))
{
    table.viewport()->installEventFilter(this);
}

bool ColumnWeights::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Resize && !m_table.widthsChosen()) {
        share();
    }
    return QObject::eventFilter(watched, event);
}

void ColumnWeights::share()
{
    int all = 0;
    const int columns =
        std::min(m_table.horizontalHeader()->count(), static_cast<int>(m_weights.size()));
    for (int column = 0; column < columns; ++column) {
        all += m_table.isColumnHidden(column) ? 0 : m_weights[static_cast<std::size_t>(column)];
    }
    for (int column = 0; column < columns && all > 0; ++column) {
        m_table.setColumnWidth(column, m_table.viewport()->width() *
                                           m_weights[static_cast<std::size_t>(column)] / all);
    }
}

} // namespace sluice::ui
