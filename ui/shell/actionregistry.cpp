// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/actionregistry.h"

#include <QHash>
#include <QWidget>

#include <algorithm>

namespace sluice::ui {

namespace {
constexpr char kGroup[] = "sluice.group";
constexpr char kIcon[] = "sluice.icon";
} // namespace

ActionRegistry::ActionRegistry(const Theme& theme, QWidget& window)
    : QObject(&window)
    , m_theme(theme)
    , m_window(window)
{
    connect(&theme, &Theme::changed, this, [this] {
        for (QAction* action : m_actions) {
            tint(*action);
        }
    });
}

QAction& ActionRegistry::add(const ActionSpec& spec, std::function<void()> run)
{
    auto* action = new QAction(spec.text, this);
    action->setObjectName(spec.id);
    action->setProperty(kGroup, spec.group);
    action->setProperty(kIcon, spec.icon);
    action->setShortcut(spec.shortcut);
    action->setCheckable(spec.checkable);
    const QString keys = spec.shortcut.toString(QKeySequence::NativeText);
    const QString tip = spec.toolTip.isEmpty() ? spec.text : spec.toolTip;
    action->setToolTip(keys.isEmpty() ? tip : tr("%1 (%2)").arg(tip, keys));
    connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
    tint(*action);
    m_window.addAction(action);
    m_actions.push_back(action);
    return *action;
}

QAction* ActionRegistry::find(const QString& id) const
{
    const auto found = std::find_if(m_actions.begin(), m_actions.end(), [&](const QAction* action) {
        return action->objectName() == id;
    });
    return found == m_actions.end() ? nullptr : *found;
}

QString ActionRegistry::group(const QAction& action)
{
    return action.property(kGroup).toString();
}

QStringList ActionRegistry::conflicts() const
{
    QHash<QString, QString> owners;
    QStringList found;
    for (const QAction* action : m_actions) {
        const QString keys = action->shortcut().toString();
        if (keys.isEmpty()) {
            continue;
        }
        if (owners.contains(keys)) {
            found.append(owners.value(keys) + QLatin1Char('/') + action->objectName());
        }
        owners.insert(keys, action->objectName());
    }
    return found;
}

void ActionRegistry::tint(QAction& action) const
{
    const QString name = action.property(kIcon).toString();
    if (!name.isEmpty()) {
        action.setIcon(m_theme.icon(name));
    }
}

} // namespace sluice::ui
