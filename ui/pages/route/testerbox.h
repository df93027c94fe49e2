// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "ui/theme/theme.h"

#include <QFrame>

class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace sluice::ui {

class Chip;
class Plane;

/// "What would user 42 of org 7 get, and why": asks routes.explain and shows the steps of the
/// assignment.
class TesterBox final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TesterBox)

public:
    TesterBox(const Theme& theme, Plane& plane, QWidget* parent = nullptr);
    void setRoute(const QString& route);
    /// Puts the focus on the first field.
    void begin();

private:
    void ask();
    void showAnswer(const Json& answer);
    void clearSteps();

    const Theme& m_theme;
    Plane& m_plane;
    QString m_route;
    QLineEdit* m_user;
    QLineEdit* m_org;
    QLineEdit* m_session;
    QPushButton* m_ask;
    Chip* m_arm;
    QLabel* m_answer;
    QGridLayout* m_steps;
    quint64 m_question = 0;
};

} // namespace sluice::ui
