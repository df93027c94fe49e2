// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/threadstate.h"

#include "core/gateway/attempt.h"
#include "core/gateway/identity.h"
#include "core/gateway/requestflow.h"

#include <algorithm>
#include <malloc.h>

namespace sluice::gateway {

namespace {

constexpr std::chrono::milliseconds kTick{1000};
constexpr std::chrono::minutes kPoolIdle{5};
/// So long without a request, and what a busy time has left behind goes back to the system.
constexpr unsigned kTicksToTrim = 30;

std::string trackingKey(const RouteName& route, const UnitId& unit)
{
    return route.text() + ' ' + unit.text();
}

} // namespace

struct ThreadState::Slabs
{
    Slab<Attempt> attempts;
    Slab<RequestFlow> flows;
};

ThreadState::ThreadState(Shared& shared, std::shared_ptr<net::IoThread> thread,
                         telemetry::Recorder& recorder)
    : m_shared(shared)
    , m_thread(std::move(thread))
    , m_recorder(recorder)
    , m_tick([](void* self) { static_cast<ThreadState*>(self)->tick(); }, this)
    , m_keyHash(shared.options.hmacKey)
    , m_listeners(shared.flagListeners)
    , m_slabs(std::make_unique<Slabs>())
{
}

ThreadState::~ThreadState() = default;

Slab<Attempt>& ThreadState::attempts() noexcept
{
    return m_slabs->attempts;
}

void ThreadState::start()
{
    m_thread->deadlines().arm(m_tick, kTick);
}

void ThreadState::tick()
{
    m_recorder.flush();
    m_listeners.tick();
    dropRetired();
    const SteadyTime now = clock().steady();
    std::erase_if(m_pools, [now](const auto& entry) {
        return entry.second.users == 0 && now - entry.second.lastUsed > kPoolIdle;
    });
    if (m_flows.empty() && ++m_idleTicks == kTicksToTrim) {
        malloc_trim(0); // takes milliseconds: only while nobody waits
    }
    m_thread->deadlines().arm(m_tick, kTick);
}

void ThreadState::shutdown()
{
    m_tick.cancel();
    while (!m_flows.empty()) {
        m_flows.back()->abandon();
    }
    m_retired.clear();
    m_listeners.close();
    m_parked.clear();
    m_pools.clear();
    m_table.reset();
    m_recorder.flush();
}

const std::shared_ptr<LocalTable>& ThreadState::table()
{
    if (m_shared.epoch() != m_epoch) {
        refresh();
    }
    return m_table;
}

void ThreadState::refresh()
{
    auto [table, epoch] = m_shared.current();
    m_epoch = epoch;
    auto local = std::make_shared<LocalTable>();
    const ServingTable* const raw = table.get();
    local->revision = std::to_string(raw->routing->revision());
    local->table =
        std::shared_ptr<const ServingTable>(raw, [kept = std::move(table)](const ServingTable*) {});
    const std::shared_ptr<LocalTable> before = std::exchange(m_table, std::move(local));
    tellFlags(before ? before->table.get() : nullptr, *m_table->table);
}

void ThreadState::tellFlags(const ServingTable* before, const ServingTable& now)
{
    const bool same = before == nullptr || before->flags == now.flags || !now.flags ||
                      (before->flags && before->flags->version == now.flags->version);
    if (same || m_listeners.empty()) {
        return;
    }
    // Later: this may be a request's admission.
    m_thread->post([this, version = now.flags->version] { m_listeners.changed(version); });
}

void ThreadState::serve(std::shared_ptr<net::HttpExchange> exchange)
{
    dropRetired();
    const Busy busy(*this);
    m_idleTicks = 0;
    m_inFlight.store(m_inFlight.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    m_flows.push_back(m_slabs->flows.make(*this, std::move(exchange)));
    RequestFlow& flow = *m_flows.back();
    flow.setPlace(m_flows.size() - 1);
    flow.begin();
}

void ThreadState::retire(RequestFlow& flow)
{
    const std::size_t place = flow.place();
    m_retired.push_back(std::move(m_flows[place]));
    if (place + 1 != m_flows.size()) {
        m_flows[place] = std::move(m_flows.back());
        m_flows[place]->setPlace(place);
    }
    m_flows.pop_back();
    m_inFlight.store(m_inFlight.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
}

void ThreadState::dropRetired()
{
    if (m_depth == 0) {
        m_retired.clear();
    }
}

void ThreadState::kill(const std::vector<RouteName>& routes,
                       const std::shared_ptr<KillReport>& report)
{
    const Busy busy(*this);
    const std::shared_ptr<LocalTable> current = table();
    KillReport::Part part;
    std::size_t open = 0;
    for (const RouteName& name : routes) {
        const routing::CompiledRoute* route = current->table->routing->find(name.text());
        if (route == nullptr || !route->route().killed) {
            continue; // acknowledged since, by a later table
        }
        const auto unit = m_tracked.find(trackingKey(name, route->route().killed->unit));
        if (unit != m_tracked.end()) {
            open += unit->second.kill(m_thread->index(), report, part) ? 1 : 0;
        }
    }
    report->threadAdopted(m_thread->index(), part, open);
}

Pool& ThreadState::pool(const UnitRuntime& unit)
{
    Pool& pool = m_pools[unit.ready().pool];
    if (!pool.client) {
        pool.client = std::make_unique<net::HttpClient>(unit.ready().endpoint, *m_thread);
    }
    return pool;
}

LocalTable::RouteNotes& ThreadState::notes(LocalTable& table, const routing::CompiledRoute& route)
{
    const auto [entry, added] = table.routes.try_emplace(&route);
    if (added) {
        entry->second.recorded = recordedAttributes(route);
    }
    return entry->second;
}

TrackedUnit& ThreadState::tracked(LocalTable& table, const routing::CompiledRoute& route,
                                  const UnitRuntime& unit)
{
    auto& known = notes(table, route).tracked;
    const auto found = std::find_if(known.begin(), known.end(),
                                    [&](const auto& entry) { return entry.first == &unit; });
    if (found != known.end()) {
        return *found->second;
    }
    TrackedUnit& unitOfRoute = tracked(route.route().name, unit.parts().id);
    known.emplace_back(&unit, &unitOfRoute);
    return unitOfRoute;
}

TrackedUnit& ThreadState::tracked(const RouteName& route, const UnitId& unit)
{
    return m_tracked[trackingKey(route, unit)];
}

std::uint64_t ThreadState::park(std::shared_ptr<net::HttpExchange> exchange)
{
    m_parked.emplace(++m_parkedNumber, std::move(exchange));
    return m_parkedNumber;
}

std::shared_ptr<net::HttpExchange> ThreadState::unpark(std::uint64_t number)
{
    const auto found = m_parked.find(number);
    if (found == m_parked.end()) {
        return nullptr;
    }
    std::shared_ptr<net::HttpExchange> exchange = std::move(found->second);
    m_parked.erase(found);
    return exchange;
}

} // namespace sluice::gateway
