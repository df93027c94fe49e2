// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/variant.h"

#include <QStyle>
#include <QVariant>
#include <QWidget>

namespace sluice::ui {

void setVariant(QWidget& widget, const char* property, const char* value)
{
    // A name that is one of the widget's own properties ("text" of a label) would change the
    // widget, not its look.
    Q_ASSERT(widget.metaObject()->indexOfProperty(property) < 0);
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
