// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/rules/outcomeeditor.h"

#include <QFrame>

class QCheckBox;
class QLabel;

namespace sluice::ui {

class GroupEditor;
class IconButton;

/// One rule of the builder: whether it is on, its conditions, what it gives, and its place.
/// Dragged by its number; Alt+Up and Alt+Down move it. Controls: PATH.enabled, PATH.when.…,
/// PATH.outcome, PATH.up, PATH.down, PATH.duplicate, PATH.remove, PATH.handle.
class RuleCard final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RuleCard)

public:
    RuleCard(const Theme& theme, const OutcomeChoices& choices, const TargetingRule& rule,
             QWidget* parent = nullptr);

    [[nodiscard]] TargetingRule rule() const;
    [[nodiscard]] QStringList problems() const;
    /// Place in the list: `index` from 0, of `count`.
    void setPlace(const QString& path, int index, int count);

Q_SIGNALS:
    void edited(const QString& typing);
    void removeWanted();
    void duplicateWanted();
    /// One place up or down.
    void moveWanted(int by);
    /// Being dragged, at this height in the parent.
    void dragged(int y);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QWidget* makeHeader();

    const Theme& m_theme;
    QLabel* m_handle;
    QCheckBox* m_enabled;
    GroupEditor* m_when;
    OutcomeEditor* m_outcome;
    IconButton* m_up;
    IconButton* m_down;
    IconButton* m_duplicate;
    IconButton* m_remove;
    bool m_dragging = false;
};

} // namespace sluice::ui
