// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/enginewatch.h"
#include "ui/theme/theme.h"

#include <QFrame>
#include <QPointer>

class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace sluice::ui {

class HoldButton;
class RedButton;

/// The red button's sheet, hung under it: routes with candidate traffic (newest change first) and
/// All, each with its own hold; after a press the proof, growing until the last request has
/// finished, and the acknowledgement. Not modal: the console goes on underneath. Esc closes it.
class RollbackSheet final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RollbackSheet)

public:
    RollbackSheet(const Theme& theme, EngineWatch& watch, RedButton& red, QWidget* over);

    /// Shows the list, with the focus on the first route's button.
    void openList();
    /// Shows the latest proof.
    void openProof();

protected:
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    enum class View
    {
        List,
        Proof
    };

    void open(View view);
    void dismiss();
    void rebuild();
    void buildHeader(const QString& title, const QString& subtitle);
    void buildList();
    void buildRow(const QString& route, const QString& consequence);
    void askForName(QWidget* row, const QString& route);
    void buildProof();
    void buildAcknowledge(const QString& route);
    void press(const QString& route);
    void hangUp();
    [[nodiscard]] QString signature() const;

    const Theme& m_theme;
    EngineWatch& m_watch;
    RedButton& m_red;
    View m_view = View::List;
    QString m_shown; ///< signature() of what is built, so that refreshes do not disturb a hold
    QWidget* m_body = nullptr;
    QVBoxLayout* m_rows = nullptr;
    QPointer<QLineEdit> m_reason;
    QPointer<QWidget> m_before; ///< had the focus
};

} // namespace sluice::ui
