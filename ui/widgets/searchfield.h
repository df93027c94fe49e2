// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QLineEdit>

namespace sluice::ui {

/// A filter: glass at the left, clear button, Esc clears and then gives the focus back to `target`.
class SearchField final : public QLineEdit
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SearchField)

public:
    SearchField(const Theme& theme, const QString& placeholder, QWidget* target,
                QWidget* parent = nullptr);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void tint();

    const Theme& m_theme;
    QWidget* m_target;
    QAction* m_glass;
};

} // namespace sluice::ui
