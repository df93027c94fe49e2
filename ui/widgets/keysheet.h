// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"
#include "ui/widgets/page.h"

#include <QPointer>
#include <QWidget>

namespace sluice::ui {

/// The "?" overlay: keys of the page in front and those that work everywhere. Covers its parent;
/// any key or click closes it and gives the focus back.
class KeySheet final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(KeySheet)

public:
    struct Group
    {
        QString title;
        QList<KeyHint> keys;
    };

    KeySheet(const Theme& theme, QWidget* over);
    void open(const QList<Group>& groups);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void dismiss();

    const Theme& m_theme;
    QWidget* m_card = nullptr;
    QPointer<QWidget> m_before; ///< had the focus
};

} // namespace sluice::ui
