// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/holdbutton.h"

#include "ui/widgets/tabularnumbers.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <chrono>
#include <cmath>

namespace sluice::ui {

namespace {

/// Longer than between the release and the press of a key repeat, shorter than anybody notices.
constexpr std::chrono::milliseconds kRepeatGrace{40};

bool isHoldKey(const QKeyEvent& event)
{
    return event.key() == Qt::Key_Space || event.key() == Qt::Key_Return ||
           event.key() == Qt::Key_Enter;
}

} // namespace

HoldButton::HoldButton(const Theme& theme, const Clock& clock, Look look, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_clock(clock)
    , m_look(look)
{
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_frame.setInterval(16);
    connect(&m_frame, &QTimer::timeout, this, &HoldButton::tick);
    m_grace.setSingleShot(true);
    connect(&m_grace, &QTimer::timeout, this, &HoldButton::release);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void HoldButton::setText(const QString& text)
{
    m_text = text;
    updateGeometry();
    describe();
    update();
}

void HoldButton::setHint(const QString& hint)
{
    m_hint = hint;
    updateGeometry();
    update();
}

void HoldButton::setConsequence(const QString& sentence)
{
    m_consequence = sentence;
    describe();
}

void HoldButton::setBlocked(const QString& why)
{
    m_blocked = why;
    if (!why.isEmpty()) {
        cancel();
    }
    setEnabled(why.isEmpty());
    describe();
}

void HoldButton::setHolds(bool holds)
{
    m_holds = holds;
    describe();
    update();
}

void HoldButton::describe()
{
    setToolTip(m_blocked.isEmpty() ? m_consequence : m_blocked);
    setAccessibleName(m_text);
    QString description = m_blocked;
    if (m_blocked.isEmpty()) {
        description = m_holds ? tr("%1 Hold Space for 1.2 seconds, or choose \"Type the name "
                                   "instead\" from the context menu.")
                                    .arg(m_consequence)
                              : m_consequence;
    }
    setAccessibleDescription(description);
}

QSize HoldButton::sizeHint() const
{
    const QFontMetricsF strong(m_theme.font(TextStyle::Strong));
    const QFontMetricsF small(m_theme.font(TextStyle::Secondary));
    const int height = m_theme.grid(m_look == Look::Solid ? 8 : 7) + m_theme.grid(1) / 2;
    const HoldGeometry geometry = HoldGeometry::of(QRectF(0, 0, 1000, height), m_theme.grid(2));
    const double gap = m_hint.isEmpty() ? 0.0 : m_theme.grid(1);
    const double words = strong.horizontalAdvance(m_text) + gap + tabular::width(small, m_hint);
    return {
        static_cast<int>(std::ceil(geometry.text.left() + words + 1000 - geometry.text.right())),
        height};
}

void HoldButton::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool solid = m_look == Look::Solid;
    const QColor red = m_theme.color(Role::Danger);
    QColor ink = solid ? m_theme.color(Role::OnDanger) : m_theme.color(Role::Harm);
    QColor face = solid ? red : m_theme.color(Role::Panel);
    QColor edge = solid ? red : m_theme.color(Role::Harm);
    if (!isEnabled()) {
        ink = m_theme.color(Role::Tertiary);
        face = m_theme.color(Role::Window);
        edge = m_theme.color(Role::Line);
    } else if (m_gesture.held() && solid) {
        face = red.darker(118);
    } else if (m_gesture.held() || underMouse()) {
        face = solid ? red.darker(108) : m_theme.color(Role::HarmTint);
    }
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    const double radius = m_theme.grid(1) * 1.5;
    painter.setPen(QPen(edge, 1.0));
    painter.setBrush(face);
    painter.drawRoundedRect(box, radius, radius);
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(
            QPen(solid ? m_theme.color(Role::OnDanger) : m_theme.color(Role::Accent), 1.5));
        painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), radius - 1.5, radius - 1.5);
    }
    const HoldGeometry geometry = HoldGeometry::of(rect(), m_theme.grid(2));
    const double stroke = m_theme.grid(1) * 0.7;
    const QRectF ring = geometry.ring.adjusted(stroke / 2, stroke / 2, -stroke / 2, -stroke / 2);
    QColor faint = ink;
    faint.setAlphaF(0.4F);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(faint, stroke));
    painter.drawEllipse(ring);
    const double done = m_gesture.held() ? m_gesture.progress(m_clock.steady()) : 0.08;
    painter.setPen(QPen(ink, stroke, Qt::SolidLine, Qt::FlatCap));
    painter.drawArc(ring, 90 * 16, static_cast<int>(std::lround(-done * 360 * 16)));
    painter.setPen(ink);
    painter.setFont(m_theme.font(TextStyle::Strong));
    painter.drawText(geometry.text, Qt::AlignLeft | Qt::AlignVCenter, m_text);
    const double after = painter.fontMetrics().horizontalAdvance(m_text) + m_theme.grid(1);
    QString hint = m_hint;
    if (m_gesture.held() && !m_hint.isEmpty()) {
        const double left =
            static_cast<double>(m_gesture.remaining(m_clock.steady()).count()) / 1000.0;
        hint = tr("hold %1 s").arg(QLocale().toString(left, 'f', 1));
    }
    painter.setFont(m_theme.font(TextStyle::Secondary));
    tabular::draw(painter, geometry.text.adjusted(after, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                  hint);
}

