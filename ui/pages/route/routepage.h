// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/cursorhub.h"
#include "ui/models/livequery.h"
#include "ui/pages/common/armnumbers.h"
#include "ui/pages/common/seriesfeed.h"
#include "ui/pages/route/routeeditor.h"
#include "ui/widgets/page.h"

class QPushButton;
class QScrollArea;

namespace sluice::ui {

class ArmsTable;
class ChartPanel;
class Chip;
class ConfirmBox;
class ConflictBar;
class GuardPanel;
class MessageBar;
class Plane;
class StateStack;
class TargetingPanel;
class TimelinePanel;
class TrafficPanel;
class UnitsPanel;

/// One route: its traffic, limits, units, numbers, charts and history, and everything that moves
/// it. GUI thread only; theme and plane must outlive the page.
class RoutePage final : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RoutePage)

public:
    RoutePage(const Theme& theme, Plane& plane, QWidget* parent = nullptr);

    [[nodiscard]] QString id() const override { return QStringLiteral("route"); }
    [[nodiscard]] QString title() const override { return tr("Route"); }
    [[nodiscard]] QString iconName() const override { return QStringLiteral("route"); }
    [[nodiscard]] Section section() const override { return Section::Traffic; }
    [[nodiscard]] QString route() const override { return m_name; }
    void activate(const Place& place) override;
    [[nodiscard]] QList<KeyHint> keys() const override;

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeHeader();
    QWidget* makeContent();
    QWidget* makeCharts();
    void connectQueries();
    void connectEditor();
    void setRoute(const QString& name);
    void showWindow(const TimeWindow& window);
    void updateRoutes();
    void updateRoute();
    void showGone();
    void updateHeader();
    void updateActions();
    void updateSummary();
    void updateCharts();
    void resetEdits();
    void askAcknowledge();
    void askPromote();
    void abortRollout();
    void dropEdits();
    void showApplied(const QStringList& changes, quint64 revision, const Json& undo);

    enum class Asking
    {
        Nothing,
        Acknowledge,
        Promote
    };

    const Theme& m_theme;
    Plane& m_plane;
    RouteEditor m_editor;
    LiveQuery m_routes;
    LiveQuery m_route;
    LiveQuery m_summary;
    LiveQuery m_units;
    CursorHub m_hub;
    SeriesFeed m_feed;
    QString m_name;
    TimeWindow m_window;
    std::vector<ArmNumbers> m_arms;
    Asking m_asking = Asking::Nothing;
    bool m_acknowledgeWanted = false;

    QPushButton* m_title = nullptr;
    QPushButton* m_windowButton = nullptr;
    QPushButton* m_compare = nullptr;
    QPushButton* m_abort = nullptr;
    QPushButton* m_promote = nullptr;
    Chip* m_stable = nullptr;
    Chip* m_candidate = nullptr;
    Chip* m_verdict = nullptr;
    MessageBar* m_messages = nullptr;
    ConfirmBox* m_confirm = nullptr;
    ConflictBar* m_conflict = nullptr;
    StateStack* m_stack = nullptr;
    QScrollArea* m_scroll = nullptr;
    TrafficPanel* m_traffic = nullptr;
    TargetingPanel* m_targeting = nullptr;
    GuardPanel* m_guard = nullptr;
    UnitsPanel* m_unitsPanel = nullptr;
    ArmsTable* m_armsTable = nullptr;
    TimelinePanel* m_timeline = nullptr;
    std::vector<ChartPanel*> m_charts;
};

} // namespace sluice::ui
