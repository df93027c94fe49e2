// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QToolButton>

namespace sluice::ui {

/// A quiet button with an icon only: its name is what tooltip and screen readers say. Keeps its
/// tint when the theme changes.
class IconButton final : public QToolButton
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(IconButton)

public:
    IconButton(const Theme& theme, const QString& iconName, const QString& does,
               QWidget* parent = nullptr);

private:
    void tint();

    const Theme& m_theme;
    QString m_iconName;
};

} // namespace sluice::ui
