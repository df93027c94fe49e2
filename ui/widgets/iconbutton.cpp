// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/iconbutton.h"

#include "ui/theme/variant.h"

namespace sluice::ui {

IconButton::IconButton(const Theme& theme, const QString& iconName, const QString& does,
                       QWidget* parent)
    : QToolButton(parent)
    , m_theme(theme)
    , m_iconName(iconName)
{
    setVariant(*this, "kind", "quiet");
    setAccessibleName(does);
    setToolTip(does);
    setFocusPolicy(Qt::StrongFocus); // the keyboard does everything
    setIconSize({theme.grid(4), theme.grid(4)});
    connect(&theme, &Theme::changed, this, &IconButton::tint);
    tint();
}

void IconButton::tint()
{
    setIcon(m_theme.icon(m_iconName));
}

} // namespace sluice::ui
