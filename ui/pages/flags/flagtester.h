// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "ui/theme/theme.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;

namespace sluice::ui {

class Chip;
class JsonEdit;
class Plane;
class StepList;

/// "What would this context get, and why": asks flags.evaluate about the flag as it is in force.
/// Controls: flagtest.key, flagtest.context.text, flagtest.ask, flagtest.answer.
class FlagTester final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FlagTester)

public:
    FlagTester(const Theme& theme, Plane& plane, QWidget* parent = nullptr);
    void setFlag(const QString& key);
    /// Says that what is edited beside it is not what is asked.
    void setEdited(bool edited);

private:
    void ask();
    void showAnswer(const Json& answer);

    Plane& m_plane;
    QString m_flag;
    QLineEdit* m_key;
    JsonEdit* m_context;
    QPushButton* m_ask;
    QLabel* m_note;
    Chip* m_variant;
    QLabel* m_answer;
    QLabel* m_value;
    StepList* m_steps;
    quint64 m_question = 0;
};

} // namespace sluice::ui
