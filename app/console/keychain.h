// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/secret.h"

#include <QObject>

#include <condition_variable>
#include <mutex>

namespace sluice::console {

/// Secrets of the desktop's keychain (service "sluice"), and environment variables and files as
/// everywhere. Made on the GUI thread, whose event loop runs the keychain's jobs; find() blocks its
/// own thread meanwhile.
class KeychainSecretStore final : public QObject, public SecretStore
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(KeychainSecretStore)

public:
    KeychainSecretStore() = default;

    /// Any thread but the GUI thread. Unavailable when the keychain is locked, absent or gives no
    /// answer in a minute.
    [[nodiscard]] Result<Secret> find(const SecretRef& ref) const override;
    /// Ends waits that go on: before the engine is stopped from the GUI thread, which then answers
    /// no job.
    void stop();

private:
    SystemSecretStore m_system;
    mutable std::mutex m_mutex;
    mutable std::condition_variable m_arrived;
    bool m_stopping = false; ///< guarded
};

} // namespace sluice::console
