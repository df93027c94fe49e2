// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/deferredplane.h"

#include "core/api/listeners.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

namespace sluice::console {

struct DeferredPlane::Impl
{
    struct Job
    {
        api::CommandRequest request;
        Done done;
    };

    void run(const std::stop_token& stop);

    std::mutex mutex;
    std::condition_variable_any wake;
    std::deque<Job> waiting;            ///< guarded
    api::ControlPlane* plane = nullptr; ///< guarded; set by resolve(), cleared by release()
    std::optional<Error> error;         ///< guarded; answers everything once set
    std::vector<api::CommandDescriptor> commands; ///< written once, before commandsReady
    std::atomic<bool> commandsReady = false;      ///< release/acquire: publishes `commands`
    api::Listeners listeners;
    std::unique_ptr<api::Subscription> subscription; ///< to the real plane
    std::jthread
        worker; ///< answers while there is no plane: `done` must never run inside execute()
};

void DeferredPlane::Impl::run(const std::stop_token& stop)
{
    std::unique_lock lock(mutex);
    while (true) {
        wake.wait(lock, stop, [this] { return !waiting.empty() && (plane != nullptr || error); });
        const bool stopping = stop.stop_requested();
        if (stopping && waiting.empty()) {
            return;
        }
        Job job = std::move(waiting.front());
        waiting.pop_front();
        if (plane != nullptr && !stopping) {
            plane->execute(std::move(job.request),
                           std::move(job.done)); // does not block; keeps the order
            continue;
        }
        const Error answer =
            error.value_or(sluice::fail(ErrorCode::Cancelled, "The console closes."));
        lock.unlock();
        job.done(answer);
        lock.lock();
    }
}

DeferredPlane::DeferredPlane()
    : m_impl(std::make_shared<Impl>())
{
    m_impl->worker =
        std::jthread([impl = m_impl.get()](const std::stop_token& stop) { impl->run(stop); });
}

DeferredPlane::~DeferredPlane()
{
    m_impl->subscription.reset();
    m_impl->worker.request_stop();
    m_impl->worker.join();
}

void DeferredPlane::resolve(api::ControlPlane& plane)
{
    m_impl->commands = plane.commands();
    m_impl->commandsReady.store(true, std::memory_order_release);
    m_impl->subscription = plane.subscribe(
        [impl = m_impl.get()](const api::Event& event) { impl->listeners.tell(event); });
    const std::lock_guard lock(m_impl->mutex);
    m_impl->plane = &plane;
    m_impl->wake.notify_all();
}

void DeferredPlane::fail(Error error)
{
    const std::lock_guard lock(m_impl->mutex);
    m_impl->error = std::move(error);
    m_impl->wake.notify_all();
}

void DeferredPlane::release()
{
    m_impl->subscription.reset();
    const std::lock_guard lock(m_impl->mutex);
    m_impl->plane = nullptr;
    m_impl->error = sluice::fail(ErrorCode::Unavailable, "The engine has stopped.");
    m_impl->wake.notify_all();
}

void DeferredPlane::execute(api::CommandRequest request, Done done)
{
    const std::lock_guard lock(m_impl->mutex);
    if (m_impl->plane != nullptr && m_impl->waiting.empty()) {
        m_impl->plane->execute(std::move(request), std::move(done));
        return;
    }
    m_impl->waiting.push_back({std::move(request), std::move(done)});
    m_impl->wake.notify_all();
}

std::unique_ptr<api::Subscription> DeferredPlane::subscribe(OnEvent onEvent)
{
    return m_impl->listeners.add(std::move(onEvent));
}

const std::vector<api::CommandDescriptor>& DeferredPlane::commands() const
{
    static const std::vector<api::CommandDescriptor> kNone;
    return m_impl->commandsReady.load(std::memory_order_acquire) ? m_impl->commands : kNone;
}

} // namespace sluice::console
