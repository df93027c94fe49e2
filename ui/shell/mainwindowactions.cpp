// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: its actions, and what they do.
#include "ui/shell/commandpalette.h"
#include "ui/shell/docks.h"
#include "ui/shell/engineview.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/navigation.h"
#include "ui/shell/redbutton.h"
#include "ui/shell/rollbacksheet.h"
#include "ui/shell/topbar.h"
#include "ui/widgets/keysheet.h"

#include <QAction>
#include <QDockWidget>
#include <QPushButton>
#include <QSettings>

#include <algorithm>

namespace sluice::ui {

void MainWindow::addViewActions()
{
    m_actions->add({QStringLiteral("console.palette"),
                    tr("Console"),
                    tr("Go to or do anything"),
                    QStringLiteral("command"),
                    QKeySequence(tr("Ctrl+K")),
                    {}},
                   [this] { openPalette(); });
    QAction& lock =
        m_actions->add({QStringLiteral("console.lock"), tr("Console"), tr("Lock read-only"),
                        QStringLiteral("lock"), QKeySequence(tr("Ctrl+L")),
                        tr("Keeps this console from changing anything"), true},
                       [this] { setReadOnly(!m_plane.readOnly()); });
    connect(&m_plane, &Plane::readOnlyChanged, &lock, &QAction::setChecked);
    m_actions->add({QStringLiteral("console.keys"),
                    tr("Help"),
                    tr("Keys of this view"),
                    QStringLiteral("help"),
                    QKeySequence(tr("?")),
                    {}},
                   [this] { openKeys(); });
    m_actions->add({QStringLiteral("console.help"),
                    tr("Help"),
                    tr("Help"),
                    QStringLiteral("help"),
                    QKeySequence(QKeySequence::HelpContents),
                    {}},
                   [this] { openHelp(); });
    m_actions->add({QStringLiteral("console.filter"),
                    tr("Console"),
                    tr("Filter this view"),
                    QStringLiteral("filter"),
                    QKeySequence(tr("/")),
                    {}},
                   [this] { focusFilter(); });
    m_actions->add({QStringLiteral("console.refresh"),
                    tr("Console"),
                    tr("Ask the engine again"),
                    QStringLiteral("refresh"),
                    QKeySequence(QKeySequence::Refresh),
                    {}},
                   [this] { m_watch->refresh(); });
    m_actions->add({QStringLiteral("engine.configure"),
                    tr("Engine"),
                    tr("Name this engine, or mark it as production"),
                    QStringLiteral("fleet"),
                    {},
                    {}},
                   [this] {
                       m_engineDock->show();
                       m_engineDock->raise();
                       m_engine->editFleet();
                   });
    m_actions->add({QStringLiteral("console.quit"),
                    tr("Console"),
                    tr("Quit"),
                    QStringLiteral("close"),
                    QKeySequence(tr("Ctrl+Q")),
                    {}},
                   [this] { close(); });
}

void MainWindow::addThemeActions()
{
    struct Choice
    {
        Theme::Mode mode;
        const char* id;
        QString text;
        const char* icon;
    };
    const Choice choices[] = {
        {Theme::Mode::System, "view.theme.system", tr("Light or dark as the system"), "settings"},
        {Theme::Mode::Light, "view.theme.light", tr("Light"), "sun"},
        {Theme::Mode::Dark, "view.theme.dark", tr("Dark"), "moon"},
    };
    for (const Choice& choice : choices) {
        m_actions->add({QLatin1String(choice.id),
                        tr("Appearance"),
                        choice.text,
                        QLatin1String(choice.icon),
                        {},
                        {}},
                       [this, mode = choice.mode] {
                           m_theme.setMode(mode);
                           m_settings.setValue(QStringLiteral("view/theme"),
                                               static_cast<int>(mode));
                       });
    }
}

void MainWindow::addTimeAction()
{
    m_actions->add({QStringLiteral("view.utc"), tr("Appearance"), tr("Times in UTC"),
                    QStringLiteral("clock"), QKeySequence(tr("Ctrl+Alt+U")),
                    tr("Local time or UTC, in tables, charts and messages"), true},
                   [this] {
                       showTimesIn(format::zone() == format::Zone::Utc ? format::Zone::Local
                                                                       : format::Zone::Utc);
                   });
}

void MainWindow::addLayoutActions()
{
    const std::pair<const char*, QString> layouts[] = {{"release", tr("Release layout")},
                                                       {"review", tr("Review layout")},
                                                       {"oncall", tr("On-call layout")}};
    int number = 1;
    for (const auto& [name, text] : layouts) {
        m_actions->add({QStringLiteral("view.layout.") + QLatin1String(name),
                        tr("Layout"),
                        text,
                        QStringLiteral("layout"),
                        QKeySequence(QStringLiteral("Ctrl+Alt+%1").arg(number++)),
                        {}},
                       [this, id = QString::fromLatin1(name)] { useLayout(id); });
    }
    m_actions->add({QStringLiteral("view.layout.reset"),
                    tr("Layout"),
                    tr("Reset this layout"),
                    QStringLiteral("restore"),
                    {},
                    {}},
                   [this] { defaultLayout(m_layoutName); });
    const std::tuple<QDockWidget*, const char*, const char*> docks[] = {
        {m_activityDock, "view.activity", "audit"},
        {m_engineDock, "view.engine", "fleet"},
        {m_helpDock, "view.help", "help"}};
    for (const auto& [dock, id, icon] : docks) {
        QAction& action = m_actions->add(
            {QLatin1String(id), tr("Show"), dock->windowTitle(), QLatin1String(icon), {}, {}, true},
            [dock = dock] { dock->setVisible(!dock->isVisible()); });
        connect(dock, &QDockWidget::visibilityChanged, &action, &QAction::setChecked);
    }
}

void MainWindow::addPaneActions()
{
    m_actions->add({QStringLiteral("console.panes"),
                    tr("Console"),
                    tr("Next pane"),
                    QStringLiteral("chevron-right"),
                    QKeySequence(tr("F6")),
                    {}},
                   [this] { cyclePanes(); });
}

void MainWindow::addRedButton()
{
    m_actions->add({QStringLiteral("red.open"),
                    tr("Roll back"),
                    tr("Open the red button"),
                    QStringLiteral("stop"),
                    QKeySequence(tr("Ctrl+Shift+R")),
                    {}},
                   [this] { m_sheet->openList(); });
    m_actions->add({QStringLiteral("red.proof"),
                    tr("Roll back"),
                    tr("Show the last proof"),
                    QStringLiteral("check"),
                    {},
                    {}},
                   [this] { m_sheet->openProof(); });
    connect(m_red, &RedButton::listAsked, m_sheet, &RollbackSheet::openList);
    connect(m_red, &RedButton::done, m_sheet, &RollbackSheet::openProof);
    connect(m_red, &RedButton::failed, this, [this](const QString& sentence) {
        m_messages->show(
            {QStringLiteral("red.failed"), ChipKind::Harm, tr("not done"), sentence, {}});
    });
    connect(m_red, &RedButton::pressedElsewhere, this, [this](const QString& outcome) {
        if (const Page* page = currentPage(); page != nullptr && page->tellsOfRollbacks()) {
            return; // once is enough
        }
        m_messages->show({QStringLiteral("red.elsewhere"),
                          ChipKind::Harm,
                          tr("rolled back"),
                          outcome,
                          {{tr("Proof"), [this] { m_sheet->openProof(); }}}});
    });
}

void MainWindow::openPalette()
{
    std::vector<PaletteEntry> entries;
    const auto take = [&entries](const QAction& action, const QString& group) {
        entries.push_back({action.objectName(), group, action.text(),
                           action.shortcut().toString(QKeySequence::NativeText), action.icon(),
                           action.isEnabled() ? QString() : action.toolTip(),
                           [guard = QPointer<QAction>(const_cast<QAction*>(&action))] {
                               if (!guard.isNull()) {
                                   guard->trigger();
                               }
                           }});
    };
    if (const Page* page = currentPage()) {
        for (const QAction* action : page->actions()) {
            if (!action->text().isEmpty()) {
                take(*action, page->title());
            }
        }
    }
    for (const QAction* action : m_actions->all()) {
        if (action->objectName() != QLatin1String("console.palette")) {
            take(*action, ActionRegistry::group(*action));
        }
    }
    for (const Json& route : m_watch->routes()) {
        const QString name = QString::fromStdString(route.value("name", std::string()));
        entries.push_back({QStringLiteral("route.") + name,
                           tr("Route"),
                           name,
                           {},
                           m_theme.icon(QStringLiteral("route")),
                           {},
                           [this, name] { goTo({QStringLiteral("route"), name, {}}); }});
    }
    const QPushButton& field = m_top->commandField();
    const int left = field.mapTo(this, QPoint(0, 0)).x();
    m_palette->open(std::move(entries), left, std::max(field.width(), m_theme.grid(140)));
}

void MainWindow::openKeys()
{
    QList<KeySheet::Group> groups;
    if (const Page* page = currentPage()) {
        groups.append({page->title(), page->keys()});
    }
    KeySheet::Group everywhere{tr("Everywhere"), {}};
    for (const QAction* action : m_actions->all()) {
        if (!action->shortcut().isEmpty()) {
            everywhere.keys.append(
                {action->shortcut().toString(QKeySequence::NativeText), action->text()});
        }
    }
    groups.append(everywhere);
    m_keys->open(groups);
}

void MainWindow::openHelp()
{
    if (const Page* page = currentPage()) {
        static const QHash<QString, QString> kTopics{
            {QStringLiteral("route"), QStringLiteral("percentage")},
            {QStringLiteral("requests"), QStringLiteral("requests")},
            {QStringLiteral("units"), QStringLiteral("units")}};
        m_help->open(kTopics.value(page->id(), QStringLiteral("index")));
    }
    m_helpDock->show();
    m_helpDock->raise();
}

void MainWindow::focusFilter()
{
    if (Page* page = currentPage()) {
        if (QWidget* field = page->filterField()) {
            field->setFocus(Qt::ShortcutFocusReason);
        }
    }
}

void MainWindow::cyclePanes()
{
    QList<QWidget*> panes{m_top, m_navigation};
    if (Page* page = currentPage()) {
        panes.append(page);
    }
    for (QDockWidget* dock : {m_activityDock, m_engineDock, m_helpDock}) {
        if (dock->isVisible()) {
            panes.append(dock);
        }
    }
    const QWidget* focused = focusWidget();
    qsizetype at = -1;
    for (qsizetype i = 0; i < panes.size(); ++i) {
        if (focused != nullptr && (panes.at(i) == focused || panes.at(i)->isAncestorOf(focused))) {
            at = i;
        }
    }
    for (qsizetype step = 1; step <= panes.size(); ++step) {
        QWidget* pane = panes.at((at + step + panes.size()) % panes.size());
        const auto children = pane->findChildren<QWidget*>();
        const auto target =
            std::find_if(children.begin(), children.end(), [pane](const QWidget* one) {
                return (one->focusPolicy() & Qt::TabFocus) != 0 && one->isVisibleTo(pane) &&
                       one->isEnabled();
            });
        if (target != children.end()) {
            (*target)->setFocus(Qt::TabFocusReason);
            return;
        }
    }
}

} // namespace sluice::ui
