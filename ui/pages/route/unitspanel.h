// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "ui/theme/theme.h"

#include <QWidget>

class QComboBox;

namespace sluice::ui {

class ConfirmBox;
class Panel;
class Plane;
class RouteEditor;

/// Chooses the route's stable unit and its candidate among the registered ones, and says what each
/// choice does before it is applied. GUI thread only.
class UnitsPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(UnitsPanel)

public:
    UnitsPanel(const Theme& theme, Plane& plane, RouteEditor& editor, QWidget* parent = nullptr);

    /// A units.list reply.
    void setUnits(const Json& units);
    void refresh();
    /// Drops an edit.
    void reset();
    [[nodiscard]] bool editing() const noexcept { return m_editing; }

private:
    void select();
    void choose();
    void apply(const QString& reason);
    [[nodiscard]] QString effectHtml() const;

    const Theme& m_theme;
    Plane& m_plane;
    RouteEditor& m_editor;
    Panel* m_panel;
    QComboBox* m_stable;
    QComboBox* m_candidate;
    ConfirmBox* m_confirm;
    Json m_units = Json::array();
    bool m_editing = false;
};

} // namespace sluice::ui
