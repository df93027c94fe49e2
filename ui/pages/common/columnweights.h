// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <vector>

namespace sluice::ui {

class TableView;

/// Shares a table's width among its columns by weight, until a person has dragged one of them.
class ColumnWeights final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ColumnWeights)

public:
    /// Child of `table`; one weight a column, in logical order.
    ColumnWeights(TableView& table, std::vector<int> weights);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void share();

    TableView& m_table;
    std::vector<int> m_weights;
};

} // namespace sluice::ui
