// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/cursorhub.h"
#include "ui/models/livequery.h"
#include "ui/pages/common/serieslines.h"

#include <QTimer>

namespace sluice::ui {

class ChartPanel;
class Plane;

/// Keeps the charts of a page in step with time: asks telemetry.series for the window that ends
/// now, and routing.history for the event lines, while the page is visible. A reader who zooms or
/// pans out of that window, or closer than its buckets, gets the range that they look at, asked for
/// apart. GUI thread only; hub and plane must outlive it.
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
    /// What there is to show on `panel`: lines of these arms, or why there are none.
    void showOn(ChartPanel& panel, const QStringList& arms, const QString& currency) const;

Q_SIGNALS:
    void changed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void tick(bool another);
    void lookBack();
    void leavePast();
    [[nodiscard]] qint64 now() const;
    [[nodiscard]] Json arguments(qint64 from, qint64 to, int step) const;
    [[nodiscard]] Json liveArguments() const;

    Plane& m_plane;
    CursorHub& m_hub;
    LiveQuery m_series;
    LiveQuery m_past;   ///< of the range that a reader holds
    Json m_pastWanted;  ///< its arguments; null while the live window has all that is looked at
    Json m_pastShown;   ///< the arguments that its value answers
    LiveQuery m_history;
    QTimer m_timer;
    QString m_route;
    TimeWindow m_window;
    bool m_visible = false;
};

} // namespace sluice::ui
