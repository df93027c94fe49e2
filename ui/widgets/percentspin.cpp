// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/percentspin.h"

#include <QGuiApplication>
#include <QWheelEvent>

namespace sluice::ui {

PercentSpin::PercentSpin(QWidget* parent)
    : QDoubleSpinBox(parent)
{
    setRange(0.0, 100.0);
    setDecimals(2);
    setSingleStep(0.01);
    setSuffix(QStringLiteral("\u00a0%"));
    setAlignment(Qt::AlignRight);
    setKeyboardTracking(false);
    setFocusPolicy(Qt::StrongFocus); // a wheel over the page must not move traffic
    setAccessibleName(tr("Percent of traffic"));
}

void PercentSpin::stepBy(int steps)
{
    const Qt::KeyboardModifiers held = QGuiApplication::keyboardModifiers();
    const double step = held.testFlag(Qt::ControlModifier) ? 10.0
                        : held.testFlag(Qt::ShiftModifier) ? 1.0
                                                           : 0.01;
    setValue(value() + steps * step);
}

void PercentSpin::wheelEvent(QWheelEvent* event)
{
    if (hasFocus()) {
        QDoubleSpinBox::wheelEvent(event);
    } else {
        event->ignore();
    }
}

} // namespace sluice::ui
