// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/chip.h"

#include "ui/widgets/tabularnumbers.h"

#include <QPainter>

#include <cmath>

namespace sluice::ui {

namespace {

struct Look
{
    Role ink;
    Role face;
    bool outlined;
    QChar mark;
};

Look lookOf(ChipKind kind)
{
    switch (kind) {
    case ChipKind::Stable:
        return {Role::Stable, Role::StableTint, false, {}};
    case ChipKind::Candidate:
        return {Role::Candidate, Role::CandidateTint, false, {}};
    case ChipKind::Control:
        return {Role::Secondary, Role::ControlTint, true, {}};
    case ChipKind::Good:
        return {Role::Good, Role::GoodTint, false, QChar(0x2713)};
    case ChipKind::Warning:
        return {Role::Warning, Role::WarningTint, false, QLatin1Char('!')};
    case ChipKind::Harm:
        return {Role::Harm, Role::HarmTint, false, QChar(0x2715)};
    case ChipKind::Unknown:
        return {Role::Secondary, Role::ControlTint, true, QLatin1Char('?')};
    case ChipKind::Plain:
        break;
    }
    return {Role::Secondary, Role::Window, true, {}};
}

QString worded(ChipKind kind, const QString& text)
{
    const QChar mark = lookOf(kind).mark;
    return mark.isNull() ? text : mark + QStringLiteral("\u2009") + text;
}

QFont monoFont(const Theme& theme)
{
    QFont font = theme.font(TextStyle::Mono);
    font.setPointSizeF(theme.font(TextStyle::Small).pointSizeF());
    return font;
}

} // namespace

namespace chip {

QSizeF size(const Theme& theme, ChipKind kind, const QString& text, const QString& mono)
{
    const QFontMetricsF metrics(theme.font(TextStyle::Small));
    double width = tabular::width(metrics, worded(kind, text)) + 2.0 * theme.grid(2);
    if (!mono.isEmpty()) {
        width += QFontMetricsF(monoFont(theme)).horizontalAdvance(mono) + theme.grid(1);
    }
    return {std::ceil(width) + 1.0, std::ceil(metrics.height()) + theme.grid(1) * 1.5};
}

void paint(QPainter& painter, const QRectF& rect, const Theme& theme, ChipKind kind,
           const QString& text, const QString& mono)
{
    const Look look = lookOf(kind);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = rect.adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(look.outlined ? QPen(theme.color(Role::Line), 1.0) : QPen(Qt::NoPen));
    painter.setBrush(theme.color(look.face));
    painter.drawRoundedRect(box, box.height() / 2.0, box.height() / 2.0);
    painter.setPen(theme.color(look.ink));
    painter.setFont(theme.font(TextStyle::Small));
    QRectF inside = box.adjusted(theme.grid(2), 0, -theme.grid(2), 0);
    double monoWidth = 0.0;
    if (!mono.isEmpty()) {
        monoWidth = QFontMetricsF(monoFont(theme)).horizontalAdvance(mono);
    }
    const QString words = worded(kind, text);
    const double gap = mono.isEmpty() ? 0.0 : theme.grid(1);
    tabular::draw(painter, inside.adjusted(0, 0, -(monoWidth + gap), 0),
                  Qt::AlignLeft | Qt::AlignVCenter, words);
    if (!mono.isEmpty()) {
        painter.setFont(monoFont(theme));
        painter.drawText(inside, Qt::AlignRight | Qt::AlignVCenter, mono);
    }
    painter.restore();
}

} // namespace chip

Chip::Chip(const Theme& theme, ChipKind kind, const QString& text, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_kind(kind)
{
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    set(kind, text);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void Chip::set(ChipKind kind, const QString& text, const QString& mono)
{
    m_kind = kind;
    m_text = text;
    m_mono = mono;
    setAccessibleName(mono.isEmpty() ? text : text + QLatin1Char(' ') + mono);
    updateGeometry();
    update();
}

QSize Chip::sizeHint() const
{
    const QSizeF size = chip::size(m_theme, m_kind, m_text, m_mono);
    return {static_cast<int>(std::ceil(size.width())), static_cast<int>(std::ceil(size.height()))};
}

QSize Chip::minimumSizeHint() const
{
    return {std::min(sizeHint().width(), m_theme.grid(14)), sizeHint().height()};
}

void Chip::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    chip::paint(painter, rect(), m_theme, m_kind, m_text, m_mono);
}

} // namespace sluice::ui
