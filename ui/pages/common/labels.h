// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QLabel;
class QScrollArea;
class QWidget;

namespace sluice::ui {

/// Labels with the style sheet's variants (theme/stylesheet.h). `style`: "heading", "strong",
/// "secondary", "small", "mono" or empty; `tone`: "secondary", "tertiary", "harm" … or empty. Plain
/// text.
QLabel* makeLabel(const QString& text, const char* style = "", const char* tone = "",
                  QWidget* parent = nullptr);
/// The same, wrapping; shows rich text, so whatever comes from outside must be escaped.
QLabel* makeParagraph(const QString& html, const char* tone = "", QWidget* parent = nullptr);
/// A scroll area for `content` that shows the panel's ground under it, and scrolls upwards only.
QScrollArea* makeScroll(QWidget* content);
/// A form caption for `field`, its buddy.
QLabel* makeCaption(const QString& text, QWidget* field);

} // namespace sluice::ui
