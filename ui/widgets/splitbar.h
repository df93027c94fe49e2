// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

class QPainter;

namespace sluice::ui {

/// How a route's traffic is divided, in percent of all of it: control is the last min(p, 100-p) %,
/// stable the rest.
struct ArmShares
{
    double candidate = 0.0;
    double control = 0.0;
    double stable = 100.0;

    /// The shares at a candidate percentage of 0..100 (architecture.md, arm).
    static ArmShares at(double percent);
};

namespace splitbar {
/// Paints stable, control, candidate from the left into a bar of `rect`; a present arm is at least
/// 2 px wide.
void paint(QPainter& painter, const QRectF& rect, const Theme& theme, const ArmShares& shares);
} // namespace splitbar

/// A split bar as a widget.
class SplitBar final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SplitBar)

public:
    explicit SplitBar(const Theme& theme, QWidget* parent = nullptr);
    void setShares(const ArmShares& shares);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    ArmShares m_shares;
};

} // namespace sluice::ui
