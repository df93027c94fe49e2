// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/livequery.h"
#include "ui/theme/theme.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLayout;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace sluice::ui {

class ChangeList;
class ConfirmBox;
class JsonTableModel;
class Plane;
class SortedModel;
class StateStack;
class TableView;

/// Where flags are imported from again and again, how the last look went, and adding, changing and
/// removing of such places. Controls: sources.table, sources.name, .kind, .location, .path, .ref,
/// .local, .interval, .save, .remove, sources.problem, sources.apply.….
class FlagSources final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FlagSources)

public:
    FlagSources(const Theme& theme, Plane& plane, QWidget* parent = nullptr);
    void refresh() { m_sources.refresh(); }

Q_SIGNALS:
    void closed();
    /// Flags may have come or gone.
    void changed();

private:
    QWidget* makeTable();
    QWidget* makeForm();
    QLayout* makeFoot();
    void update();
    void select();
    void check();
    void save();
    void askRemove();
    void remove();
    void showKind();
    void failed(const Error& error);

    const Theme& m_theme;
    Plane& m_plane;
    LiveQuery m_sources;
    JsonTableModel* m_model = nullptr;
    SortedModel* m_sorted = nullptr;
    TableView* m_table = nullptr;
    StateStack* m_stack = nullptr;
    QLineEdit* m_name = nullptr;
    QComboBox* m_kind = nullptr;
    QLineEdit* m_location = nullptr;
    QLineEdit* m_path = nullptr;
    QLineEdit* m_ref = nullptr;
    QCheckBox* m_local = nullptr;
    QSpinBox* m_interval = nullptr;
    QPushButton* m_save = nullptr;
    QPushButton* m_remove = nullptr;
    QLabel* m_problem = nullptr;
    ChangeList* m_changes = nullptr;
    ConfirmBox* m_confirm = nullptr;
    QString m_removing;
};

} // namespace sluice::ui
