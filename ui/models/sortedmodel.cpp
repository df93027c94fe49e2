// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/sortedmodel.h"

#include "ui/models/jsontablemodel.h"

#include <QRegularExpression>

namespace sluice::ui {

SortedModel::SortedModel(QAbstractItemModel& source, QObject* parent)
    : QSortFilterProxyModel(parent)
{
    setDynamicSortFilter(true);
    setSortRole(JsonTableModel::SortRole);
    setSortCaseSensitivity(Qt::CaseInsensitive);
    setSortLocaleAware(true);
    setSourceModel(&source);
}

void SortedModel::setWords(const QString& text)
{
    m_words = text.split(QRegularExpression(QStringLiteral("\\s+")), Qt::SkipEmptyParts);
    invalidateFilter();
}

bool SortedModel::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    if (QSortFilterProxyModel::lessThan(left, right)) {
        return true;
    }
    if (QSortFilterProxyModel::lessThan(right, left)) {
        return false;
    }
    const bool before = left.data(JsonTableModel::KeyRole).toString() <
                        right.data(JsonTableModel::KeyRole).toString();
    return sortOrder() == Qt::AscendingOrder ? before : !before;
}

bool SortedModel::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    return std::all_of(m_words.begin(), m_words.end(), [&](const QString& word) {
        for (int column = 0; column < sourceModel()->columnCount(parent); ++column) {
            const QModelIndex cell = sourceModel()->index(row, column, parent);
            if (cell.data(Qt::DisplayRole).toString().contains(word, Qt::CaseInsensitive)) {
                return true;
            }
        }
        return false;
    });
}

} // namespace sluice::ui
