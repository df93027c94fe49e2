// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/condition.h"
#include "ui/theme/theme.h"

#include <QWidget>

namespace sluice::ui {

/// One part of a group in the rule builder: a condition, a group, or JSON.
class ConditionEditor : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConditionEditor)

public:
    using QWidget::QWidget;

    /// What the form says now.
    [[nodiscard]] virtual ConditionNode node() const = 0;
    /// What is typed and cannot be read, one sentence each.
    [[nodiscard]] virtual QStringList problems() const { return {}; }
    /// Begins the objectNames of its controls.
    virtual void setPath(const QString& path) = 0;

Q_SIGNALS:
    /// `typing`: the control whose text goes on changing; empty for a change of its own.
    void edited(const QString& typing);
    void removeWanted();
};

/// The editor that fits a node.
ConditionEditor* makeConditionEditor(const Theme& theme, const ConditionNode& node);

} // namespace sluice::ui
