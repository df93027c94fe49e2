// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "ui/theme/theme.h"

#include <QFrame>

class QLabel;
class QLineEdit;
class QPushButton;

namespace sluice::ui {

class Chip;
class JsonEdit;
class Plane;
class StepList;

/// "What would user 42 of org 7 get, and why": asks routes.explain and shows the steps of the
/// assignment, with the key, its hash and its bucket. Other attributes are given as JSON.
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

    const Theme& m_theme;
    Plane& m_plane;
    QString m_route;
    QLineEdit* m_user;
    QLineEdit* m_org;
    QLineEdit* m_session;
    QPushButton* m_ask;
    Chip* m_arm;
    QPushButton* m_more;
    JsonEdit* m_attributes;
    QLabel* m_answer;
    StepList* m_steps;
    quint64 m_question = 0;
};

} // namespace sluice::ui
