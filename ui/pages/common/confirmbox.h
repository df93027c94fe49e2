// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QFrame>

class QLabel;
class QLineEdit;
class QPushButton;

namespace sluice::ui {

/// Asks inside the page, never in a dialog, before something is done: what it will do, why it is
/// done, and two buttons. Hidden until ask(). Esc cancels.
class ConfirmBox final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConfirmBox)

public:
    /// `name` begins the objectNames of its controls: NAME.reason, NAME.confirm, NAME.cancel.
    ConfirmBox(const Theme& theme, const QString& name, QWidget* parent = nullptr);

    /// `effectHtml` says what will happen (escaped rich text). The reason must not stay empty if
    /// `reasonNeeded`.
    void ask(const QString& effectHtml, const QString& action, bool reasonNeeded);
    /// false: for commands that keep no reason; the field is hidden.
    void setReasonAsked(bool asked);
    /// Changes the sentence while it is open.
    void setEffect(const QString& effectHtml);
    void setBusy(bool busy);
    void closeBox();

Q_SIGNALS:
    void confirmed(const QString& reason);
    void cancelled();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void updateButton();
    void confirm();

    QLabel* m_effect;
    QLineEdit* m_reason;
    QPushButton* m_confirm;
    QPushButton* m_cancel;
    bool m_reasonNeeded = false;
    bool m_reasonAsked = true;
    bool m_busy = false;
};

} // namespace sluice::ui
