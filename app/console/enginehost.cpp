// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/enginehost.h"

#include "core/base/file.h"
#include "core/base/log.h"

#include <condition_variable>
#include <future>
#include <mutex>
#include <unistd.h>

namespace sluice::console {

namespace {
constexpr std::chrono::seconds kDrain{30};
}

EngineHost::EngineHost(control::EngineOptions options, std::string readyFile)
    : m_options(std::move(options))
    , m_readyFile(std::move(readyFile))
{
}

EngineHost::~EngineHost()
{
    m_thread.request_stop();
    if (m_thread.joinable()) {
        m_thread.join();
    }
}

void EngineHost::start()
{
    m_thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Status EngineHost::writeReadyFile(const control::Engine& engine) const
{
    const Json ready{{"listen", engine.listenUrl()},
                     {"admin", engine.adminUrl()},
                     {"pid", static_cast<std::int64_t>(::getpid())},
                     {"token_file", engine.tokenFile()}};
    return writeFileAtomically(m_readyFile, ready.dump() + "\n", 0644);
}

void EngineHost::run(const std::stop_token& stop)
{
    control::Engine engine(m_options);
    Status status = engine.start();
    if (status.ok() && !m_readyFile.empty()) {
        status = writeReadyFile(engine);
    }
    if (!status) {
        m_plane.fail(status.error());
        const QString sentence = QString::fromStdString(describe(status.error()));
        QMetaObject::invokeMethod(
            this, [this, sentence] { Q_EMIT failed(sentence); }, Qt::QueuedConnection);
        return;
    }
    log(LogLevel::Info, "console", "serving",
        {{"listen", engine.listenUrl()}, {"admin", engine.adminUrl()}});
    m_plane.resolve(engine.plane());
    QMetaObject::invokeMethod(this, &EngineHost::started, Qt::QueuedConnection);
    std::mutex mutex;
    std::condition_variable_any wake;
    {
        std::unique_lock lock(mutex);
        wake.wait(lock, stop, [] { return false; });
    }
    m_plane.release();
    std::promise<void> drained;
    engine.drain(kDrain, [&drained] { drained.set_value(); });
    drained.get_future().wait();
}

} // namespace sluice::console
