// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/deferredplane.h"
#include "core/control/engine.h"

#include <QObject>

#include <thread>

namespace sluice::console {

/// The embedded engine on a thread of its own: started without holding up the window, stopped
/// before it goes. GUI thread only; signals arrive there.
class EngineHost final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EngineHost)

public:
    /// `readyFile` empty: none is written.
    EngineHost(control::EngineOptions options, std::string readyFile);
    /// Stops the engine; requests under way get 30 seconds.
    ~EngineHost() override;

    void start();
    [[nodiscard]] DeferredPlane& plane() noexcept { return m_plane; }

Q_SIGNALS:
    void started();
    void failed(const QString& sentence);

private:
    void run(const std::stop_token& stop);
    Status writeReadyFile(const control::Engine& engine) const;

    control::EngineOptions m_options;
    std::string m_readyFile;
    DeferredPlane m_plane;
    std::jthread m_thread; ///< last: joined before the rest goes
};

} // namespace sluice::console