void HoldButton::press()
{
    if (!m_holds) {
        Q_EMIT tapped();
        return;
    }
    m_grace.stop();
    m_gesture.press(m_clock.steady());
    m_frame.start();
    update();
}

void HoldButton::release()
{
    if (!m_gesture.held()) {
        return;
    }
    tick(); // the time may have come between the last frame and the release
    const bool early = m_gesture.held() && m_gesture.progress(m_clock.steady()) < 1.0;
    cancel();
    if (early) {
        Q_EMIT tapped();
    }
}

void HoldButton::letGo()
{
    if (m_gesture.held()) {
        m_gesture.letGo(m_clock.steady());
        m_grace.start(kRepeatGrace);
    }
}

void HoldButton::cancel()
{
    m_grace.stop();
    m_gesture.cancel();
    m_frame.stop();
    update();
}

void HoldButton::tick()
{
    update();
    if (m_gesture.complete(m_clock.steady())) {
        m_frame.stop();
        Q_EMIT confirmed();
    }
}

void HoldButton::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton) {
        press();
    }
}

void HoldButton::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton) {
        release();
    }
}

void HoldButton::mouseMoveEvent(QMouseEvent* event)
{
    if (m_gesture.held() && !rect().contains(event->position().toPoint())) {
        cancel(); // dragging off the button is the usual way to say no
    }
}

void HoldButton::keyPressEvent(QKeyEvent* event)
{
    if (isHoldKey(*event)) {
        if (!event->isAutoRepeat()) {
            press();
        }
        event->accept();
    } else if (event->key() == Qt::Key_Escape && m_gesture.held()) {
        cancel();
        event->accept();
    } else {
        QWidget::keyPressEvent(event);
    }
}

void HoldButton::keyReleaseEvent(QKeyEvent* event)
{
    if (isHoldKey(*event)) {
        if (!event->isAutoRepeat()) {
            letGo();
        }
        event->accept();
    } else {
        QWidget::keyReleaseEvent(event);
    }
}

void HoldButton::focusOutEvent(QFocusEvent* event)
{
    cancel();
    QWidget::focusOutEvent(event);
}

void HoldButton::hideEvent(QHideEvent* event)
{
    cancel();
    QWidget::hideEvent(event);
}

void HoldButton::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Type the name instead of holding…"), this, &HoldButton::alternativeAsked);
    menu->popup(event->globalPos());
}

bool HoldButton::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride && m_gesture.held() &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept(); // Esc cancels the hold; it must not close the sheet around it
        return true;
    }
    return QWidget::event(event);
}

} // namespace sluice::ui
