// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <QRectF>

#include <chrono>
#include <optional>

namespace sluice::ui {

/// The timing of "hold to confirm", apart from any widget: pressed at a time, complete after
/// `length` without a release in between, and complete only once a press. Plain value; times come
/// from outside.
class HoldGesture
{
public:
    static constexpr std::chrono::milliseconds kLength{1200};

    explicit HoldGesture(std::chrono::milliseconds length = kLength)
        : m_length(length)
    {
    }

    /// Starts; a second press while held changes nothing (key repeat, mouse and key together). A
    /// press right after letGo() takes that back: key repeat comes as release and press on some X
    /// servers.
    void press(SteadyTime now);
    /// The time stands still from here; cancel() or press() follows.
    void letGo(SteadyTime now);
    /// Back to nothing.
    void cancel();
    /// True exactly once a press: at the first call at or after its end.
    [[nodiscard]] bool complete(SteadyTime now);
    [[nodiscard]] bool held() const noexcept { return m_since.has_value(); }
    /// 0 to 1.
    [[nodiscard]] double progress(SteadyTime now) const;
    [[nodiscard]] std::chrono::milliseconds remaining(SteadyTime now) const;

private:
    std::chrono::milliseconds m_length;
    std::optional<SteadyTime> m_since;
    std::optional<SteadyTime> m_letGo;
    bool m_done = false;
};

/// Where a hold button's parts are, for a height and padding in pixels.
struct HoldGeometry
{
    QRectF ring;
    QRectF text;

    static HoldGeometry of(const QRectF& bounds, double padding);
};

} // namespace sluice::ui
