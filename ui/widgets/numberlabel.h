// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

namespace sluice::ui {

/// A label for numbers that change: tabular digits, a text style and a colour of the theme.
class NumberLabel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(NumberLabel)

public:
    explicit NumberLabel(const Theme& theme, TextStyle style = TextStyle::Body,
                         Role role = Role::Text, QWidget* parent = nullptr);

    void setText(const QString& text);
    [[nodiscard]] const QString& text() const noexcept { return m_text; }
    void setRole(Role role);
    void setAlignment(Qt::Alignment alignment);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    TextStyle m_style;
    Role m_role;
    Qt::Alignment m_alignment = Qt::AlignLeft | Qt::AlignVCenter;
    QString m_text;
};

} // namespace sluice::ui
