// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/firstframe.h"

#include "core/base/log.h"
#include "ui/shell/mainwindow.h"
#include "ui/widgets/statestack.h"

#include <QEvent>
#include <QFile>

#include <ctime>
#include <unistd.h>

namespace sluice::console {

namespace {

/// Since the process began, by the kernel's account, so that loading the program counts; to 10 ms.
/// -1 where /proc does not say.
std::int64_t millisecondsOfLife()
{
    QFile stat(QStringLiteral("/proc/self/stat"));
    if (!stat.open(QIODevice::ReadOnly)) {
        return -1;
    }
    const QByteArray text = stat.readAll();
    constexpr int startTime = 19; // proc(5): field 22, the 20th after the name in parentheses
    const auto fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
    timespec now{};
    if (fields.size() <= startTime || ::clock_gettime(CLOCK_BOOTTIME, &now) != 0) {
        return -1;
    }
    const std::int64_t began = fields.at(startTime).toLongLong() * 1000 / ::sysconf(_SC_CLK_TCK);
    return now.tv_sec * 1000LL + now.tv_nsec / 1'000'000 - began;
}

} // namespace

FirstFrame::FirstFrame(ui::MainWindow& window)
    : QObject(&window)
    , m_window(window)
{
    window.installEventFilter(this);
}

bool FirstFrame::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::UpdateRequest) { // the window paints what has changed, now
        QMetaObject::invokeMethod(this, &FirstFrame::painted, Qt::QueuedConnection);
    }
    return QObject::eventFilter(watched, event);
}

void FirstFrame::painted()
{
    const auto* page = m_window.currentPage();
    const auto* stack = page != nullptr ? page->findChild<ui::StateStack*>() : nullptr;
    const bool usable = stack != nullptr && (stack->view() == ui::StateStack::View::Data ||
                                             stack->view() == ui::StateStack::View::Empty);
    if (m_first) {
        m_first = false;
        log(LogLevel::Debug, "console", "first frame", {{"ms", std::to_string(millisecondsOfLife())}});
    }
    if (usable) {
        log(LogLevel::Debug, "console", "first usable frame", {{"ms", std::to_string(millisecondsOfLife())}});
        m_window.removeEventFilter(this);
        deleteLater();
    }
}

} // namespace sluice::console
