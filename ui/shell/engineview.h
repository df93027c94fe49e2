// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

class QCheckBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace sluice::ui {

class EngineWatch;

/// Engine: the detail behind the status line, gateways included; and what the engine is called and
/// whether people depend on it (fleet.configure). GUI thread only.
class EngineView final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EngineView)

public:
    EngineView(const Theme& theme, EngineWatch& watch, QWidget* parent = nullptr);

    /// Puts the focus on the engine's name.
    void editFleet();

private:
    void addLine(const QString& label, const char* name);
    void addFleet();
    void refresh();
    void refreshFleet();
    void updateApply();
    void apply();
    [[nodiscard]] bool edited() const;

    const Theme& m_theme;
    EngineWatch& m_watch;
    QFormLayout* m_form;
    QLineEdit* m_name;
    QCheckBox* m_production;
    QPushButton* m_apply;
    QLabel* m_problem;
    QString m_nameThere;
    bool m_productionThere = false;
    bool m_busy = false;
};

} // namespace sluice::ui
