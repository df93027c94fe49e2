// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPalette>
#include <QString>

namespace sluice::ui {

class Theme;

/// The QPalette of a theme, for everything that paints through Fusion.
QPalette makePalette(const Theme& theme);

/// The application's style sheet, made from the theme's tokens and its grid. Glyphs that style
/// sheets can only load from files (arrows, check marks) are written, tinted, to `artFolder`; empty
/// = without them.
///
/// Widgets choose a variant through dynamic properties, set with setVariant():
/// QPushButton kind = primary | danger | quiet | link; QLabel type = heading | strong | secondary |
/// small | mono and tone = secondary | tertiary | good | warning | harm | accent | stable | control
/// | candidate; QFrame surface = panel | bar | alert.
QString makeStyleSheet(const Theme& theme, const QString& artFolder);

} // namespace sluice::ui
