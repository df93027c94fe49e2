// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "ui/pages/common/armnumbers.h"
#include "ui/theme/theme.h"

#include <QWidget>

#include <map>

class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;

namespace sluice::ui {

class ConfirmBox;
class NumberLabel;
class Panel;
class Plane;
class RouteEditor;

/// Problems of guard limits as a person typed them: one sentence, empty if they can be applied.
/// Limits are milliseconds; an empty text is "no limit".
QString guardProblem(const std::map<std::string, QString>& typed);

/// The route's time limits and how often they made a request fall back: to read, and to edit in
/// place.
class GuardPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(GuardPanel)

public:
    GuardPanel(const Theme& theme, Plane& plane, RouteEditor& editor, QWidget* parent = nullptr);

    void refresh(const std::vector<ArmNumbers>& arms);
    /// Drops an edit.
    void reset();
    [[nodiscard]] bool editing() const noexcept { return m_editing; }

private:
    QWidget* makeView();
    QWidget* makeForm();
    void showPart(int index);
    void edit();
    void check();
    void apply(const QString& reason);
    [[nodiscard]] Json typedGuard() const;

    const Theme& m_theme;
    Plane& m_plane;
    RouteEditor& m_editor;
    Panel* m_panel;
    QPushButton* m_edit;
    QStackedWidget* m_stack;
    std::map<std::string, NumberLabel*> m_values;
    std::map<std::string, QLineEdit*> m_fields;
    QLabel* m_problem = nullptr;
    ConfirmBox* m_confirm = nullptr;
    bool m_editing = false;
};

} // namespace sluice::ui
