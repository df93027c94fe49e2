// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/cursorhub.h"
#include "ui/models/livequery.h"
#include "ui/pages/common/serieslines.h"

#include <QTimer>

namespace sluice::ui {

class Plane;

/// Keeps the charts of a page in step with time: asks telemetry.series for the window that ends
/// now, and routing.history for the event lines, while the page is visible. GUI thread only; hub
/// and plane must outlive it.
class SeriesFeed final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SeriesFeed)

public:
    /// Child of `page`.
    SeriesFeed(Plane& plane, CursorHub& hub, QWidget& page);

    /// Forgets what was shown of another route.
    void setRoute(const QString& route);
    void setWindow(const TimeWindow& window);
    void refreshEvents();
    [[nodiscard]] const LiveQuery& series() const noexcept { return m_series; }

Q_SIGNALS:
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void tick(bool another);
    [[nodiscard]] Json arguments() const;

    Plane& m_plane;
    CursorHub& m_hub;
    LiveQuery m_series;
    LiveQuery m_history;
    QTimer m_timer;
    QString m_route;
    TimeWindow m_window;
};

} // namespace sluice::ui
