// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <QObject>

#include <optional>

namespace sluice::ui {

class EngineWatch;
class HoldButton;

/// The red button's conduct: what a press means now, running routing.kill, and the proof
/// afterwards. Views (the button in the top bar, the sheet) show it. GUI thread only.
class RedButton final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RedButton)

public:
    RedButton(EngineWatch& watch, HoldButton& button, QObject* parent = nullptr);

    /// The route of the page in front; empty = the press opens the list.
    void setRoute(const QString& route);
    /// The route that a hold rolls back now; empty if it opens the list.
    [[nodiscard]] QString target() const;
    void rollBack(const QString& route, const QString& reason);
    void rollBackAll(const QString& reason);
    /// Lets a rolled back route go forward again.
    void acknowledge(const QString& route, const QString& reason);

    /// The latest routing.kill result (also of presses elsewhere); null before the first.
    [[nodiscard]] const Json& proof() const noexcept { return m_proof; }
    /// Why a press would be refused now; empty if it would not.
    [[nodiscard]] QString blocked() const;
    [[nodiscard]] bool busy() const noexcept { return m_busy; }

Q_SIGNALS:
    /// Target, permission or traffic has changed.
    void changed();
    /// The button wants the list of routes.
    void listAsked();
    void proofChanged();
    /// A press from this console was carried out; proof() holds it.
    void done();
    /// A press of somebody else, or of another console.
    void pressedElsewhere(const QString& outcome);
    void failed(const QString& sentence);
    void acknowledged(const QString& route);

private:
    void update();
    void kill(Json arguments);

    EngineWatch& m_watch;
    HoldButton& m_button;
    QString m_route;
    Json m_proof;
    bool m_busy = false;
};

} // namespace sluice::ui
