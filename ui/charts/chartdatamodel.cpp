// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/chartdatamodel.h"

#include "ui/charts/charttext.h"
#include "ui/models/format.h"

#include <QDateTime>

#include <cmath>
#include <limits>
#include <map>

namespace sluice::ui {

namespace {

/// Values of all lines by time; NaN where a line has none.
std::map<double, std::vector<double>> byTime(const std::vector<ChartLine>& lines)
{
    std::map<double, std::vector<double>> rows;
    for (std::size_t line = 0; line < lines.size(); ++line) {
        for (std::size_t i = 0; i < lines[line].t.size(); ++i) {
            auto& row = rows[lines[line].t[i]];
            row.resize(lines.size(), std::numeric_limits<double>::quiet_NaN());
            row[line] = lines[line].v[i];
        }
    }
    return rows;
}

QString quoted(QString text)
{
    return QLatin1Char('"') + text.replace(QLatin1Char('"'), QStringLiteral("\"\"")) +
           QLatin1Char('"');
}

} // namespace

ChartDataModel::ChartDataModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

void ChartDataModel::setData(const std::vector<ChartLine>& lines, const ChartUnit& unit)
{
    beginResetModel();
    m_unit = unit;
    m_names.clear();
    for (const ChartLine& line : lines) {
        m_names << line.name;
    }
    m_rows.clear();
    const auto rows = byTime(lines);
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        m_rows.push_back({row->first, row->second});
    }
    endResetModel();
}

int ChartDataModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ChartDataModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_names.size()) + 1;
}

QVariant ChartDataModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant(index.column() == 0 ? Qt::AlignLeft | Qt::AlignVCenter
                                            : Qt::AlignRight | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    if (index.column() == 0) {
        return charttext::moment(row.t);
    }
    const double value = row.values[static_cast<std::size_t>(index.column() - 1)];
    return std::isfinite(value) ? charttext::value(m_unit, value) : tr("no data");
}

QVariant ChartDataModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    return section == 0 ? tr("Time (%1)").arg(format::zoneShort()) : m_names.value(section - 1);
}

QString chartCsv(const std::vector<ChartLine>& lines, const ChartUnit& unit)
{
    QStringList header{QStringLiteral("time")};
    for (const ChartLine& line : lines) {
        header << quoted(unit.symbol.isEmpty()
                             ? line.name
                             : line.name + QStringLiteral(" (%1)").arg(unit.symbol));
    }
    QStringList out{header.join(QLatin1Char(','))};
    for (const auto& [t, values] : byTime(lines)) {
        const QDateTime at = QDateTime::fromMSecsSinceEpoch(std::llround(t * 1000), Qt::UTC);
        QStringList cells{at.toString(Qt::ISODate)};
        for (const double value : values) {
            cells << (std::isfinite(value) ? QString::number(value, 'g', 12) : QString());
        }
        out << cells.join(QLatin1Char(','));
    }
    return out.join(QStringLiteral("\r\n")) + QStringLiteral("\r\n");
}

} // namespace sluice::ui
