// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/flags/context.h"
#include "core/gateway/flaglisteners.h"
#include "core/gateway/keyhash.h"
#include "core/gateway/requestids.h"
#include "core/gateway/shared.h"
#include "core/gateway/slab.h"
#include "core/gateway/trackedunit.h"
#include "core/net/deadlines.h"
#include "core/net/httpclient.h"
#include "core/net/timerwheel.h"

#include <atomic>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sluice::gateway {

class Attempt;
class RequestFlow;

/// A serving table as one I/O thread holds it, with what the thread works out about it. A request
/// keeps it to its end.
struct LocalTable
{
    struct RouteNotes
    {
        std::vector<std::string> recorded; ///< attributes that records keep
        std::vector<std::pair<const UnitRuntime*, TrackedUnit*>> tracked;
    };

    /// Has a control block of its own, so that counting references stays on this thread's cache
    /// line.
    std::shared_ptr<const ServingTable> table;
    std::string revision; ///< as the header shows it
    std::unordered_map<const routing::CompiledRoute*, RouteNotes> routes;
};

/// Keep-alive connections to one endpoint.
struct Pool
{
    std::unique_ptr<net::HttpClient> client;
    std::size_t users = 0; ///< attempts that hold a call
    SteadyTime lastUsed{};
};

/// All that one I/O thread owns of the gateway. Every method on that thread, except where said.
class ThreadState
{
public:
    ThreadState(Shared& shared, std::shared_ptr<net::IoThread> thread,
                telemetry::Recorder& recorder);
    ~ThreadState();

    /// Starts the one-second tick.
    void start();
    /// Ends what is left and lets go of everything that must die on this thread.
    void shutdown();

    /// The current table, refreshed if a newer one was published; null before the first.
    const std::shared_ptr<LocalTable>& table();
    /// Serves a chat completion.
    void serve(std::shared_ptr<net::HttpExchange> exchange);
    /// A request has ended: it is kept until no callback of it can be on the stack.
    void retire(RequestFlow& flow);
    /// This thread's part of a kill.
    void kill(const std::vector<RouteName>& routes, const std::shared_ptr<KillReport>& report);

    [[nodiscard]] Pool& pool(const UnitRuntime& unit);
    /// Of a unit of the same table; remembered with the table.
    [[nodiscard]] TrackedUnit& tracked(LocalTable& table, const routing::CompiledRoute& route,
                                       const UnitRuntime& unit);
    /// Of any unit.
    [[nodiscard]] TrackedUnit& tracked(const RouteName& route, const UnitId& unit);
    [[nodiscard]] LocalTable::RouteNotes& notes(LocalTable& table,
                                                const routing::CompiledRoute& route);

    /// Exchanges that wait for another thread's answer; the number stands for one elsewhere.
    std::uint64_t park(std::shared_ptr<net::HttpExchange> exchange);
    /// Null if it is gone.
    std::shared_ptr<net::HttpExchange> unpark(std::uint64_t number);

    [[nodiscard]] const Shared& shared() const noexcept { return m_shared; }
    [[nodiscard]] const Clock& clock() const noexcept { return m_shared.clock; }
    [[nodiscard]] net::IoThread& thread() noexcept { return *m_thread; }
    [[nodiscard]] telemetry::Recorder& recorder() noexcept { return m_recorder; }
    [[nodiscard]] providers::ChatReader& reader() noexcept { return m_reader; }
    [[nodiscard]] flags::Context& context() noexcept { return m_context; }
    [[nodiscard]] FlagListeners& listeners() noexcept { return m_listeners; }
    [[nodiscard]] KeyHash& keyHash() noexcept { return m_keyHash; }
    [[nodiscard]] RequestIds& ids() noexcept { return m_ids; }
    [[nodiscard]] Slab<Attempt>& attempts() noexcept;
    /// Any thread.
    [[nodiscard]] std::uint64_t inFlight() const noexcept
    {
        return m_inFlight.load(std::memory_order_relaxed);
    }

    /// Stands first in every callback that may end a request.
    class Busy
    {
    public:
        explicit Busy(ThreadState& state) noexcept
            : m_state(state)
        {
            ++m_state.m_depth;
        }
        ~Busy() { --m_state.m_depth; }
        Busy(const Busy&) = delete;
        Busy& operator=(const Busy&) = delete;

    private:
        ThreadState& m_state;
    };

private:
    void refresh();
    void tellFlags(const ServingTable* before, const ServingTable& now);
    void tick();
    void dropRetired();

    Shared& m_shared;
    std::shared_ptr<net::IoThread> m_thread;
    telemetry::Recorder& m_recorder;
    net::TimerWheel::Timer m_tick;
    providers::ChatReader m_reader;
    flags::Context m_context;
    KeyHash m_keyHash;
    RequestIds m_ids;
    FlagListeners m_listeners;
    std::uint64_t m_epoch = 0;
    std::shared_ptr<LocalTable> m_table;
    std::unordered_map<std::string, Pool> m_pools;
    std::unordered_map<std::string, TrackedUnit>
        m_tracked; ///< by route and unit id; outlives tables
    std::unordered_map<std::uint64_t, std::shared_ptr<net::HttpExchange>> m_parked;
    std::uint64_t m_parkedNumber = 0;
    struct Slabs;
    std::unique_ptr<Slabs> m_slabs; ///< before what lies in them
    std::vector<Slab<RequestFlow>::Pointer> m_flows;
    std::vector<Slab<RequestFlow>::Pointer> m_retired;
    unsigned m_depth = 0;
    unsigned m_idleTicks = 0; ///< ticks since the last request came
    std::atomic<std::uint64_t> m_inFlight{0}; ///< written by this thread only
};

} // namespace sluice::gateway
