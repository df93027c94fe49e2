// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace sluice::ui {

class EngineWatch;
class HoldButton;

/// The bar above everything: name, PROD, simulated, read-only; the way to the palette; what comes
/// next; the red button.
class TopBar final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TopBar)

public:
    TopBar(const Theme& theme, EngineWatch& watch, int brandWidth, QWidget* parent = nullptr);

    [[nodiscard]] HoldButton& redButton() const noexcept { return *m_red; }
    [[nodiscard]] QPushButton& commandField() const noexcept { return *m_command; }

Q_SIGNALS:
    void paletteAsked();
    void unlockAsked();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void showFleet();
    void showNext();

    const Theme& m_theme;
    EngineWatch& m_watch;
    QLabel* m_production;
    QLabel* m_simulated;
    QPushButton* m_locked;
    QPushButton* m_command;
    QLabel* m_next;
    HoldButton* m_red;
    bool m_accent = false; ///< production's own
};

} // namespace sluice::ui
