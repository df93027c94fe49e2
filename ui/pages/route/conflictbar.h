// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/route/routeconflict.h"
#include "ui/theme/theme.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace sluice::ui {

class ChangeList;

/// Says in the page that somebody else has changed the route meanwhile: their changes beside yours,
/// and what can be done. Hidden until ask(). Controls: conflict.text, conflict.theirs,
/// conflict.mine, conflict.keep.
class ConflictBar final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConflictBar)

public:
    explicit ConflictBar(const Theme& theme, QWidget* parent = nullptr);
    void ask(const QString& route, const RouteConflict& conflict);

Q_SIGNALS:
    void theirsWanted(); ///< drop what was not applied
    void mineWanted();   ///< apply it on top of theirs
    void keepWanted();   ///< go on editing, on top of theirs

private:
    QLabel* m_text;
    QLabel* m_hint;
    ChangeList* m_changes;
    QPushButton* m_mine;
};

} // namespace sluice::ui
