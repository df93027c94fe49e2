// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QTimer>
#include <QWidget>

class QPushButton;

namespace sluice::ui {

class EngineWatch;
class NumberLabel;

/// The line at the bottom: is the engine there, at which revision, how busy, how old is what is
/// shown. A click opens the detail.
class StatusLine final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StatusLine)

public:
    StatusLine(const Theme& theme, EngineWatch& watch, QWidget* parent = nullptr);

Q_SIGNALS:
    void detailAsked();
    void keysAsked();
    void zoneAsked(); ///< local time or UTC: the other one

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    NumberLabel* part(const char* name);
    void refresh();
    void showZone();

    const Theme& m_theme;
    EngineWatch& m_watch;
    QWidget* m_dot;
    NumberLabel* m_engine;
    NumberLabel* m_latency;
    NumberLabel* m_revision;
    NumberLabel* m_rate;
    NumberLabel* m_event;
    NumberLabel* m_queue;
    NumberLabel* m_dropped;
    QPushButton* m_zone;
    QTimer m_second;
};

} // namespace sluice::ui
