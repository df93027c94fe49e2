// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/cursorhub.h"
#include "ui/pages/common/serieslines.h"

#include <QWidget>

class QToolButton;

namespace sluice::ui {

class Chip;
class Panel;
class TimeChart;

/// A chart in a panel: title, which line is which, "show data", and a switch where a panel has
/// several metrics. GUI thread only.
class ChartPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChartPanel)

public:
    /// The first metric is shown; with several there is a switch. `legend`: arms whose colours are
    /// named by chips, while they have a line. theme and hub must outlive the panel.
    ChartPanel(const Theme& theme, CursorHub& hub, std::vector<Metric> metrics,
               const QStringList& legend = {}, QWidget* parent = nullptr);

    void setSubtitle(const QString& subtitle);
    /// A telemetry.series reply and which of its arms to draw.
    void setSeries(const Json& series, const QStringList& arms, const QString& currency);
    void setMessage(const QString& text);
    /// Shows another range's reply at once, in place of the live one, until endHeld().
    void setHeld(const Json& series);
    void endHeld();
    /// A few words over the lines that are shown meanwhile; empty = none.
    void setNotice(const QString& text);
    [[nodiscard]] TimeChart* chart() const noexcept { return m_chart; }
    [[nodiscard]] Metric metric() const noexcept { return m_metric; }

Q_SIGNALS:
    void requestsWanted(double from, double to);

private:
    void choose(Metric metric);
    void refresh();
    void drawHeld();
    [[nodiscard]] QString emptyText(const Json& series) const;

    Panel* m_panel;
    TimeChart* m_chart;
    std::vector<std::pair<QString, Chip*>> m_legend; ///< by arm
    std::vector<Metric> m_metrics;
    Metric m_metric;
    Json m_series;
    Json m_held; ///< null while the live series is shown
    QStringList m_arms;
    QString m_currency;
};

} // namespace sluice::ui
