// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/variant.h"

#include <QStyle>
#include <QVariant>
#include <QWidget>

namespace sluice::ui {

void setVariant(QWidget& widget, const char* property, const char* value)
{
    const QString wanted = QString::fromLatin1(value);
    if (widget.property(property).toString() == wanted) {
        return;
    }
    widget.setProperty(property, wanted);
    if (widget.testAttribute(Qt::WA_WState_Polished)) {
        widget.style()->unpolish(&widget);
        widget.style()->polish(&widget);
        widget.update();
    }
}

} // namespace sluice::ui
