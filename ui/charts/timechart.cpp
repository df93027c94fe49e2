// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/timechart.h"

#include "ui/charts/chartcanvas.h"
#include "ui/charts/chartdatamodel.h"
#include "ui/charts/chartoverlay.h"
#include "ui/charts/charttext.h"
#include "ui/theme/variant.h"

#include <QContextMenuEvent>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace sluice::ui {

namespace {
/// Between two redraws: 4 Hz (console.md).
constexpr int kRedrawMs = 250;
} // namespace

TimeChart::TimeChart(const Theme& theme, CursorHub& hub, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_hub(hub)
    , m_model(new ChartDataModel(this))
    , m_stack(new QStackedWidget)
    , m_canvas(new ChartCanvas(theme))
    , m_overlay(new ChartOverlay(theme, hub, m_canvas))
    , m_table(new QTableView)
    , m_hint(new QLabel)
    , m_pill(new QPushButton(m_canvas))
    , m_notice(new QLabel(m_canvas))
{
    setFocusPolicy(Qt::StrongFocus);
    m_table->setObjectName(QStringLiteral("chart.data"));
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("The chart's numbers"));
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setShowGrid(false);
    m_hint->setObjectName(QStringLiteral("chart.hint"));
    setVariant(*m_hint, "type", "small");
    m_hint->setTextFormat(Qt::PlainText);
    m_hint->setContentsMargins(theme.grid(3), 0, theme.grid(3), theme.grid(2));
    m_hint->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_pill->setObjectName(QStringLiteral("chart.resume"));
    m_pill->setFont(theme.font(TextStyle::Small));
    m_pill->setFocusPolicy(Qt::NoFocus);
    m_pill->hide();
    m_notice->setObjectName(QStringLiteral("chart.notice"));
    setVariant(*m_notice, "badge", "notice");
    m_notice->setTextFormat(Qt::PlainText);
    m_notice->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_notice->hide();
    m_stack->addWidget(m_canvas);
    m_stack->addWidget(m_table);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_hint);
    m_timer.setSingleShot(true);
    m_timer.setInterval(kRedrawMs);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (m_stale) {
            scheduleDraw();
        }
    });
    connectHub();
}

void TimeChart::connectHub()
{
    connect(&m_hub, &CursorHub::rangeChanged, this, [this] {
        m_canvas->setRange(m_hub.range());
        updateHint();
    });
    connect(&m_hub, &CursorHub::cursorChanged, this, &TimeChart::updateHint);
    connect(&m_hub, &CursorHub::brushChanged, this, &TimeChart::updateTip);
    connect(&m_hub, &CursorHub::pausedChanged, this, &TimeChart::scheduleDraw);
    connect(m_canvas, &ChartCanvas::plotGeometryChanged, this, [this] {
        m_overlay->setPlotGeometry(m_canvas->plotGeometry(), m_canvas->drawsNothing());
    });
    connect(m_overlay, &ChartOverlay::pressed, this, [this] { setFocus(Qt::MouseFocusReason); });
    connect(m_overlay, &ChartOverlay::zoomWanted, this,
            [this](double about) { m_hub.zoom(0.5, about); });
    connect(m_pill, &QPushButton::clicked, this, [this] { m_hub.resume(); });
    m_canvas->setRange(m_hub.range());
}

void TimeChart::setUnit(const ChartUnit& unit)
{
    m_unit = unit;
    m_canvas->setUnit(unit);
    m_model->setData(m_lines, unit);
    updateHint();
}

void TimeChart::setLines(std::vector<ChartLine> lines)
{
    m_pending = std::move(lines);
    m_stale = true;
    scheduleDraw();
}

void TimeChart::replaceLines(std::vector<ChartLine> lines)
{
    m_lines = std::move(lines);
    m_stale = true; // the live lines wait for the reader to let go
    showLines();
    updatePill();
}

