// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/commandpalette.h"

#include "ui/shell/fuzzymatch.h"
#include "ui/theme/variant.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QSettings>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace sluice::ui {

namespace {

constexpr int kShown = 60;
constexpr int kRemembered = 12;
enum EntryRole
{
    IndexRole = Qt::UserRole + 1,
    GroupRole,
    KeysRole,
    BlockedRole,
    MatchRole
};

/// Group, text with the matched letters strong, and the shortcut at the right.
class EntryDelegate final : public QStyledItemDelegate
{
public:
    EntryDelegate(const Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent)
        , m_theme(theme)
    {
    }

    QSize sizeHint(const QStyleOptionViewItem& /*option*/,
                   const QModelIndex& /*index*/) const override
    {
        return {m_theme.grid(40), m_theme.grid(8)};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (option.state.testFlag(QStyle::State_Selected)) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(m_theme.color(Role::Selection));
            painter->drawRoundedRect(option.rect.adjusted(m_theme.grid(1), 0, -m_theme.grid(1), 0),
                                     m_theme.grid(1), m_theme.grid(1));
        }
        QRect inside = option.rect.adjusted(m_theme.grid(3), 0, -m_theme.grid(3), 0);
        const int side = m_theme.grid(4);
        index.data(Qt::DecorationRole)
            .value<QIcon>()
            .paint(painter, QRect(inside.left(), inside.center().y() - side / 2, side, side));
        inside.setLeft(inside.left() + side + m_theme.grid(3));
        const bool blocked = !index.data(BlockedRole).toString().isEmpty();
        const QString keys =
            blocked ? index.data(BlockedRole).toString() : index.data(KeysRole).toString();
        painter->setFont(m_theme.font(blocked ? TextStyle::Secondary : TextStyle::Mono));
        painter->setPen(m_theme.color(Role::Tertiary));
        painter->drawText(inside, Qt::AlignRight | Qt::AlignVCenter, keys);
        painter->setFont(m_theme.font(TextStyle::Body));
        const QString group = index.data(GroupRole).toString() + QStringLiteral(":  ");
        painter->drawText(inside, Qt::AlignLeft | Qt::AlignVCenter, group);
        inside.setLeft(inside.left() + painter->fontMetrics().horizontalAdvance(group));
        paintMatched(*painter, inside, index, blocked);
        painter->restore();
    }

private:
    void paintMatched(QPainter& painter, QRect inside, const QModelIndex& index, bool blocked) const
    {
        const QString text = index.data(Qt::DisplayRole).toString();
        const QVariantList matched = index.data(MatchRole).toList();
        painter.setPen(m_theme.color(blocked ? Role::Tertiary : Role::Text));
        qsizetype at = 0;
        while (at < text.size()) {
            const bool strong = matched.contains(QVariant(static_cast<qlonglong>(at)));
            qsizetype end = at + 1;
            while (end < text.size() &&
                   matched.contains(QVariant(static_cast<qlonglong>(end))) == strong) {
                ++end;
            }
            painter.setFont(m_theme.font(strong ? TextStyle::Strong : TextStyle::Body));
            const QString part = text.mid(at, end - at);
            painter.drawText(inside, Qt::AlignLeft | Qt::AlignVCenter, part);
            inside.setLeft(inside.left() + painter.fontMetrics().horizontalAdvance(part));
            at = end;
        }
    }

    const Theme& m_theme;
};

} // namespace

CommandPalette::CommandPalette(const Theme& theme, QSettings& settings, QWidget* over)
    : QFrame(over)
    , m_theme(theme)
    , m_settings(settings)
    , m_field(new QLineEdit(this))
    , m_list(new QListWidget(this))
    , m_recent(settings.value(QStringLiteral("palette/recent")).toStringList())
{
    setObjectName(QStringLiteral("commandPalette"));
    setVariant(*this, "surface", "sheet");
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(theme.grid(2), theme.grid(2), theme.grid(2), theme.grid(2));
    column->setSpacing(theme.grid(2));
    m_field->setObjectName(QStringLiteral("paletteField"));
    m_field->setPlaceholderText(tr("Go to or do anything"));
    m_field->setAccessibleName(tr("Command"));
    m_field->installEventFilter(this);
    m_list->setObjectName(QStringLiteral("paletteList"));
    m_list->setAccessibleName(tr("Commands found"));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setItemDelegate(new EntryDelegate(theme, m_list));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column->addWidget(m_field);
    column->addWidget(m_list);
    hide();
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::search);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::choose);
}

