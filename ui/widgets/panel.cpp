// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/panel.h"

#include "ui/theme/variant.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace sluice::ui {

Panel::Panel(const Theme& theme, const QString& title, const QString& subtitle, QWidget* parent)
    : QFrame(parent)
    , m_header(new QWidget(this))
    , m_tools(new QHBoxLayout(m_header))
    , m_title(new QLabel(m_header))
    , m_subtitle(new QLabel(m_header))
    , m_rule(new QFrame(this))
    , m_body(new QVBoxLayout)
{
    setVariant(*this, "surface", "panel");
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(1, 1, 1, 1);
    whole->setSpacing(0);
    setVariant(*m_title, "type", "strong");
    setVariant(*m_subtitle, "tone", "secondary");
    m_subtitle->setTextFormat(Qt::PlainText);
    m_title->setTextFormat(Qt::PlainText);
    m_tools->setContentsMargins(theme.grid(3) + 2, theme.grid(1), theme.grid(3), theme.grid(1));
    m_tools->setSpacing(theme.grid(2));
    m_tools->addWidget(m_title);
    m_tools->addWidget(m_subtitle);
    m_tools->addStretch(1);
    m_header->setMinimumHeight(theme.grid(9));
    setVariant(*m_rule, "surface", "line");
    m_body->setContentsMargins(theme.grid(3) + 2, theme.grid(3), theme.grid(3) + 2, theme.grid(3));
    m_body->setSpacing(theme.grid(2));
    whole->addWidget(m_header);
    whole->addWidget(m_rule);
    whole->addLayout(m_body, 1);
    setTitle(title);
    setSubtitle(subtitle);
}

void Panel::setTitle(const QString& title)
{
    m_title->setText(title);
    m_header->setVisible(!title.isEmpty());
    m_rule->setVisible(!title.isEmpty());
    setAccessibleName(title);
}

void Panel::setSubtitle(const QString& subtitle)
{
    m_subtitle->setText(subtitle);
    m_subtitle->setVisible(!subtitle.isEmpty());
}

void Panel::addTool(QWidget* tool)
{
    m_tools->addWidget(tool);
}

void Panel::setFlush()
{
    m_body->setContentsMargins(0, 0, 0, 0);
}

} // namespace sluice::ui
