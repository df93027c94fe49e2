// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QStyledItemDelegate>
#include <QTableView>

class QMenu;

namespace sluice::ui {

/// Cells with tabular digits and the theme's padding. Delegates of pages derive from it for cells
/// that draw more.
class CellDelegate : public QStyledItemDelegate
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CellDelegate)

public:
    explicit CellDelegate(const Theme& theme, QObject* parent = nullptr);
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

protected:
    /// Background (selection, hover, the line below, focus); then paint into the returned content
    /// rectangle.
    QRectF paintGround(QPainter& painter, const QStyleOptionViewItem& option,
                       const QModelIndex& index) const;
    [[nodiscard]] const Theme& theme() const noexcept { return m_theme; }

private:
    const Theme& m_theme;
};

/// The console's table: rows selected whole, Ctrl+C copies them as tab separated text, the header's
/// context menu chooses columns; Enter and double click open a row.
class TableView final : public QTableView
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TableView)

public:
    explicit TableView(const Theme& theme, QWidget* parent = nullptr);

    /// What Ctrl+C puts on the clipboard: selected rows, shown columns.
    [[nodiscard]] QString selectionText() const;
    void copySelection() const;
    /// A menu with a checkable entry per column, for a tool button or the header's context menu.
    [[nodiscard]] QMenu* makeColumnMenu(QWidget* parent);
    /// Shown columns, widths and order, for settings.
    [[nodiscard]] QByteArray saveColumns() const;
    void restoreColumns(const QByteArray& state);

Q_SIGNALS:
    void opened(const QModelIndex& index);

protected:
    void keyPressEvent(QKeyEvent* event) override;
};

} // namespace sluice::ui
