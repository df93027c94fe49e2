// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/splitbar.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace sluice::ui {

ArmShares ArmShares::at(double percent)
{
    const double candidate = std::clamp(percent, 0.0, 100.0);
    const double control = std::min(candidate, 100.0 - candidate);
    return {candidate, control, 100.0 - candidate - control};
}

void splitbar::paint(QPainter& painter, const QRectF& rect, const Theme& theme,
                     const ArmShares& shares)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    QPainterPath clip;
    clip.addRoundedRect(rect, rect.height() / 2.0, rect.height() / 2.0);
    painter.setClipPath(clip);
    painter.fillRect(rect, theme.color(Role::Stable));
    const auto widthOf = [&](double share) {
        return share <= 0.0 ? 0.0 : std::max(2.0, rect.width() * share / 100.0);
    };
    const double candidate = widthOf(shares.candidate);
    const double control = widthOf(shares.control);
    painter.fillRect(QRectF(rect.right() - candidate - control, rect.top(), control, rect.height()),
                     theme.color(Role::Control));
    painter.fillRect(QRectF(rect.right() - candidate, rect.top(), candidate, rect.height()),
                     theme.color(Role::Candidate));
    painter.restore();
}

SplitBar::SplitBar(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void SplitBar::setShares(const ArmShares& shares)
{
    m_shares = shares;
    setAccessibleName(tr("candidate %1 %, control %2 %, stable %3 %")
                          .arg(shares.candidate, 0, 'f', 2)
                          .arg(shares.control, 0, 'f', 2)
                          .arg(shares.stable, 0, 'f', 2));
    update();
}

QSize SplitBar::sizeHint() const
{
    return {m_theme.grid(38), m_theme.grid(1) * 5 / 2};
}

void SplitBar::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    splitbar::paint(painter, rect(), m_theme, m_shares);
}

} // namespace sluice::ui
