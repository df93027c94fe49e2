// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "ui/theme/theme.h"

#include <QWidget>

class QFormLayout;
class QLabel;
class QPushButton;
class QStackedWidget;
class QVBoxLayout;

namespace sluice::ui {

class Chip;
class Panel;
class Waterfall;

/// One request: how it was assigned, its stages, attempts, tokens and cost. GUI thread only.
class RecordDetail final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RecordDetail)

public:
    explicit RecordDetail(const Theme& theme, QWidget* parent = nullptr);

    /// Null shows that nothing is chosen.
    void show(const Json& record);
    /// The gateway's address, for the copied command line.
    void setListen(const QString& listen) { m_listen = listen; }

private:
    QWidget* makeBody();
    void showAttempts();
    void showFacts();
    void addFact(const QString& name, const QString& value, bool mono = false);

    const Theme& m_theme;
    Json m_record;
    QString m_listen;
    Panel* m_panel;
    QStackedWidget* m_stack;
    Chip* m_arm = nullptr;
    Chip* m_outcome = nullptr;
    Chip* m_simulated = nullptr;
    QLabel* m_assignment = nullptr;
    Waterfall* m_waterfall = nullptr;
    QVBoxLayout* m_attempts = nullptr;
    QFormLayout* m_facts = nullptr;
    QPushButton* m_copyId;
    QPushButton* m_copyCurl;
};

} // namespace sluice::ui
