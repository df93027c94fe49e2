// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/keysheet.h"

#include "ui/theme/variant.h"

#include <QApplication>
#include <QFrame>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace sluice::ui {

namespace {

QWidget* makeGroup(const Theme& theme, const KeySheet::Group& group, QWidget* parent)
{
    auto* box = new QWidget(parent);
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(theme.grid(4));
    grid->setVerticalSpacing(theme.grid(2));
    auto* title = new QLabel(group.title, box);
    setVariant(*title, "type", "strong");
    grid->addWidget(title, 0, 0, 1, 2);
    int line = 1;
    for (const KeyHint& hint : group.keys) {
        auto* key = new QLabel(hint.keys, box);
        setVariant(*key, "key", "true");
        auto* what = new QLabel(hint.what, box);
        setVariant(*what, "tone", "secondary");
        grid->addWidget(key, line, 0, Qt::AlignLeft | Qt::AlignVCenter);
        grid->addWidget(what, line, 1);
        ++line;
    }
    grid->setRowStretch(line, 1);
    grid->setColumnStretch(1, 1);
    return box;
}

} // namespace

KeySheet::KeySheet(const Theme& theme, QWidget* over)
    : QWidget(over)
    , m_theme(theme)
{
    setObjectName(QStringLiteral("keySheet"));
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Keys"));
    hide();
    over->installEventFilter(this);
}

void KeySheet::open(const QList<Group>& groups)
{
    delete m_card;
    m_before = QApplication::focusWidget();
    auto* card = new QFrame(this);
    setVariant(*card, "surface", "panel");
    auto* columns = new QHBoxLayout(card);
    columns->setContentsMargins(m_theme.grid(6), m_theme.grid(5), m_theme.grid(6), m_theme.grid(5));
    columns->setSpacing(m_theme.grid(12));
    for (const Group& group : groups) {
        if (!group.keys.isEmpty()) {
            columns->addWidget(makeGroup(m_theme, group, card));
        }
    }
    m_card = card;
    setGeometry(parentWidget()->rect());
    card->adjustSize();
    card->move((width() - card->width()) / 2, (height() - card->height()) / 3);
    card->show();
    show();
    raise();
    setFocus(Qt::PopupFocusReason);
}

void KeySheet::dismiss()
{
    hide();
    if (m_before != nullptr) {
        m_before->setFocus(Qt::PopupFocusReason);
        m_before = nullptr;
    }
}

void KeySheet::paintEvent(QPaintEvent* /*event*/)
{
    QColor veil = m_theme.color(Role::Window);
    veil.setAlphaF(0.82F);
    QPainter(this).fillRect(rect(), veil);
}

void KeySheet::keyPressEvent(QKeyEvent* event)
{
    dismiss();
    event->accept();
}

void KeySheet::mousePressEvent(QMouseEvent* /*event*/)
{
    dismiss();
}

bool KeySheet::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible()) {
        setGeometry(parentWidget()->rect());
        m_card->move((width() - m_card->width()) / 2, (height() - m_card->height()) / 3);
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace sluice::ui
