// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/navigation.h"

#include "ui/theme/variant.h"

#include <QButtonGroup>
#include <QKeyEvent>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace sluice::ui {

Navigation::Navigation(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_column(new QVBoxLayout(this))
    , m_group(new QButtonGroup(this))
{
    setObjectName(QStringLiteral("navigation"));
    setAccessibleName(tr("Pages"));
    m_column->setContentsMargins(theme.grid(2), theme.grid(2) + 2, theme.grid(2), theme.grid(2));
    m_column->setSpacing(1);
    m_column->addStretch(1);
    m_group->setExclusive(true);
    setFixedWidth(theme.grid(46));
    connect(&theme, &Theme::changed, this, &Navigation::tint);
}

void Navigation::add(const Page& page)
{
    if (m_section && *m_section != page.section()) {
        auto* gap = new QWidget(this);
        gap->setFixedHeight(m_theme.grid(2));
        auto* rule = new QFrame(this);
        setVariant(*rule, "surface", "line");
        auto* below = new QWidget(this);
        below->setFixedHeight(m_theme.grid(2));
        for (QWidget* one : {gap, static_cast<QWidget*>(rule), below}) {
            m_column->insertWidget(m_column->count() - 1, one);
        }
    }
    m_section = page.section();
    auto* button = new QPushButton(page.title(), this);
    button->setObjectName(QStringLiteral("nav.") + page.id());
    button->setCheckable(true);
    setVariant(*button, "nav", "true");
    button->setIconSize({m_theme.grid(4) + 1, m_theme.grid(4) + 1});
    m_group->addButton(button);
    m_column->insertWidget(m_column->count() - 1, button);
    m_entries.append({page.id(), page.iconName(), button});
    connect(button, &QPushButton::clicked, this, [this, id = page.id()] { Q_EMIT chosen(id); });
    tint();
}

void Navigation::setCurrent(const QString& pageId)
{
    for (const Entry& entry : m_entries) {
        entry.button->setChecked(entry.id == pageId);
    }
    tint();
}

QStringList Navigation::pages() const
{
    QStringList ids;
    for (const Entry& entry : m_entries) {
        ids.append(entry.id);
    }
    return ids;
}

void Navigation::tint()
{
    for (const Entry& entry : m_entries) {
        entry.button->setIcon(
            m_theme.icon(entry.icon, entry.button->isChecked() ? Role::Text : Role::Secondary));
    }
}

void Navigation::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.color(Role::Panel));
    painter.fillRect(QRect(width() - 1, 0, 1, height()), m_theme.color(Role::Line));
}

void Navigation::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Down) {
        focusNextChild();
    } else if (event->key() == Qt::Key_Up) {
        focusPreviousChild();
    } else {
        QWidget::keyPressEvent(event);
    }
}

} // namespace sluice::ui
