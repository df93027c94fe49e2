// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/chartdata.h"

#include <QAbstractTableModel>

namespace sluice::ui {

/// A chart's numbers as a table: a row a bucket, newest first, a column a line. GUI thread only.
class ChartDataModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChartDataModel)

public:
    explicit ChartDataModel(QObject* parent = nullptr);

    void setData(const std::vector<ChartLine>& lines, const ChartUnit& unit);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    struct Row
    {
        double t;
        std::vector<double> values; ///< by line; NaN where there is no data
    };

    std::vector<Row> m_rows;
    QStringList m_names;
    ChartUnit m_unit;
};

/// RFC 4180 text: ISO 8601 UTC time, one column a line named with its unit; a bucket without data
/// stays empty.
QString chartCsv(const std::vector<ChartLine>& lines, const ChartUnit& unit);

} // namespace sluice::ui
