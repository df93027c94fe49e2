// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/daemon/signals.h"

#include <QSocketNotifier>

#include <csignal>
#include <sys/socket.h>
#include <unistd.h>

namespace sluice::daemon {

namespace {

int ends[2] = {-1, -1}; // a handler can reach nothing but globals

void onSignal(int)
{
    const char one = 1;
    [[maybe_unused]] const auto written = ::write(ends[0], &one, 1); // a full pipe says it already
}

} // namespace

Signals::Signals(QObject* parent)
    : QObject(parent)
{
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
        return; // the default action of the signals stays: the process ends
    }
    m_notifier = new QSocketNotifier(ends[1], QSocketNotifier::Read, this);
    connect(m_notifier, &QSocketNotifier::activated, this, [this] {
        char byte = 0;
        while (::read(ends[1], &byte, 1) == 1) {
            Q_EMIT asked(++m_count);
        }
    });
    struct sigaction action = {};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGINT, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

Signals::~Signals()
{
    std::signal(SIGTERM, SIG_DFL);
    std::signal(SIGINT, SIG_DFL);
    ::close(ends[0]);
    ::close(ends[1]);
}

} // namespace sluice::daemon
