// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/pagescroll.h"

#include "ui/widgets/page.h"

#include <QEvent>
#include <QScrollBar>

namespace sluice::ui {

PageScroll::PageScroll(Page& page, QWidget* parent)
    : QScrollArea(parent)
    , m_page(page)
{
    setObjectName(QStringLiteral("pageScroll"));
    setFocusPolicy(Qt::NoFocus);
    setFrameShape(QFrame::NoFrame);
    setWidget(&page);
    page.installEventFilter(this);
}

void PageScroll::resizeEvent(QResizeEvent* event)
{
    fit();
    QScrollArea::resizeEvent(event);
}

bool PageScroll::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == &m_page && event->type() == QEvent::LayoutRequest) {
        fit(); // its least size may have changed
    }
    return QScrollArea::eventFilter(watched, event);
}

void PageScroll::fit()
{
    QSize room = maximumViewportSize();
    const QSize least = m_page.minimumSizeHint();
    if (least.height() > room.height()) {
        room.rwidth() -= verticalScrollBar()->sizeHint().width(); // else it would want the other one
    }
    m_page.resize(room.expandedTo(least));
}

} // namespace sluice::ui