void TimeChart::setNotice(const QString& text)
{
    m_notice->setVisible(!text.isEmpty());
    if (text != m_notice->text()) {
        m_notice->setText(text);
        const int room = m_canvas->width() - 2 * m_theme.grid(3);
        m_notice->setFixedWidth(std::min(m_notice->sizeHint().width(), std::max(1, room)));
        m_notice->adjustSize();
        const QRectF plot = m_canvas->plotGeometry().plot; // above the times, clear of the events
        m_notice->move((m_canvas->width() - m_notice->width()) / 2,
                       static_cast<int>(plot.bottom()) - m_notice->height() - m_theme.grid(1));
        m_notice->raise();
    }
}

void TimeChart::setEmptyText(const QString& text)
{
    m_emptyText = text;
    if (!m_stale) {
        m_canvas->setEmptyText(text); // else with the lines that it speaks of
    }
}

/// Draws now if the last time is long enough ago, else when it is; never while hidden or held by a
/// reader.
void TimeChart::scheduleDraw()
{
    const bool held = m_hub.paused() && !m_lines.empty();
    if (m_stale && isVisible() && !held && !m_timer.isActive()) {
        draw();
        m_timer.start();
    }
    updatePill();
}

void TimeChart::draw()
{
    m_stale = false;
    m_lines = m_pending;
    showLines();
}

void TimeChart::showLines()
{
    m_canvas->setEmptyText(m_emptyText);
    m_canvas->setLines(m_lines);
    if (dataShown()) {
        m_model->setData(m_lines, m_unit);
    }
    updateHint();
    updateTip();
}

void TimeChart::updatePill()
{
    int newer = 0;
    for (const ChartLine& line : m_pending) {
        const auto shown = std::find_if(m_lines.begin(), m_lines.end(),
                                        [&](const auto& l) { return l.id == line.id; });
        const double last = shown != m_lines.end() && !shown->t.empty() ? shown->t.back() : 0;
        const auto first = std::upper_bound(line.t.begin(), line.t.end(), last);
        newer = std::max(newer, static_cast<int>(line.t.end() - first));
    }
    const bool held = m_hub.paused() && m_stale && newer > 0;
    m_pill->setVisible(held);
    if (held) {
        m_pill->setText(tr("resume (%Ln new)", nullptr, newer));
        m_pill->adjustSize();
        m_pill->move(m_canvas->width() - m_pill->width() - m_theme.grid(3), m_theme.grid(1));
        m_pill->raise();
    }
}

void TimeChart::updateHint()
{
    const auto cursor = m_hub.cursor();
    QString text;
    if (cursor) {
        text = charttext::cursorHint(m_unit, m_lines, *cursor);
        const double near = m_canvas->plotGeometry().secondsPerPixel() * m_theme.grid(2);
        for (const ChartEvent& event : m_hub.events()) {
            if (std::abs(event.t - *cursor) <= near) {
                text += QStringLiteral("   ") + event.detail;
            }
        }
    } else if (!m_canvas->drawsNothing()) {
        QStringList parts;
        for (const ChartLine& line : m_lines) {
            const auto last =
                valueAt(line, std::min(m_hub.range().to, line.t.empty() ? 0 : line.t.back()));
            parts << tr("%1 %2").arg(line.name,
                                     last ? charttext::value(m_unit, *last) : tr("no data"));
        }
        text = parts.join(QStringLiteral("   "));
    }
    m_hint->setText(text);
    m_hint->setToolTip(text);
}

void TimeChart::updateTip()
{
    const auto brush = m_hub.brush();
    m_overlay->setTip(brush ? charttext::brushLines(m_unit, m_lines, brush->ordered())
                            : QStringList());
}

bool TimeChart::dataShown() const
{
    return m_stack->currentWidget() == m_table;
}

void TimeChart::setDataShown(bool shown)
{
    if (shown == dataShown()) {
        return;
    }
    m_model->setData(m_lines, m_unit);
    m_stack->setCurrentWidget(shown ? static_cast<QWidget*>(m_table) : m_canvas);
    Q_EMIT dataShownChanged(shown);
}

void TimeChart::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    layout()->activate();
    m_overlay->setGeometry(m_canvas->rect());
    updatePill();
}

void TimeChart::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LocaleChange) { // also: another zone
        m_model->setData(m_lines, m_unit);
        updateHint();
        updateTip();
    }
}

void TimeChart::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_overlay->setGeometry(m_canvas->rect());
    scheduleDraw();
}

} // namespace sluice::ui
