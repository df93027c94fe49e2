// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace sluice::ui {
class MainWindow;
}

namespace sluice::console {

/// Logs, at debug, how many milliseconds after the process began the window was painted first, and
/// first with what its page is about (quality.md, Speed: start). Then it does nothing more. Child
/// of the window.
class FirstFrame final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FirstFrame)

public:
    explicit FirstFrame(ui::MainWindow& window);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void painted();

    ui::MainWindow& m_window;
    bool m_first = true;
};

} // namespace sluice::console
