// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/cursorhub.h"
#include "ui/models/livequery.h"
#include "ui/pages/common/seriesfeed.h"
#include "ui/widgets/page.h"

class QLabel;
class QPushButton;

namespace sluice::ui {

class ChartPanel;
class JsonTableModel;
class MessageBar;
class NewRouteForm;
class Plane;
class SortedModel;
class StateStack;
class TableView;

/// All routes at a glance: one row each, killed routes as messages above, and the chosen route's
/// latency and cost, candidate against its control. GUI thread only; theme and plane must outlive
/// the page.
class OverviewPage final : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(OverviewPage)

public:
    OverviewPage(const Theme& theme, Plane& plane, QWidget* parent = nullptr);

    [[nodiscard]] QString id() const override { return QStringLiteral("overview"); }
    [[nodiscard]] QString title() const override { return tr("Overview"); }
    [[nodiscard]] QString iconName() const override { return QStringLiteral("overview"); }
    [[nodiscard]] Section section() const override { return Section::Traffic; }
    [[nodiscard]] bool tellsOfRollbacks() const override { return true; }
    /// details: "new" opens the form for a new route.
    void activate(const Place& place) override;
    [[nodiscard]] QList<KeyHint> keys() const override;

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeHeader();
    QWidget* makeTable();
    QWidget* makeCharts();
    void connectForm();
    void connectQueries();
    void showWindow(const TimeWindow& window);
    void updateRows();
    void updateMessages();
    void updateCharts();
    void fitTable();
    void showSelected();
    void open(const QModelIndex& index);
    [[nodiscard]] QString selectedRoute() const;
    [[nodiscard]] const Json* summaryOf(const QString& route) const;

    const Theme& m_theme;
    Plane& m_plane;
    LiveQuery m_routes;
    LiveQuery m_summary;
    CursorHub m_hub;
    SeriesFeed m_feed;
    NewRouteForm* m_form = nullptr;
    QPushButton* m_new = nullptr;
    QStringList m_alerts; ///< ids of the messages shown for killed routes
    QLabel* m_subtitle = nullptr;
    QPushButton* m_windowButton = nullptr;
    MessageBar* m_messages = nullptr;
    StateStack* m_stack = nullptr;
    JsonTableModel* m_model = nullptr;
    SortedModel* m_sorted = nullptr;
    TableView* m_table = nullptr;
    ChartPanel* m_latency = nullptr;
    ChartPanel* m_cost = nullptr;
};

} // namespace sluice::ui
