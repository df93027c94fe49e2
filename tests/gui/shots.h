// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>
#include <QString>
#include <QWidget>

namespace sluice::tests {

/// Writes what `widget` shows to $SLUICE_SHOTS/NAME.png, for a person to look at; nothing without
/// that variable.
inline void shot(QWidget& widget, const QString& name)
{
    const QString folder = qEnvironmentVariable("SLUICE_SHOTS");
    if (!folder.isEmpty()) {
        QDir().mkpath(folder);
        widget.grab().save(folder + QLatin1Char('/') + name + QStringLiteral(".png"));
    }
}

} // namespace sluice::tests
