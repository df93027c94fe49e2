// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/keychain.h"

#include <qt6keychain/keychain.h>

#include <chrono>
#include <memory>
#include <optional>

namespace sluice::console {

namespace {

constexpr std::chrono::seconds kPatience{60}; ///< a person may have to type the keychain's password

Result<Secret> resultOf(const QKeychain::ReadPasswordJob& job, const std::string& name)
{
    switch (job.error()) {
    case QKeychain::NoError:
        return Secret(job.textData().toStdString());
    case QKeychain::EntryNotFound:
        return fail(ErrorCode::NotFound,
                    "the keychain has no entry \"" + name + "\" for the service \"sluice\"");
    default:
        return fail(ErrorCode::Unavailable, "the keychain did not give \"" + name +
                                                "\": " + job.errorString().toStdString());
    }
}

} // namespace

Result<Secret> KeychainSecretStore::find(const SecretRef& ref) const
{
    if (ref.kind != SecretRef::Kind::Keychain) {
        return m_system.find(ref);
    }
    const auto answer = std::make_shared<std::optional<Result<Secret>>>(); // guarded by m_mutex
    auto* self = const_cast<KeychainSecretStore*>(this); // jobs run in this object's thread
    QMetaObject::invokeMethod(
        self,
        [self, answer, name = ref.name] {
            auto* job = new QKeychain::ReadPasswordJob(QStringLiteral("sluice"), self);
            job->setKey(QString::fromStdString(name));
            connect(job, &QKeychain::Job::finished, self, [self, answer, job, name] {
                const std::lock_guard lock(self->m_mutex);
                answer->emplace(resultOf(*job, name));
                self->m_arrived.notify_all();
            });
            job->start();
        },
        Qt::QueuedConnection);
    std::unique_lock lock(m_mutex);
    m_arrived.wait_for(lock, kPatience, [&] { return answer->has_value() || m_stopping; });
    if (!answer->has_value()) {
        return fail(ErrorCode::Unavailable, "the keychain did not answer for \"" + ref.name + "\"");
    }
    return std::move(**answer);
}

void KeychainSecretStore::stop()
{
    const std::lock_guard lock(m_mutex);
    m_stopping = true;
    m_arrived.notify_all();
}

} // namespace sluice::console
