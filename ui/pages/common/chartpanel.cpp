// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/common/chartpanel.h"

#include "ui/charts/timechart.h"
#include "ui/theme/variant.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/panel.h"

#include <QButtonGroup>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace sluice::ui {

namespace {

ChipKind chipOf(const QString& arm)
{
    if (arm == QLatin1String("candidate")) {
        return ChipKind::Candidate;
    }
    return arm == QLatin1String("stable") ? ChipKind::Stable : ChipKind::Control;
}

/// The short word of a switch between metrics of one panel.
QString switchText(Metric metric)
{
    switch (metric) {
    case Metric::P50:
    case Metric::TtftP50:
        return QStringLiteral("p50");
    case Metric::P95:
    case Metric::TtftP95:
        return QStringLiteral("p95");
    case Metric::P99:
        return QStringLiteral("p99");
    default:
        return metricTitle(metric).toLower();
    }
}

} // namespace

ChartPanel::ChartPanel(const Theme& theme, CursorHub& hub, std::vector<Metric> metrics,
                       const QStringList& legend, QWidget* parent)
    : QWidget(parent)
    , m_panel(new Panel(theme, metricTitle(metrics.front())))
    , m_chart(new TimeChart(theme, hub))
    , m_metrics(std::move(metrics))
    , m_metric(m_metrics.front())
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_panel);
    m_panel->setFlush();
    m_panel->body()->setContentsMargins(0, theme.grid(2), 0, 0);
    m_panel->body()->addWidget(m_chart);
    if (m_metrics.size() > 1) {
        auto* group = new QButtonGroup(this);
        for (const Metric metric : m_metrics) {
            auto* button = new QToolButton;
            button->setObjectName(QStringLiteral("metric.") + switchText(metric));
            button->setText(switchText(metric));
            setVariant(*button, "kind", "quiet");
            button->setCheckable(true);
            button->setChecked(metric == m_metric);
            group->addButton(button);
            m_panel->addTool(button);
            connect(button, &QToolButton::clicked, this, [this, metric] { choose(metric); });
        }
    }
    for (const QString& arm : legend) {
        auto* chip = new Chip(theme, chipOf(arm), arm);
        chip->hide();
        m_legend.emplace_back(arm, chip);
        m_panel->addTool(chip);
    }
    auto* table = new QToolButton;
    table->setObjectName(QStringLiteral("showData"));
    table->setText(QStringLiteral("D"));
    setVariant(*table, "kind", "key");
    table->setCheckable(true);
    table->setToolTip(tr("Show data as a table (d)"));
    table->setAccessibleName(tr("Show data as a table"));
    m_panel->addTool(table);
    connect(table, &QToolButton::toggled, m_chart, &TimeChart::setDataShown);
    connect(m_chart, &TimeChart::dataShownChanged, table, &QToolButton::setChecked);
    connect(m_chart, &TimeChart::requestsWanted, this, &ChartPanel::requestsWanted);
    m_chart->setEmptyText(tr("Loading…"));
    choose(m_metric);
}

void ChartPanel::setSubtitle(const QString& subtitle)
{
    m_panel->setSubtitle(subtitle);
}

void ChartPanel::setSeries(const Json& series, const QStringList& arms, const QString& currency)
{
    m_series = series;
    m_arms = arms;
    m_currency = currency;
    refresh();
    m_chart->setEmptyText(emptyText(m_series));
}

void ChartPanel::setMessage(const QString& text)
{
    m_series = Json();
    endHeld();
    refresh();
    m_chart->setEmptyText(text);
}

void ChartPanel::setHeld(const Json& series)
{
    if (m_held != series) {
        m_held = series;
        drawHeld();
    }
}

void ChartPanel::endHeld()
{
    m_held = Json();
    m_chart->setNotice({});
}

void ChartPanel::setNotice(const QString& text)
{
    m_chart->setNotice(text);
}

void ChartPanel::drawHeld()
{
    m_chart->setEmptyText(emptyText(m_held));
    m_chart->replaceLines(seriesLines(m_held, m_metric, m_arms));
}

/// Why nothing is drawn of a reply.
QString ChartPanel::emptyText(const Json& series) const
{
    const bool first = m_metric == Metric::TtftP50 || m_metric == Metric::TtftP95;
    return first && hasRequests(series)
               ? tr("None of these requests was streamed: there is no first token to time.")
               : tr("No requests in this time.");
}

void ChartPanel::choose(Metric metric)
{
    m_metric = metric;
    m_panel->setTitle(metricTitle(metric));
    m_chart->setAccessibleName(metricTitle(metric));
    m_chart->setObjectName(QStringLiteral("chart.") + metricTitle(metric));
    refresh();
    if (!m_held.is_null()) {
        drawHeld();
    } else if (!m_series.is_null()) {
        m_chart->setEmptyText(emptyText(m_series));
        m_chart->replaceLines(seriesLines(m_series, metric, m_arms)); // also while a reader holds it
    }
}

void ChartPanel::refresh()
{
    const ChartUnit unit = unitOf(m_metric, m_currency);
    m_chart->setUnit(unit);
    std::vector<ChartLine> lines = seriesLines(m_series, m_metric, m_arms);
    for (const auto& [arm, chip] : m_legend) {
        chip->setVisible(std::any_of(lines.begin(), lines.end(),
                                     [&arm = arm](const ChartLine& line) { return line.id == arm; }));
    }
    m_chart->setLines(std::move(lines));
}

} // namespace sluice::ui
