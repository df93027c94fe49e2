// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/searchfield.h"

#include <QAction>
#include <QKeyEvent>

namespace sluice::ui {

SearchField::SearchField(const Theme& theme, const QString& placeholder, QWidget* target,
                         QWidget* parent)
    : QLineEdit(parent)
    , m_theme(theme)
    , m_target(target)
    , m_glass(addAction(theme.icon(QStringLiteral("search"), Role::Tertiary),
                        QLineEdit::LeadingPosition))
{
    setPlaceholderText(placeholder);
    setAccessibleName(placeholder);
    setToolTip(tr("Press / to filter, Esc to clear"));
    setClearButtonEnabled(true);
    connect(&theme, &Theme::changed, this, &SearchField::tint);
    tint();
}

void SearchField::tint()
{
    m_glass->setIcon(m_theme.icon(QStringLiteral("search"), Role::Tertiary));
    const auto actions = findChildren<QAction*>(QStringLiteral("_q_qlineeditclearaction"));
    for (QAction* clear : actions) { // Qt's own glyph would not be of our set
        clear->setIcon(m_theme.icon(QStringLiteral("close"), Role::Tertiary));
    }
}

void SearchField::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        if (!text().isEmpty()) {
            clear();
        } else if (m_target != nullptr) {
            m_target->setFocus(Qt::ShortcutFocusReason);
        }
        event->accept();
        return;
    }
    if (event->key() == Qt::Key_Down && m_target != nullptr) {
        m_target->setFocus(Qt::TabFocusReason);
        event->accept();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

} // namespace sluice::ui
