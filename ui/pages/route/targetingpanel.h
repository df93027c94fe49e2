// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/common/routefacts.h"
#include "ui/theme/theme.h"

#include <QTimer>
#include <QWidget>

class QComboBox;

namespace sluice::ui {

class AllowListEdit;
class ConfirmBox;
class Panel;
class Plane;
class RouteEditor;
class RuleBuilder;

/// Edits who gets what apart from the percentage: rules, allow list, and what is bucketed by. Says
/// who would move, by recorded traffic, before it is saved. Hidden until open(). GUI thread only.
class TargetingPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TargetingPanel)

public:
    TargetingPanel(const Theme& theme, Plane& plane, RouteEditor& editor,
                   QWidget* parent = nullptr);

    void open();
    /// Shows editor.facts(); an edit that has begun keeps its values.
    void refresh();
    /// Drops an edit.
    void reset();
    [[nodiscard]] bool editing() const noexcept { return m_editing; }

private:
    QWidget* makeSide();
    void load();
    void change();
    void askDryRun();
    void updateConfirm();
    void close();
    /// What the form changes, as a merge patch.
    [[nodiscard]] Json patch() const;
    [[nodiscard]] QStringList problems() const;

    const Theme& m_theme;
    Plane& m_plane;
    RouteEditor& m_editor;
    Panel* m_panel;
    RuleBuilder* m_rules;
    AllowListEdit* m_allow;
    QComboBox* m_bucketBy;
    ConfirmBox* m_confirm;
    QTimer m_debounce;
    QString m_shownRoute;
    QString m_moves;        ///< who moves, as rich text; empty while it is being counted
    quint64 m_question = 0; ///< number of the latest dry run; replies to earlier ones are dropped
    bool m_editing = false;
};

} // namespace sluice::ui
