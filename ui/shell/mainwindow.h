// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/format.h"
#include "ui/shell/actionregistry.h"
#include "ui/shell/enginewatch.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/page.h"

#include <QMainWindow>

#include <memory>
#include <vector>

class QDockWidget;
class QSettings;
class QStackedWidget;

namespace sluice::ui {

class ActivityView;
class CommandPalette;
class EngineView;
class HelpView;
class KeySheet;
class PageScroll;
class Navigation;
class RedButton;
class RollbackSheet;
class StatusLine;
class TopBar;

/// The console's window: top bar with the red button, navigation, pages, docks, status line,
/// palette. Owns its pages. Settings keep appearance, layouts and the palette's memory; they, the
/// theme and the Plane must outlive the window. GUI thread only.
class MainWindow final : public QMainWindow
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(MainWindow)

public:
    MainWindow(Theme& theme, Plane& plane, QSettings& settings);
    ~MainWindow() override;

    /// Pages appear in the navigation in the order in which they are added; the first comes to the
    /// front.
    void addPage(std::unique_ptr<Page> page);
    void goTo(const Place& place);
    [[nodiscard]] Page* currentPage() const;
    [[nodiscard]] const std::vector<Page*>& pages() const noexcept { return m_pages; }
    [[nodiscard]] ActionRegistry& actionRegistry() noexcept { return *m_actions; }
    /// Messages that belong to no page.
    [[nodiscard]] MessageBar& messages() noexcept { return *m_messages; }
    void setReadOnly(bool readOnly);
    /// Every time shown is local or UTC from now on, also after a restart.
    void showTimesIn(format::Zone zone);
    /// "release", "review" or "oncall": docks as last left in that layout, or as it comes.
    void useLayout(const QString& name);

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    void buildBody();
    void buildDocks();
    void addViewActions();
    void addThemeActions();
    void addTimeAction();
    void addLayoutActions();
    void addPaneActions();
    void addRedButton();
    QDockWidget* addDock(const char* name, const QString& title, QWidget* content,
                         Qt::DockWidgetArea area);
    void openPalette();
    void openKeys();
    void openHelp();
    void focusFilter();
    void cyclePanes();
    void pageChanged();
    void showTitle();
    void defaultLayout(const QString& name);
    void keepTables(QWidget& pane);
    void restore();

    Theme& m_theme;
    Plane& m_plane;
    QSettings& m_settings;
    EngineWatch* m_watch;
    ActionRegistry* m_actions;
    TopBar* m_top;
    Navigation* m_navigation;
    QMainWindow* m_host; ///< pages and docks, right of the navigation
    QStackedWidget* m_stack;
    MessageBar* m_messages;
    StatusLine* m_status;
    EngineView* m_engine = nullptr;
    HelpView* m_help;
    RedButton* m_red;
    RollbackSheet* m_sheet;
    CommandPalette* m_palette;
    KeySheet* m_keys;
    QDockWidget* m_helpDock = nullptr;
    QDockWidget* m_activityDock = nullptr;
    QDockWidget* m_engineDock = nullptr;
    QString m_layoutName = QStringLiteral("release");
    std::vector<Page*> m_pages;
    std::vector<PageScroll*> m_scrolls; ///< one a page, in the same order
};

} // namespace sluice::ui
