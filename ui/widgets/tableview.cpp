// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/tableview.h"

#include "ui/widgets/tabularnumbers.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
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
    buildHeader(theme);
    connect(this, &QTableView::doubleClicked, this, &TableView::opened);
}

void TableView::buildHeader(const Theme& theme)
{
    QHeaderView* header = horizontalHeader();
    header->setHighlightSections(false);
    header->setTextElideMode(Qt::ElideRight); // rather than cut through a letter
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
    // Only what a hand on the header does is a choice; windows and pages resize columns too.
    header->viewport()->installEventFilter(this);
    connect(header, &QHeaderView::sectionResized, this, [this] {
        if (m_pressed) {
            m_widthsChosen = true;
            noteChoice();
        }
    });
    connect(header, &QHeaderView::sectionMoved, this, [this] {
        if (m_pressed) {
            noteChoice();
        }
    });
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
                [this, column](bool shown) {
                    setColumnHidden(column, !shown);
                    noteChoice();
                });
        connect(menu, &QMenu::aboutToShow, action, [this, action, column] {
            const QSignalBlocker quiet(action);
            action->setChecked(!isColumnHidden(column));
        });
    }
    return menu;
}

QByteArray TableView::saveColumns() const
{
    if (!m_columnsChosen) {
        return {};
    }
    const QHeaderView* header = horizontalHeader();
    QJsonArray columns;
    for (int visual = 0; visual < header->count(); ++visual) {
        const int logical = header->logicalIndex(visual);
        QJsonObject column{{QStringLiteral("id"), columnId(logical)}};
        if (header->isSectionHidden(logical)) {
            column.insert(QStringLiteral("hidden"), true);
        } else if (m_widthsChosen) {
            column.insert(QStringLiteral("width"), header->sectionSize(logical));
        }
        columns.append(column);
    }
    return QJsonDocument(columns).toJson(QJsonDocument::Compact);
}

bool TableView::restoreColumns(const QByteArray& state)
{
    if (state.isEmpty()) {
        return true;
    }
    const QJsonDocument document = QJsonDocument::fromJson(state);
    if (!document.isArray()) {
        return false;
    }
    QHeaderView* header = horizontalHeader();
    int visual = 0;
    const QJsonArray columns = document.array();
    for (const auto& entry : columns) {
        const QJsonObject column = entry.toObject();
        const QString id = column.value(QLatin1String("id")).toString();
        int logical = 0;
        while (logical < header->count() && columnId(logical) != id) {
            ++logical;
        }
        if (logical == header->count()) {
            continue; // a column of another version
        }
        header->moveSection(header->visualIndex(logical), visual++);
        header->setSectionHidden(logical, logical > 0 && column.value(QLatin1String("hidden")).toBool());
        if (const int width = column.value(QLatin1String("width")).toInt(); width > 0) {
            header->resizeSection(logical, width);
            m_widthsChosen = true;
        }
    }
    m_columnsChosen = true;
    return true;
}

QString TableView::columnId(int logical) const
{
    return model() == nullptr
               ? QString()
               : model()->headerData(logical, Qt::Horizontal, kColumnIdRole).toString();
}

void TableView::noteChoice()
{
    m_columnsChosen = true;
    Q_EMIT columnsChosen();
}

bool TableView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == horizontalHeader()->viewport() &&
        (event->type() == QEvent::MouseButtonPress ||
         event->type() == QEvent::MouseButtonDblClick)) {
        m_pressed = true;
    } else if (watched == horizontalHeader()->viewport() &&
               event->type() == QEvent::MouseButtonRelease) {
        // The header itself acts on the release too: it moves a dropped column only then.
        QMetaObject::invokeMethod(this, [this] { m_pressed = false; }, Qt::QueuedConnection);
    }
    return QTableView::eventFilter(watched, event);
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
