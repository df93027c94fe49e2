// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/livequery.h"
#include "ui/theme/theme.h"

#include <QWidget>

#include <vector>

class QPushButton;

namespace sluice::ui {

class JsonTableModel;
class Panel;
class Plane;
class RestoreBox;
class RevisionDiff;
class RouteEditor;
class SortedModel;
class StateStack;
class TableView;

/// The route's routing revisions: who changed what and why. One or two chosen ones can be compared,
/// one restored, or any point in time. GUI thread only.
class TimelinePanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TimelinePanel)

public:
    TimelinePanel(const Theme& theme, Plane& plane, RouteEditor& editor, QWidget* parent = nullptr);
    void setRoute(const QString& route);
    void refresh();
    void reset();

Q_SIGNALS:
    /// An older page could not be read.
    void failed(const QString& problem);

private:
    void update();
    void updateButtons();
    void updateOlder();
    void askOlder();
    void askRestore();
    void compare();
    /// Chosen revisions, older first.
    [[nodiscard]] std::vector<qint64> selectedRevisions() const;

    Plane& m_plane;
    RouteEditor& m_editor;
    LiveQuery m_history;
    Panel* m_panel;
    JsonTableModel* m_model;
    SortedModel* m_sorted;
    TableView* m_table;
    StateStack* m_stack;
    QPushButton* m_restore;
    QPushButton* m_compare;
    QPushButton* m_atTime;
    QPushButton* m_older;
    RestoreBox* m_restoreBox;
    RevisionDiff* m_diff;
    QString m_route;
    bool m_paged = false; ///< older pages were appended; `m_more` is theirs
    bool m_more = false;
    bool m_asking = false;
};

} // namespace sluice::ui