void CommandPalette::open(std::vector<PaletteEntry> entries, int left, int wide)
{
    m_entries = std::move(entries);
    if (!isVisible()) {
        m_before = QApplication::focusWidget();
    }
    const int height = std::min(m_theme.grid(104), parentWidget()->height() - m_theme.grid(6));
    setGeometry(left, m_theme.grid(1), wide, height);
    m_field->clear();
    search({});
    show();
    raise();
    m_field->setFocus(Qt::PopupFocusReason);
}

void CommandPalette::dismiss()
{
    hide();
    if (!m_before.isNull()) {
        m_before->setFocus(Qt::PopupFocusReason);
    }
}

int CommandPalette::recency(const QString& id) const
{
    const auto at = m_recent.indexOf(id);
    return at < 0 ? 0 : static_cast<int>(kRemembered - at);
}

void CommandPalette::search(const QString& typed)
{
    struct Hit
    {
        int score;
        int index;
        FuzzyMatch match;
    };
    std::vector<Hit> hits;
    for (int i = 0; i < static_cast<int>(m_entries.size()); ++i) {
        const PaletteEntry& entry = m_entries[static_cast<std::size_t>(i)];
        auto match = fuzzyMatch(typed, entry.text);
        if (!match) { // "route sup" finds Route: support-assistant too
            const auto wide = fuzzyMatch(typed, entry.group + QLatin1Char(' ') + entry.text);
            if (!wide) {
                continue;
            }
            match = FuzzyMatch{wide->score - 2, {}};
        }
        hits.push_back({match->score * 4 + recency(entry.id), i, *match});
    }
    std::stable_sort(hits.begin(), hits.end(),
                     [](const Hit& a, const Hit& b) { return a.score > b.score; });
    hits.resize(std::min<std::size_t>(hits.size(), kShown));
    m_list->clear();
    for (const Hit& hit : hits) {
        const PaletteEntry& entry = m_entries[static_cast<std::size_t>(hit.index)];
        auto* item = new QListWidgetItem(entry.icon, entry.text, m_list);
        item->setData(IndexRole, hit.index);
        item->setData(GroupRole, entry.group);
        item->setData(KeysRole, entry.shortcut);
        item->setData(BlockedRole, entry.blocked);
        item->setData(Qt::AccessibleTextRole,
                      QString(entry.group + QStringLiteral(": ") + entry.text));
        QVariantList positions;
        for (const qsizetype position : hit.match.positions) {
            positions.append(static_cast<qlonglong>(position));
        }
        item->setData(MatchRole, positions);
    }
    m_list->setCurrentRow(0);
}

void CommandPalette::choose()
{
    const QListWidgetItem* item = m_list->currentItem();
    if (item == nullptr || !item->data(BlockedRole).toString().isEmpty()) {
        return;
    }
    const PaletteEntry entry = m_entries[static_cast<std::size_t>(item->data(IndexRole).toInt())];
    remember(entry.id);
    dismiss();
    entry.run();
}

void CommandPalette::remember(const QString& id)
{
    m_recent.removeAll(id);
    m_recent.prepend(id);
    m_recent = m_recent.mid(0, kRemembered);
    m_settings.setValue(QStringLiteral("palette/recent"), m_recent);
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_field) {
        return QFrame::eventFilter(watched, event);
    }
    if (event->type() == QEvent::FocusOut && isVisible() &&
        !isAncestorOf(QApplication::focusWidget())) {
        hide();
    }
    if (event->type() != QEvent::KeyPress) {
        return false;
    }
    const auto* key = static_cast<QKeyEvent*>(event);
    switch (key->key()) {
    case Qt::Key_Escape:
        dismiss();
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        choose();
        return true;
    case Qt::Key_Down:
    case Qt::Key_Up: {
        const int rows = m_list->count();
        if (rows > 0) {
            const int step = key->key() == Qt::Key_Down ? 1 : rows - 1;
            m_list->setCurrentRow((m_list->currentRow() + step) % rows);
        }
        return true;
    }
    default:
        return false;
    }
}

} // namespace sluice::ui
