// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/holdgesture.h"

#include <algorithm>

namespace sluice::ui {

void HoldGesture::press(SteadyTime now)
{
    m_letGo.reset();
    if (!m_since) {
        m_since = now;
        m_done = false;
    }
}

void HoldGesture::letGo(SteadyTime now)
{
    m_letGo = now;
}

void HoldGesture::cancel()
{
    m_letGo.reset();
    m_since.reset();
}

bool HoldGesture::complete(SteadyTime now)
{
    if (!m_since || m_done || m_letGo.value_or(now) - *m_since < m_length) {
        return false;
    }
    m_done = true;
    return true;
}

double HoldGesture::progress(SteadyTime now) const
{
    if (!m_since) {
        return 0.0;
    }
    const double passed = std::chrono::duration<double>(m_letGo.value_or(now) - *m_since).count();
    return std::clamp(passed / std::chrono::duration<double>(m_length).count(), 0.0, 1.0);
}

std::chrono::milliseconds HoldGesture::remaining(SteadyTime now) const
{
    if (!m_since) {
        return m_length;
    }
    const auto passed =
        std::chrono::duration_cast<std::chrono::milliseconds>(m_letGo.value_or(now) - *m_since);
    return std::clamp(m_length - passed, std::chrono::milliseconds(0), m_length);
}

HoldGeometry HoldGeometry::of(const QRectF& bounds, double padding)
{
    const double side = std::max(0.0, bounds.height() - 2.0 * padding * 0.75);
    HoldGeometry geometry;
    geometry.ring = QRectF(bounds.left() + padding, bounds.center().y() - side / 2.0, side, side);
    geometry.text = bounds.adjusted(padding + side + padding, 0.0, -padding * 1.5, 0.0);
    return geometry;
}

} // namespace sluice::ui
