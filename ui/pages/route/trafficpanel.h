// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/common/routefacts.h"
#include "ui/theme/theme.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;
class QSlider;

namespace sluice::ui {

class ConfirmBox;
class FlowLayout;
class Panel;
class PercentSpin;
class Plane;
class RouteEditor;
class TesterBox;

/// The route's percentage: a slider and a typed value in steps of 0.01 % that only preview who
/// would move until Apply; the targeting rules and their tester. GUI thread only.
class TrafficPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TrafficPanel)

public:
    TrafficPanel(const Theme& theme, Plane& plane, RouteEditor& editor, QWidget* parent = nullptr);

    /// Shows editor.facts(); an edit that has begun keeps its value.
    void refresh();
    /// Drops an edit.
    void reset();
    [[nodiscard]] bool editing() const noexcept { return m_editing; }

Q_SIGNALS:
    /// Rules, allow list and bucketing are to be edited.
    void targetingWanted();

private:
    void buildSlider();
    void buildRules();
    void choose(double percent);
    void askPreview();
    void showPreview(const Json& preview);
    void showRules();
    void updateEnabled();
    void apply(const QString& reason);
    [[nodiscard]] QString applyText() const;
    [[nodiscard]] QString warningHtml() const;

    const Theme& m_theme;
    Plane& m_plane;
    RouteEditor& m_editor;
    Panel* m_panel;
    QSlider* m_slider;
    PercentSpin* m_spin;
    QLabel* m_hint;
    ConfirmBox* m_confirm;
    FlowLayout* m_rules = nullptr;
    QPushButton* m_edit = nullptr;
    QPushButton* m_test = nullptr;
    TesterBox* m_tester;
    QTimer m_debounce;
    QString m_shownRoute;
    double m_wanted = 0;
    quint64 m_question = 0; ///< number of the latest preview; replies to earlier ones are dropped
    bool m_editing = false;
};

} // namespace sluice::ui
