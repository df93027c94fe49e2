// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/livequery.h"
#include "ui/theme/theme.h"

#include <QWidget>

class QPushButton;

namespace sluice::ui {

class ConfirmBox;
class JsonTableModel;
class Panel;
class Plane;
class RouteEditor;
class SortedModel;
class StateStack;
class TableView;

/// The route's routing revisions: who changed what and why, and Restore… of any of them, which says
/// beforehand what it would change. GUI thread only.
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
    void updateButton();
    void updateOlder();
    void askOlder();
    void askRestore();
    [[nodiscard]] qint64 selectedRevision() const;

    Plane& m_plane;
    RouteEditor& m_editor;
    LiveQuery m_history;
    Panel* m_panel;
    JsonTableModel* m_model;
    SortedModel* m_sorted;
    TableView* m_table;
    StateStack* m_stack;
    QPushButton* m_restore;
    QPushButton* m_older;
    ConfirmBox* m_confirm;
    QWidget* m_confirmRow = nullptr; ///< holds it off the panel's edges
    QString m_route;
    qint64 m_restoring = 0;
    quint64 m_question = 0;
    bool m_paged = false; ///< older pages were appended; `m_more` is theirs
    bool m_more = false;
    bool m_asking = false;
};

} // namespace sluice::ui
