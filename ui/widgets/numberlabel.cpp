// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/numberlabel.h"

#include "ui/widgets/tabularnumbers.h"

#include <QPainter>

#include <cmath>

namespace sluice::ui {

NumberLabel::NumberLabel(const Theme& theme, TextStyle style, Role role, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_style(style)
    , m_role(role)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void NumberLabel::setText(const QString& text)
{
    if (text == m_text) {
        return;
    }
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    update();
}

void NumberLabel::setRole(Role role)
{
    m_role = role;
    update();
}

void NumberLabel::setAlignment(Qt::Alignment alignment)
{
    m_alignment = alignment;
    update();
}

QSize NumberLabel::sizeHint() const
{
    const QFontMetricsF metrics(m_theme.font(m_style));
    return {static_cast<int>(std::ceil(tabular::width(metrics, m_text))),
            static_cast<int>(std::ceil(metrics.height()))};
}

QSize NumberLabel::minimumSizeHint() const
{
    return {0, sizeHint().height()};
}

void NumberLabel::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setFont(m_theme.font(m_style));
    painter.setPen(m_theme.color(m_role));
    tabular::draw(painter, rect(), m_alignment, m_text);
}

} // namespace sluice::ui
