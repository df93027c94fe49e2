// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace sluice::ui {

/// Chooses a variant of the style sheet (stylesheet.h lists them): setVariant(*button, "kind",
/// "primary"). Works at any time, also after the widget was shown.
void setVariant(QWidget& widget, const char* property, const char* value);

} // namespace sluice::ui
