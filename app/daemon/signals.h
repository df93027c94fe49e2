// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

class QSocketNotifier;

namespace sluice::daemon {

/// SIGTERM and SIGINT as Qt signals, through a socket pair (signal handlers may do next to
/// nothing). One object a process.
class Signals final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Signals)

public:
    explicit Signals(QObject* parent = nullptr);
    ~Signals() override;

Q_SIGNALS:
    /// count: 1 for the first, 2 for the second, …
    void asked(int count);

private:
    QSocketNotifier* m_notifier = nullptr;
    int m_count = 0;
};

} // namespace sluice::daemon
