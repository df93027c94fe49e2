// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"
#include "ui/widgets/holdgesture.h"

#include <QTimer>
#include <QWidget>

namespace sluice::ui {

/// A button that acts only after being held for 1.2 s, with mouse, Space or Enter; a ring fills
/// meanwhile. Letting go early, Esc or losing the focus cancels. Who cannot hold uses the
/// accessible alternative (context menu or accessibility "press"): alternativeAsked() lets the
/// owner ask for a typed name instead. GUI thread only; theme and clock must outlive it.
class HoldButton final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(HoldButton)

public:
    /// Solid is the red button itself; Outlined is a row's.
    enum class Look
    {
        Solid,
        Outlined
    };

    HoldButton(const Theme& theme, const Clock& clock, Look look = Look::Solid,
               QWidget* parent = nullptr);

    void setText(const QString& text);
    [[nodiscard]] const QString& text() const noexcept { return m_text; }
    /// Beside the text, lighter: "hold 1.2 s".
    void setHint(const QString& hint);
    /// What it will do, for tooltip and screen readers.
    void setConsequence(const QString& sentence);
    /// An empty reason enables it; otherwise it is disabled and its tooltip says why.
    void setBlocked(const QString& why);
    /// false: a plain press emits tapped() and nothing is held.
    void setHolds(bool holds);
    [[nodiscard]] bool held() const noexcept { return m_gesture.held(); }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    /// Held to the end; once a press.
    void confirmed();
    /// Pressed and let go before the end.
    void tapped();
    void alternativeAsked();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    bool event(QEvent* event) override;

private:
    void press();
    void release();
    void letGo();
    void cancel();
    void tick();
    void describe();

    const Theme& m_theme;
    const Clock& m_clock;
    Look m_look;
    HoldGesture m_gesture;
    QTimer m_frame;
    QTimer m_grace; ///< a key's release counts when no press follows it at once
    QString m_text;
    QString m_hint;
    QString m_consequence;
    QString m_blocked;
    bool m_holds = true;
};

} // namespace sluice::ui
