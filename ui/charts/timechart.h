// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/chartdata.h"
#include "ui/charts/cursorhub.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace sluice::ui {

class ChartCanvas;
class ChartDataModel;
class ChartOverlay;

/// A live chart of lines over time: what pages see of charts. All charts of one CursorHub share
/// crosshair, range, brush and events. Redraws at most four times a second and not while hidden;
/// newer data waits while a reader points at it ("resume (n new)"). Keys: see keys(). GUI thread
/// only.
class TimeChart final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TimeChart)

public:
    struct Key
    {
        QString keys;
        QString does;
    };

    /// theme and hub must outlive the chart.
    TimeChart(const Theme& theme, CursorHub& hub, QWidget* parent = nullptr);

    void setUnit(const ChartUnit& unit);
    /// The first two lines are compared in hints.
    void setLines(std::vector<ChartLine> lines);
    /// Shows these at once, also while a reader holds the chart: another range or another metric,
    /// which that reader asked for. What setLines() gave last is shown again when they let go.
    void replaceLines(std::vector<ChartLine> lines);
    /// A few words over the plot, such as that a range is being loaded; empty = none.
    void setNotice(const QString& text);
    /// One sentence for when there is nothing to draw.
    void setEmptyText(const QString& text);
    [[nodiscard]] const std::vector<ChartLine>& lines() const noexcept { return m_lines; }
    [[nodiscard]] const QString& emptyText() const noexcept { return m_emptyText; }
    [[nodiscard]] bool dataShown() const;
    /// Shows the numbers as a table in place of the lines.
    void setDataShown(bool shown);
    /// Writes what is shown: by suffix .png, .svg or .csv. False, with `problem` set, if that
    /// failed.
    bool exportTo(const QString& path, QString& problem) const;
    /// For the sheet of keys.
    static QList<Key> keys();

Q_SIGNALS:
    /// Somebody asked for the requests behind this span (Unix seconds).
    void requestsWanted(double from, double to);
    void dataShownChanged(bool shown);
    void exportFailed(const QString& problem);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void connectHub();
    void scheduleDraw();
    void draw();
    void showLines();
    void updateHint();
    void updateTip();
    void updatePill();
    bool zoomKey(QKeyEvent* event);
    bool moveKey(QKeyEvent* event);
    void togglePin();
    void askForRequests();
    void askForExport(const QString& suffix);
    [[nodiscard]] double anchor() const;
    [[nodiscard]] double step() const;

    const Theme& m_theme;
    CursorHub& m_hub;
    ChartUnit m_unit;
    std::vector<ChartLine> m_lines;   ///< as shown
    std::vector<ChartLine> m_pending; ///< newest
    ChartDataModel* m_model;
    QStackedWidget* m_stack;
    ChartCanvas* m_canvas;
    ChartOverlay* m_overlay;
    QTableView* m_table;
    QLabel* m_hint;
    QPushButton* m_pill;
    QLabel* m_notice;
    QTimer m_timer;
    QString m_emptyText;
    double m_valueZoom = 1;
    double m_valueShift = 0;
    bool m_stale = false; ///< newer data than shown
};

} // namespace sluice::ui
