// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/tableview.h"

#include "ui/widgets/tabularnumbers.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>

#include <set>

namespace sluice::ui {

CellDelegate::CellDelegate(const Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_theme(theme)
{
}

QRectF CellDelegate::paintGround(QPainter& painter, const QStyleOptionViewItem& option,
                                 const QModelIndex& /*index*/) const
{
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    if (selected) {
        painter.fillRect(option.rect, m_theme.color(Role::Selection));
    } else if (option.state.testFlag(QStyle::State_MouseOver)) {
        painter.fillRect(option.rect, m_theme.color(Role::Window));
    }
    painter.fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                     m_theme.color(Role::Line));
    return QRectF(option.rect).adjusted(m_theme.grid(3), 0, -m_theme.grid(3), -1);
}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const
{
    painter->save();
    const QRectF content = paintGround(*painter, option, index);
    const QVariant font = index.data(Qt::FontRole);
    painter->setFont(font.isValid() ? font.value<QFont>() : m_theme.font(TextStyle::Body));
    const QVariant ink = index.data(Qt::ForegroundRole);
    painter->setPen(ink.isValid() ? ink.value<QColor>() : m_theme.color(Role::Text));
    const QVariant alignment = index.data(Qt::TextAlignmentRole);
    tabular::draw(*painter, content,
                  alignment.isValid() ? Qt::Alignment(alignment.toInt())
                                      : Qt::AlignLeft | Qt::AlignVCenter,
                  index.data(Qt::DisplayRole).toString());
    painter->restore();
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem& /*option*/, const QModelIndex& index) const
{
    const QFontMetricsF metrics(m_theme.font(TextStyle::Body));
    const double width = tabular::width(metrics, index.data(Qt::DisplayRole).toString());
    return {static_cast<int>(width) + m_theme.grid(6) + 2, m_theme.grid(9)};
}

TableView::TableView(const Theme& theme, QWidget* parent)
    : QTableView(parent)
{
    setItemDelegate(new CellDelegate(theme, this));
    setShowGrid(false);
    setWordWrap(false);
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setSortingEnabled(true);
    setTabKeyNavigation(false); // Tab leaves the table: everything stays reachable by keyboard
    setHorizontalScrollMode(ScrollPerPixel);
    setVerticalScrollMode(ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(theme.grid(9));
    verticalHeader()->setMinimumSectionSize(theme.grid(6));
    QHeaderView* header = horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionsMovable(true);
    header->setStretchLastSection(true);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setMinimumSectionSize(theme.grid(10));
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QHeaderView::customContextMenuRequested, this,
            [this, header](const QPoint& at) {
                QMenu* menu = makeColumnMenu(this);
                menu->setAttribute(Qt::WA_DeleteOnClose);
                menu->popup(header->mapToGlobal(at));
            });
    connect(this, &QTableView::doubleClicked, this, &TableView::opened);
}

QString TableView::selectionText() const
{
    if (model() == nullptr || selectionModel() == nullptr) {
        return {};
    }
    const QHeaderView* header = horizontalHeader();
    QList<int> columns;
    for (int visual = 0; visual < header->count(); ++visual) {
        if (const int logical = header->logicalIndex(visual); !isColumnHidden(logical)) {
            columns.append(logical);
        }
    }
    const auto clean = [](QString text) {
        return text.replace(QChar(0xa0), QLatin1Char(' ')).simplified();
    };
    QStringList titles;
    for (const int column : columns) {
        titles.append(clean(model()->headerData(column, Qt::Horizontal).toString()));
    }
    QString out = titles.join(QLatin1Char('\t')) + QLatin1Char('\n');
    std::set<int> rows;
    for (const QModelIndex& index : selectionModel()->selectedRows()) {
        rows.insert(index.row());
    }
    for (const int row : rows) {
        QStringList cells;
        for (const int column : columns) {
            cells.append(clean(model()->index(row, column).data().toString()));
        }
        out += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    }
    return out;
}

void TableView::copySelection() const
{
    QGuiApplication::clipboard()->setText(selectionText());
}

QMenu* TableView::makeColumnMenu(QWidget* parent)
{
    auto* menu = new QMenu(parent);
    for (int column = 0; model() != nullptr && column < model()->columnCount(); ++column) {
        QAction* action = menu->addAction(model()->headerData(column, Qt::Horizontal).toString());
        action->setCheckable(true);
        action->setChecked(!isColumnHidden(column));
        action->setEnabled(column > 0); // the first column says which row it is
        connect(action, &QAction::toggled, this,
                [this, column](bool shown) { setColumnHidden(column, !shown); });
    }
    return menu;
}

QByteArray TableView::saveColumns() const
{
    return horizontalHeader()->saveState();
}

void TableView::restoreColumns(const QByteArray& state)
{
    if (!state.isEmpty()) {
        horizontalHeader()->restoreState(state);
    }
}

void TableView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy)) {
        copySelection();
        event->accept();
    } else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) &&
               currentIndex().isValid()) {
        Q_EMIT opened(currentIndex());
        event->accept();
    } else {
        QTableView::keyPressEvent(event);
    }
}

} // namespace sluice::ui
