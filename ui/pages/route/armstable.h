// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "ui/theme/theme.h"

#include <QWidget>

namespace sluice::ui {

class JsonTableModel;
class Panel;
class TableView;

/// The arms' numbers side by side: candidate, control, stable. Numbers of too few requests say so.
class ArmsTable final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ArmsTable)

public:
    explicit ArmsTable(const Theme& theme, QWidget* parent = nullptr);

    /// A route of a telemetry.summary reply; `window` in words.
    void show(const Json& summaryRoute, const QString& window);

private:
    Panel* m_panel;
    JsonTableModel* m_model;
    TableView* m_table;
};

} // namespace sluice::ui
