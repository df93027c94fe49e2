// SPDX-License-Identifier: GPL-3.0-or-later
// TimeChart's keyboard, context menu and export: the half of it that answers to a person.
#include "ui/charts/chartcanvas.h"
#include "ui/charts/chartdatamodel.h"
#include "ui/charts/chartoverlay.h"
#include "ui/charts/timechart.h"

#include <QContextMenuEvent>
#include <QFileDialog>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QSaveFile>
#include <QSvgGenerator>

#include <algorithm>

namespace sluice::ui {

namespace {
constexpr double kPanShare = 0.1;
constexpr double kValueZoomStep = 1.5;
} // namespace

QList<TimeChart::Key> TimeChart::keys()
{
    return {{QStringLiteral("+ −"), tr("Narrower or wider time range")},
            {QStringLiteral("x X"), tr("The same, at the crosshair")},
            {QStringLiteral("y Y"), tr("Narrower or wider value range")},
            {QStringLiteral("0"), tr("Show all and go on live")},
            {QStringLiteral("← → ↑ ↓"), tr("Pan")},
            {QStringLiteral("Ctrl+← →"), tr("Crosshair one bucket on")},
            {tr("Space"), tr("Pin or free the crosshair")},
            {tr("Enter"), tr("Zoom into what is brushed")},
            {tr("Backspace"), tr("One zoom back")},
            {QStringLiteral("g"), tr("Go to the requests of this bucket")},
            {QStringLiteral("d"), tr("Show data as a table")}};
}

double TimeChart::anchor() const
{
    const TimeRange range = m_hub.range();
    return m_hub.cursor().value_or((range.from + range.to) / 2);
}

double TimeChart::step() const
{
    return m_lines.empty() ? std::max(1.0, m_hub.range().width() / 60) : m_lines.front().step;
}

bool TimeChart::zoomKey(QKeyEvent* event)
{
    const TimeRange range = m_hub.range();
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        m_hub.zoom(0.5, (range.from + range.to) / 2);
        return true;
    case Qt::Key_Minus:
        m_hub.zoom(2, (range.from + range.to) / 2);
        return true;
    case Qt::Key_X:
        m_hub.zoom(event->modifiers() & Qt::ShiftModifier ? 2 : 0.5, anchor());
        return true;
    case Qt::Key_Y:
        m_valueZoom *= event->modifiers() & Qt::ShiftModifier ? 1 / kValueZoomStep : kValueZoomStep;
        m_valueZoom = std::clamp(m_valueZoom, 1 / 8.0, 64.0);
        break;
    case Qt::Key_0:
        m_valueZoom = 1;
        m_valueShift = 0;
        m_hub.resume();
        break;
    case Qt::Key_Backspace:
        m_hub.stepBack();
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (const auto brush = m_hub.brush()) {
            m_hub.zoomTo(brush->ordered());
            m_hub.setBrush({});
        }
        return true;
    default:
        return false;
    }
    m_canvas->setValueZoom(m_valueZoom, m_valueShift);
    return true;
}

bool TimeChart::moveKey(QKeyEvent* event)
{
    const bool crosshair = event->modifiers() & Qt::ControlModifier;
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right: {
        const double sign = event->key() == Qt::Key_Left ? -1 : 1;
        if (crosshair) {
            m_hub.setCursor(
                std::clamp(anchor() + sign * step(), m_hub.range().from, m_hub.range().to));
            m_hub.setPinned(true);
        } else {
            m_hub.pan(sign * kPanShare);
        }
        return true;
    }
    case Qt::Key_Up:
    case Qt::Key_Down:
        m_valueShift += (event->key() == Qt::Key_Up ? kPanShare : -kPanShare) / m_valueZoom;
        m_canvas->setValueZoom(m_valueZoom, m_valueShift);
        return true;
    case Qt::Key_Space:
        togglePin();
        return true;
    default:
        return false;
    }
}

void TimeChart::keyPressEvent(QKeyEvent* event)
{
    if (zoomKey(event) || moveKey(event)) {
        return;
    }
    if (event->key() == Qt::Key_G) {
        askForRequests();
    } else if (event->key() == Qt::Key_D) {
        setDataShown(!dataShown());
    } else if (event->key() == Qt::Key_Escape && (m_hub.brush() || m_hub.pinned())) {
        m_hub.setBrush({});
        m_hub.setPinned(false);
    } else {
        QWidget::keyPressEvent(event);
    }
}

void TimeChart::togglePin()
{
    if (!m_hub.cursor()) {
        m_hub.setCursor(anchor());
    }
    m_hub.setPinned(!m_hub.pinned());
}

void TimeChart::askForRequests()
{
    if (const auto brush = m_hub.brush()) {
        Q_EMIT requestsWanted(brush->ordered().from, brush->ordered().to);
        return;
    }
    const auto sample = m_lines.empty() ? std::nullopt : nearestSample(m_lines.front(), anchor());
    const double from = sample ? m_lines.front().t[*sample] : anchor() - step() / 2;
    Q_EMIT requestsWanted(from, from + step());
}

void TimeChart::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(dataShown() ? tr("Show lines") : tr("Show data"), this,
                    [this] { setDataShown(!dataShown()); });
    menu->addAction(tr("Go to these requests"), this, &TimeChart::askForRequests);
    menu->addSeparator();
    menu->addAction(tr("Show all and go on live"), this, [this] { m_hub.resume(); });
    menu->addSeparator();
    menu->addAction(tr("Export PNG…"), this, [this] { askForExport(QStringLiteral("png")); });
    menu->addAction(tr("Export SVG…"), this, [this] { askForExport(QStringLiteral("svg")); });
    menu->addAction(tr("Export CSV…"), this, [this] { askForExport(QStringLiteral("csv")); });
    menu->popup(event->globalPos());
}

void TimeChart::askForExport(const QString& suffix)
{
    auto* dialog = new QFileDialog(this, tr("Export chart"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix);
    dialog->setNameFilter(QStringLiteral("%1 (*.%2)").arg(suffix.toUpper(), suffix));
    dialog->setModal(false);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        QString problem;
        if (!exportTo(path, problem)) {
            Q_EMIT exportFailed(problem);
        }
    });
    dialog->show();
}

bool TimeChart::exportTo(const QString& path, QString& problem) const
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly)) {
        problem = file.errorString();
        return false;
    }
    const QRect area = m_canvas->rect();
    const auto paint = [&](QPainter& painter) {
        m_canvas->QGraphicsView::render(&painter, area, area);
        m_overlay->paintEvents(painter);
    };
    if (path.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive)) {
        file.write(chartCsv(m_lines, m_unit).toUtf8());
    } else if (path.endsWith(QLatin1String(".svg"), Qt::CaseInsensitive)) {
        QSvgGenerator svg;
        svg.setOutputDevice(&file);
        svg.setSize(area.size());
        svg.setViewBox(area);
        svg.setTitle(accessibleName());
        QPainter painter(&svg);
        paint(painter);
    } else {
        const qreal scale = std::max<qreal>(2, devicePixelRatioF());
        QPixmap image(area.size() * scale);
        image.setDevicePixelRatio(scale);
        image.fill(m_theme.color(Role::Panel));
        QPainter painter(&image);
        painter.setRenderHint(QPainter::Antialiasing);
        paint(painter);
        painter.end();
        image.save(&file, "PNG");
    }
    if (!file.commit()) {
        problem = file.errorString();
        return false;
    }
    return true;
}

void TimeChart::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    m_overlay->setFocusRing(event->reason() != Qt::MouseFocusReason);
}

void TimeChart::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    m_overlay->setFocusRing(false);
}

} // namespace sluice::ui
