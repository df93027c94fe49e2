// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/mainwindow.h"

#include "ui/shell/commandpalette.h"
#include "ui/shell/docks.h"
#include "ui/shell/navigation.h"
#include "ui/shell/redbutton.h"
#include "ui/shell/rollbacksheet.h"
#include "ui/shell/statusline.h"
#include "ui/shell/topbar.h"
#include "ui/theme/variant.h"
#include "ui/widgets/holdbutton.h"
#include "ui/widgets/keysheet.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QFrame>
#include <QHBoxLayout>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QVBoxLayout>

void sluiceInitHelp()
{
    Q_INIT_RESOURCE(help); // must stand outside of a namespace: the room is a static library
}

namespace sluice::ui {

namespace {
constexpr int kLayoutVersion = 1; ///< of saved dock states; a change of docks raises it
} // namespace

MainWindow::MainWindow(Theme& theme, Plane& plane, QSettings& settings)
    : m_theme(theme)
    , m_plane(plane)
    , m_settings(settings)
    , m_watch(new EngineWatch(plane, this))
    , m_actions(new ActionRegistry(theme, *this))
    , m_top(new TopBar(theme, *m_watch, theme.grid(46)))
    , m_navigation(new Navigation(theme))
    , m_host(new QMainWindow)
    , m_stack(new QStackedWidget)
    , m_messages(new MessageBar(theme))
    , m_status(new StatusLine(theme, *m_watch))
    , m_help((sluiceInitHelp(), new HelpView(theme)))
    , m_red(new RedButton(*m_watch, m_top->redButton(), this))
{
    setWindowTitle(QStringLiteral("Sluice"));
    setObjectName(QStringLiteral("mainWindow"));
    buildBody();
    m_sheet = new RollbackSheet(theme, *m_watch, *m_red, centralWidget());
    m_palette = new CommandPalette(theme, settings, centralWidget());
    m_keys = new KeySheet(theme, centralWidget());
    buildDocks();
    addViewActions();
    addThemeActions();
    addLayoutActions();
    addPaneActions();
    addRedButton();
    restore();
}

MainWindow::~MainWindow() = default;

void MainWindow::buildBody()
{
    setMenuWidget(m_top);
    auto* central = new QWidget(this);
    auto* column = new QVBoxLayout(central);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* row = new QHBoxLayout;
    row->setSpacing(0);
    m_host->setWindowFlags(Qt::Widget);
    m_host->setObjectName(QStringLiteral("dockHost"));
    m_host->setDockNestingEnabled(true);
    m_host->setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    auto* pages = new QWidget(m_host);
    auto* pageColumn = new QVBoxLayout(pages);
    pageColumn->setContentsMargins(0, 0, 0, 0);
    pageColumn->setSpacing(0);
    auto* messageRow = new QHBoxLayout;
    messageRow->addWidget(m_messages);
    m_messages->setContentsMargins(m_theme.grid(4), m_theme.grid(3), m_theme.grid(4), 0);
    pageColumn->addLayout(messageRow);
    pageColumn->addWidget(m_stack, 1);
    m_host->setCentralWidget(pages);
    row->addWidget(m_navigation);
    row->addWidget(m_host, 1);
    column->addLayout(row, 1);
    column->addWidget(m_status);
    setCentralWidget(central);
    connect(m_navigation, &Navigation::chosen, this,
            [this](const QString& id) { goTo({id, {}, {}}); });
    connect(m_stack, &QStackedWidget::currentChanged, this, &MainWindow::pageChanged);
    connect(m_top, &TopBar::paletteAsked, this, &MainWindow::openPalette);
    connect(m_top, &TopBar::unlockAsked, this, [this] { setReadOnly(false); });
    connect(m_status, &StatusLine::keysAsked, this, &MainWindow::openKeys);
    connect(m_status, &StatusLine::detailAsked, this,
            [this] { m_engineDock->setVisible(!m_engineDock->isVisible()); });
}

QDockWidget* MainWindow::addDock(const char* name, const QString& title, QWidget* content,
                                 Qt::DockWidgetArea area)
{
    auto* dock = new QDockWidget(title, m_host);
    dock->setObjectName(QLatin1String(name));
    dock->setFeatures(QDockWidget::DockWidgetClosable | QDockWidget::DockWidgetMovable);
    auto* frame = new QFrame(dock);
    setVariant(*frame, "surface", "dock");
    auto* column = new QVBoxLayout(frame);
    column->setContentsMargins(1, 0, 1, 1);
    column->addWidget(content);
    dock->setWidget(frame);
    m_host->addDockWidget(area, dock);
    dock->hide();
    return dock;
}

void MainWindow::buildDocks()
{
    m_helpDock = addDock("helpDock", tr("Help"), m_help, Qt::RightDockWidgetArea);
    m_engineDock = addDock("engineDock", tr("Engine"), new EngineView(m_theme, *m_watch),
                           Qt::RightDockWidgetArea);
    m_activityDock = addDock("activityDock", tr("Activity"), new ActivityView(m_theme, *m_watch),
                             Qt::BottomDockWidgetArea);
}

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
        m_messages->show({QStringLiteral("red.elsewhere"),
                          ChipKind::Harm,
                          tr("rolled back"),
                          outcome,
                          {{tr("Proof"), [this] { m_sheet->openProof(); }}}});
    });
}

