// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSortFilterProxyModel>

namespace sluice::ui {

/// Sorts a JsonTableModel by its SortRole with the row's key as the tie break, so that equal rows
/// never swap places on a refresh; filters rows whose shown texts hold every word asked for. GUI
/// thread only.
class SortedModel final : public QSortFilterProxyModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SortedModel)

public:
    explicit SortedModel(QAbstractItemModel& source, QObject* parent = nullptr);

    /// Words separated by white space, case-insensitive; empty shows all.
    void setWords(const QString& text);

protected:
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    QStringList m_words;
};

} // namespace sluice::ui
