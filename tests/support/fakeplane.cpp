// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fakeplane.h"

#include "tests/support/fakeplaneimpl.h"

namespace sluice::tests {

void FakePlane::Impl::queueEvent(std::string kind, Json data)
{
    events.push_back({++sequence, std::move(kind), std::move(data), clock.now()});
    wake.notify_all();
}

void FakePlane::Impl::run(const std::stop_token& stop)
{
    std::unique_lock lock(mutex);
    while (true) {
        wake.wait(lock, stop,
                  [&] { return !events.empty() || (!jobs.empty() && state != State::Loading); });
        if (stop.stop_requested()) {
            break;
        }
        if (!jobs.empty() && state != State::Loading) {
            Job job = std::move(jobs.front());
            jobs.pop_front();
            Result<Json> result = answer(job.request);
            const std::uint64_t at = revision;
            lock.unlock();
            job.done(result.ok()
                         ? Result<api::CommandReply>(api::CommandReply{std::move(*result), at})
                         : Result<api::CommandReply>(result.error()));
            lock.lock();
        }
        while (!events.empty()) {
            const api::Event event = std::move(events.front());
            events.pop_front();
            lock.unlock();
            listeners.tell(event);
            lock.lock();
        }
    }
    for (const Job& job : std::exchange(jobs, {})) {
        job.done(fail(ErrorCode::Cancelled, "The engine stops."));
    }
}

FakePlane::FakePlane(const Clock& clock, std::uint64_t seed)
    : m_impl(std::make_shared<Impl>(clock, seed))
{
    m_impl->worker =
        std::jthread([impl = m_impl.get()](const std::stop_token& stop) { impl->run(stop); });
}

FakePlane::~FakePlane()
{
    m_impl->worker.request_stop();
    m_impl->worker.join();
}

void FakePlane::setState(State state)
{
    const std::lock_guard lock(m_impl->mutex);
    m_impl->state = state;
    m_impl->wake.notify_all();
}

void FakePlane::setProduction(bool production)
{
    const std::lock_guard lock(m_impl->mutex);
    m_impl->production = production;
}

void FakePlane::setSimulated(bool simulated)
{
    const std::lock_guard lock(m_impl->mutex);
    m_impl->simulated = simulated;
}

void FakePlane::holdKillOpen(bool hold)
{
    const std::lock_guard lock(m_impl->mutex);
    m_impl->holdOpen = hold;
}

void FakePlane::finishKill()
{
    const std::lock_guard lock(m_impl->mutex);
    m_impl->lastKill["in_flight"] = 0;
    m_impl->lastKill["last_finished_at"] = m_impl->now() + 1'300'000;
    m_impl->queueEvent("kill.finished", m_impl->lastKill);
}

void FakePlane::emitEvent(const std::string& kind, Json data)
{
    const std::lock_guard lock(m_impl->mutex);
    m_impl->queueEvent(kind, std::move(data));
}

void FakePlane::skipEvents(std::uint64_t count)
{
    const std::lock_guard lock(m_impl->mutex);
    m_impl->sequence += count;
}

int FakePlane::calls(const std::string& command) const
{
    const std::lock_guard lock(m_impl->mutex);
    const auto found = m_impl->calls.find(command);
    return found == m_impl->calls.end() ? 0 : found->second;
}

Json FakePlane::lastArguments(const std::string& command) const
{
    const std::lock_guard lock(m_impl->mutex);
    const auto found = m_impl->lastArguments.find(command);
    return found == m_impl->lastArguments.end() ? Json(nullptr) : found->second;
}

void FakePlane::execute(api::CommandRequest request, Done done)
{
    const std::lock_guard lock(m_impl->mutex);
    ++m_impl->calls[request.name];
    m_impl->lastArguments[request.name] = request.arguments;
    m_impl->jobs.push_back({std::move(request), std::move(done)});
    m_impl->wake.notify_all();
}

std::unique_ptr<api::Subscription> FakePlane::subscribe(OnEvent onEvent)
{
    return m_impl->listeners.add(std::move(onEvent));
}

const std::vector<api::CommandDescriptor>& FakePlane::commands() const
{
    return m_impl->commands;
}

} // namespace sluice::tests