void MainWindow::addPage(std::unique_ptr<Page> owned)
{
    Page* page = owned.release();
    m_pages.push_back(page);
    setVariant(*page, "page", "true");
    page->setFocusPolicy(Qt::ClickFocus);
    m_stack->addWidget(page); // takes ownership
    m_navigation->add(*page);
    const auto number = m_pages.size();
    const QKeySequence keys =
        number <= 9 ? QKeySequence(QStringLiteral("Ctrl+%1").arg(number)) : QKeySequence();
    m_actions->add({QStringLiteral("go.") + page->id(),
                    tr("Go to"),
                    page->title(),
                    page->iconName(),
                    keys,
                    {}},
                   [this, id = page->id()] { goTo({id, {}, {}}); });
    connect(page, &Page::goTo, this, &MainWindow::goTo);
    connect(page, &Page::routeChanged, this, &MainWindow::pageChanged);
    if (number == 1) {
        goTo({page->id(), {}, {}});
    }
}

void MainWindow::goTo(const Place& place)
{
    for (Page* page : m_pages) {
        if (page->id() == place.page) {
            m_stack->setCurrentWidget(page);
            page->activate(place);
            page->setFocus(Qt::OtherFocusReason); // so that the page's keys work at once
            pageChanged();
            return;
        }
    }
}

Page* MainWindow::currentPage() const
{
    return qobject_cast<Page*>(m_stack->currentWidget());
}

void MainWindow::pageChanged()
{
    if (const Page* page = currentPage()) {
        m_navigation->setCurrent(page->id());
        m_red->setRoute(page->route());
        setWindowTitle(
            tr("%1 \u2013 Sluice").arg(page->route().isEmpty() ? page->title() : page->route()));
    }
}

void MainWindow::setReadOnly(bool readOnly)
{
    m_plane.setReadOnly(readOnly);
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

void MainWindow::useLayout(const QString& name)
{
    m_settings.setValue(QStringLiteral("layout/") + m_layoutName,
                        m_host->saveState(kLayoutVersion));
    m_layoutName = name;
    m_settings.setValue(QStringLiteral("layout/current"), name);
    const QByteArray saved = m_settings.value(QStringLiteral("layout/") + name).toByteArray();
    if (saved.isEmpty() || !m_host->restoreState(saved, kLayoutVersion)) {
        defaultLayout(name);
    }
}

void MainWindow::defaultLayout(const QString& name)
{
    m_host->addDockWidget(Qt::RightDockWidgetArea, m_helpDock);
    m_host->addDockWidget(Qt::RightDockWidgetArea, m_engineDock);
    m_host->addDockWidget(Qt::BottomDockWidgetArea, m_activityDock);
    m_helpDock->setVisible(name == QLatin1String("review"));
    m_engineDock->setVisible(name == QLatin1String("oncall"));
    m_activityDock->setVisible(name == QLatin1String("oncall"));
    m_host->resizeDocks({m_helpDock, m_engineDock}, {m_theme.grid(90), m_theme.grid(90)},
                        Qt::Horizontal);
    m_host->resizeDocks({m_activityDock}, {m_theme.grid(48)}, Qt::Vertical);
}

void MainWindow::restore()
{
    resize(m_theme.grid(360), m_theme.grid(225));
    restoreGeometry(m_settings.value(QStringLiteral("window/geometry")).toByteArray());
    m_layoutName = m_settings.value(QStringLiteral("layout/current"), m_layoutName).toString();
    const QByteArray saved =
        m_settings.value(QStringLiteral("layout/") + m_layoutName).toByteArray();
    if (saved.isEmpty() || !m_host->restoreState(saved, kLayoutVersion)) {
        defaultLayout(m_layoutName);
    }
    const int mode = m_settings.value(QStringLiteral("view/theme"), -1).toInt();
    if (mode >= static_cast<int>(Theme::Mode::System) &&
        mode <= static_cast<int>(Theme::Mode::Dark)) {
        m_theme.setMode(static_cast<Theme::Mode>(mode));
    }
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    m_settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
    m_settings.setValue(QStringLiteral("layout/") + m_layoutName,
                        m_host->saveState(kLayoutVersion));
    QMainWindow::closeEvent(event);
}

} // namespace sluice::ui
