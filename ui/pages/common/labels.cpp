// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/common/labels.h"

#include "ui/theme/variant.h"

#include <QLabel>
#include <QScrollArea>

namespace sluice::ui {

QLabel* makeLabel(const QString& text, const char* style, const char* tone, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    if (*style != '\0') {
        setVariant(*label, "type", style);
    }
    if (*tone != '\0') {
        setVariant(*label, "tone", tone);
    }
    return label;
}

QLabel* makeParagraph(const QString& html, const char* tone, QWidget* parent)
{
    QLabel* label = makeLabel(html, "", tone, parent);
    label->setTextFormat(Qt::RichText);
    label->setWordWrap(true);
    return label;
}

QScrollArea* makeScroll(QWidget* content)
{
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(content);
    content->setAutoFillBackground(false);
    scroll->viewport()->setAutoFillBackground(false);
    return scroll;
}

QLabel* makeCaption(const QString& text, QWidget* field)
{
    QLabel* label = makeLabel(text, "small");
    label->setBuddy(field);
    return label;
}

} // namespace sluice::ui
