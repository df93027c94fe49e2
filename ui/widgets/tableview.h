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
    /// Column ids in headers: under this role a model names its columns for saveColumns().
    static constexpr int kColumnIdRole = Qt::UserRole;
    /// What a person has chosen of order, hidden columns and (once dragged) widths, for settings:
    /// JSON by column id, so that columns may come and go between versions. Empty while all is as
    /// it comes.
    [[nodiscard]] QByteArray saveColumns() const;
    /// Takes what saveColumns() gave; what is not known there stays as it is. False, with nothing
    /// changed, if `state` is neither empty nor from saveColumns().
    bool restoreColumns(const QByteArray& state);
    /// A person has dragged a column's edge, here or before a restart: widths are theirs.
    [[nodiscard]] bool widthsChosen() const noexcept { return m_widthsChosen; }

Q_SIGNALS:
    void opened(const QModelIndex& index);

    /// Order, hidden columns or widths were changed by a person.
    void columnsChosen();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void buildHeader(const Theme& theme);
    [[nodiscard]] QString columnId(int logical) const;
    void noteChoice();

    bool m_pressed = false; ///< a mouse button is down on the header
    bool m_widthsChosen = false;
    bool m_columnsChosen = false;
};

} // namespace sluice::ui
