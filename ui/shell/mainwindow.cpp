// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/mainwindow.h"

#include "ui/models/jsontablemodel.h"
#include "ui/shell/commandpalette.h"
#include "ui/shell/docks.h"
#include "ui/shell/engineview.h"
#include "ui/shell/navigation.h"
#include "ui/shell/pagescroll.h"
#include "ui/shell/redbutton.h"
#include "ui/shell/rollbacksheet.h"
#include "ui/shell/statusline.h"
#include "ui/shell/topbar.h"
#include "ui/theme/variant.h"
#include "ui/widgets/holdbutton.h"
#include "ui/widgets/keysheet.h"
#include "ui/widgets/tableview.h"

#include <QCloseEvent>
#include <QCoreApplication>
#include <QDockWidget>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

void sluiceInitHelp()
{
    Q_INIT_RESOURCE(help); // must stand outside of a namespace: the room is a static library
}

namespace sluice::ui {

namespace {

constexpr int kLayoutVersion = 1; ///< of saved dock states; a change of docks raises it

/// Our own, since the style's has tiny buttons out of reach of the keyboard.
QWidget* makeTitleBar(const Theme& theme, QDockWidget& dock)
{
    auto* bar = new QFrame(&dock);
    setVariant(*bar, "surface", "docktitle");
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(theme.grid(3), theme.grid(1), theme.grid(1), theme.grid(1));
    auto* title = new QLabel(dock.windowTitle(), bar);
    setVariant(*title, "type", "strong");
    auto* close = new QToolButton(bar);
    close->setObjectName(dock.objectName() + QStringLiteral(".close"));
    setVariant(*close, "kind", "quiet");
    close->setAccessibleName(
        QCoreApplication::translate("MainWindow", "Close %1").arg(dock.windowTitle()));
    close->setToolTip(close->accessibleName());
    const auto tint = [&theme, close] { close->setIcon(theme.icon(QStringLiteral("close"))); };
    tint();
    QObject::connect(&theme, &Theme::changed, close, tint);
    QObject::connect(close, &QToolButton::clicked, &dock, &QDockWidget::close);
    row->addWidget(title, 1);
    row->addWidget(close);
    return bar;
}

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
    addTimeAction();
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
    connect(m_watch, &EngineWatch::fleetChanged, this, &MainWindow::showTitle);
    connect(m_top, &TopBar::paletteAsked, this, &MainWindow::openPalette);
    connect(m_top, &TopBar::unlockAsked, this, [this] { setReadOnly(false); });
    connect(m_status, &StatusLine::keysAsked, this, &MainWindow::openKeys);
    connect(m_status, &StatusLine::zoneAsked, this,
            [this] { m_actions->find(QStringLiteral("view.utc"))->trigger(); });
    connect(m_status, &StatusLine::detailAsked, this,
            [this] { m_engineDock->setVisible(!m_engineDock->isVisible()); });
}

QDockWidget* MainWindow::addDock(const char* name, const QString& title, QWidget* content,
                                 Qt::DockWidgetArea area)
{
    auto* dock = new QDockWidget(title, m_host);
    dock->setObjectName(QLatin1String(name));
    dock->setFeatures(QDockWidget::DockWidgetClosable | QDockWidget::DockWidgetMovable);
    dock->setTitleBarWidget(makeTitleBar(m_theme, *dock));
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
    m_engine = new EngineView(m_theme, *m_watch);
    m_engineDock = addDock("engineDock", tr("Engine"), m_engine, Qt::RightDockWidgetArea);
    m_activityDock = addDock("activityDock", tr("Activity"), new ActivityView(m_theme, *m_watch),
                             Qt::BottomDockWidgetArea);
    keepTables(*m_activityDock);
}

void MainWindow::addPage(std::unique_ptr<Page> owned)
{
    Page* page = owned.release();
    m_pages.push_back(page);
    setVariant(*page, "page", "true");
    page->setFocusPolicy(Qt::ClickFocus);
    m_scrolls.push_back(new PageScroll(*page, m_stack));
    m_stack->addWidget(m_scrolls.back());
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
    keepTables(*page);
    connect(page, &Page::goTo, this, &MainWindow::goTo);
    connect(page, &Page::routeChanged, this, &MainWindow::pageChanged);
    if (number == 1) {
        goTo({page->id(), {}, {}});
    }
}

/// What a person chooses of a table's columns comes back after a restart.
void MainWindow::keepTables(QWidget& pane)
{
    for (TableView* table : pane.findChildren<TableView*>()) {
        const QString key = QStringLiteral("columns/") + table->objectName();
        if (!table->restoreColumns(m_settings.value(key).toByteArray())) {
            m_settings.remove(key); // not ours: a file edited by hand
        }
        connect(table, &TableView::columnsChosen, this,
                [this, table, key] { m_settings.setValue(key, table->saveColumns()); });
    }
}

void MainWindow::goTo(const Place& place)
{
    for (PageScroll* scroll : m_scrolls) {
        if (scroll->page().id() == place.page) {
            m_stack->setCurrentWidget(scroll);
            scroll->page().setFocus(Qt::OtherFocusReason); // so that the page's keys work at once
            scroll->page().activate(place);                // which may know a better place for it
            pageChanged();
            return;
        }
    }
}

Page* MainWindow::currentPage() const
{
    const auto* scroll = qobject_cast<const PageScroll*>(m_stack->currentWidget());
    return scroll != nullptr ? &scroll->page() : nullptr;
}

void MainWindow::pageChanged()
{
    if (const Page* page = currentPage()) {
        m_navigation->setCurrent(page->id());
        m_red->setRoute(page->route());
        showTitle();
    }
}

/// Among many windows the title tells which one is production.
void MainWindow::showTitle()
{
    const Page* page = currentPage();
    QStringList parts;
    if (page != nullptr) {
        parts << (page->route().isEmpty() ? page->title() : page->route());
    }
    if (const QString name = m_watch->fleetName(); !name.isEmpty()) {
        parts << name;
    }
    parts << QStringLiteral("Sluice");
    const QString title = parts.join(QStringLiteral(" \u2013 "));
    setWindowTitle(m_watch->production() ? tr("[PROD] %1").arg(title) : title);
}

void MainWindow::setReadOnly(bool readOnly)
{
    m_plane.setReadOnly(readOnly);
}

void MainWindow::showTimesIn(format::Zone zone)
{
    format::setZone(zone);
    m_settings.setValue(QStringLiteral("view/utc"), zone == format::Zone::Utc);
    for (JsonTableModel* model : findChildren<JsonTableModel*>()) {
        model->refreshTexts();
    }
    QList<QPointer<QWidget>> told; // some build their content anew, and delete the old
    for (QWidget* widget : findChildren<QWidget*>()) {
        told.append(widget);
    }
    for (const QPointer<QWidget>& widget : std::as_const(told)) {
        if (!widget.isNull()) {
            QEvent change(QEvent::LocaleChange); // the zone is part of how this person reads
            QCoreApplication::sendEvent(widget, &change);
        }
    }
    m_actions->find(QStringLiteral("view.utc"))->setChecked(zone == format::Zone::Utc);
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
    m_host->resizeDocks({m_helpDock, m_engineDock}, {m_theme.grid(66), m_theme.grid(66)},
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
    showTimesIn(m_settings.value(QStringLiteral("view/utc")).toBool() ? format::Zone::Utc
                                                                     : format::Zone::Local);
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
