// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QAction>
#include <QKeySequence>
#include <QObject>

#include <functional>
#include <vector>

namespace sluice::ui {

/// What an action is made from.
struct ActionSpec
{
    QString id;    ///< stable: "view.theme.dark"
    QString group; ///< as the palette shows it: "Appearance"
    QString text;
    QString icon; ///< of resources/icons; empty for none
    QKeySequence shortcut;
    QString toolTip;
    bool checkable = false;
};

/// Every action of the console, once: palette, menus, tooltips and the key sheet all come from
/// here. Keeps icons in the theme's tint. Actions are children of the registry. GUI thread only.
class ActionRegistry final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ActionRegistry)

public:
    /// Shortcuts work while `window` is active.
    ActionRegistry(const Theme& theme, QWidget& window);

    QAction& add(const ActionSpec& spec, std::function<void()> run);
    /// Null for an id that is not known.
    [[nodiscard]] QAction* find(const QString& id) const;
    [[nodiscard]] const std::vector<QAction*>& all() const noexcept { return m_actions; }
    [[nodiscard]] static QString group(const QAction& action);
    /// Pairs of ids that share a shortcut; empty in a sound console.
    [[nodiscard]] QStringList conflicts() const;

private:
    void tint(QAction& action) const;

    const Theme& m_theme;
    QWidget& m_window;
    std::vector<QAction*> m_actions;
};

} // namespace sluice::ui
