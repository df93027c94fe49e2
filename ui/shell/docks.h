// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

class QTextBrowser;

namespace sluice::ui {

class EngineWatch;
class JsonTableModel;

/// Help: the Markdown pages of resources/help, with the links between them.
class HelpView final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(HelpView)

public:
    explicit HelpView(const Theme& theme, QWidget* parent = nullptr);
    /// "red-button" shows :/help/red-button.md; an unknown name shows the index.
    void open(const QString& page);

private:
    void load();

    const Theme& m_theme;
    QTextBrowser* m_browser;
    QString m_page = QStringLiteral("index");
};

/// Activity: what happened since the console was opened, newest first.
class ActivityView final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ActivityView)

public:
    ActivityView(const Theme& theme, EngineWatch& watch, QWidget* parent = nullptr);
    [[nodiscard]] const JsonTableModel& model() const noexcept { return *m_model; }

private:
    JsonTableModel* m_model;
};

} // namespace sluice::ui
