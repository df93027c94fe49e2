// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/gateway.h"

#include "core/gateway/apierror.h"
#include "core/gateway/endpoints.h"
#include "core/gateway/killreport.h"
#include "core/gateway/shared.h"
#include "core/gateway/threadstate.h"
#include "core/net/iothread.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

namespace sluice::gateway {

struct Gateway::Impl
{
    Impl(GatewayOptions options, const std::vector<telemetry::Recorder*>& recorders,
         const Clock& clock, DataPortCommands* commands)
        : shared(std::move(options), clock, commands)
        , endpoints(shared, [this] { return gauges(); })
    {
        const std::size_t count =
            std::max<std::size_t>(1, std::min(shared.options.threads, recorders.size()));
        for (std::size_t i = 0; i < count; ++i) {
            threads.push_back(std::make_shared<net::IoThread>(i, fmt::format("gateway-{}", i)));
            states.push_back(std::make_unique<ThreadState>(shared, threads.back(), *recorders[i]));
            threads.back()->start();
            threads.back()->post([state = states.back().get()] { state->start(); });
        }
        net::HttpServerOptions listen = shared.options.listen;
        if (!listen.errorBody) {
            listen.errorBody = [](int status, std::string_view message, std::string_view path) {
                return path.starts_with(Ofrep::kPrefix) && status != 403
                           ? Ofrep::listenerError(message)
                           : listenerError(status, message);
            };
        }
        server = std::make_unique<net::HttpServer>(
            std::move(listen), threads, [this](std::shared_ptr<net::HttpExchange> exchange) {
                ThreadState& state = *states[exchange->thread().index()];
                endpoints.handle(state, std::move(exchange));
            });
    }

    ~Impl()
    {
        server->stop();
        endpoints.stop();
        for (std::size_t i = 0; i < threads.size(); ++i) {
            threads[i]->runAndWait([state = states[i].get()] { state->shutdown(); });
        }
        server.reset();
        for (const auto& thread : threads) {
            thread->stop();
        }
    }

    void publish(std::shared_ptr<const ServingTable> table)
    {
        // Old tables die here, with their owner, and not on whichever I/O thread let go of one
        // last.
        std::erase_if(tables, [](const auto& old) { return old.use_count() == 1; });
        tables.push_back(table);
        revision.store(table->routing->revision(), std::memory_order_relaxed);
        shared.publish(std::move(table));
    }

    [[nodiscard]] std::uint64_t inFlight() const noexcept
    {
        std::uint64_t sum = 0;
        for (const auto& state : states) {
            sum += state->inFlight();
        }
        return sum;
    }

    [[nodiscard]] std::string gauges() const
    {
        const std::string& id = shared.options.id; // a name: nothing in it needs escaping
        return fmt::format(
            "# HELP sluice_in_flight_requests Chat requests being served now.\n"
            "# TYPE sluice_in_flight_requests gauge\n"
            "sluice_in_flight_requests{{gateway=\"{0}\"}} {1}\n"
            "# HELP sluice_open_connections Client connections that are open.\n"
            "# TYPE sluice_open_connections gauge\n"
            "sluice_open_connections{{gateway=\"{0}\"}} {2}\n"
            "# HELP sluice_routing_revision The routing revision that admissions use.\n"
            "# TYPE sluice_routing_revision gauge\n"
            "sluice_routing_revision{{gateway=\"{0}\"}} {3}\n"
            "# HELP sluice_draining Whether the gateway is draining.\n"
            "# TYPE sluice_draining gauge\n"
            "sluice_draining{{gateway=\"{0}\"}} {4}\n",
            id, inFlight(), server->openConnections(), revision.load(std::memory_order_relaxed),
            shared.draining.load(std::memory_order_relaxed) ? 1 : 0);
    }

    Shared shared;
    std::vector<std::shared_ptr<const ServingTable>> tables; ///< that somebody may still hold
    std::atomic<std::uint64_t> revision{0};
    Endpoints endpoints;
    std::vector<std::shared_ptr<net::IoThread>> threads;
    std::vector<std::unique_ptr<ThreadState>> states;
    std::unique_ptr<net::HttpServer> server;
};

Gateway::Gateway(GatewayOptions options, std::vector<telemetry::Recorder*> recorders,
                 const Clock& clock, DataPortCommands* commands)
    : m_impl(std::make_unique<Impl>(std::move(options), recorders, clock, commands))
{
}

Gateway::~Gateway() = default;

Status Gateway::start()
{
    if (m_impl->tables.empty()) {
        return fail(ErrorCode::Internal, "a gateway must have a serving table before it listens");
    }
    return m_impl->server->start();
}

std::uint16_t Gateway::port() const noexcept
{
    return m_impl->server->port();
}

void Gateway::publish(std::shared_ptr<const ServingTable> table, std::function<void()> adopted)
{
    struct Countdown
    {
        std::atomic<std::size_t> left;
        std::function<void()> done;
    };
    m_impl->publish(std::move(table));
    const auto countdown = std::make_shared<Countdown>(m_impl->threads.size(), std::move(adopted));
    for (const auto& state : m_impl->states) {
        state->thread().post([state = state.get(), countdown] {
            static_cast<void>(state->table());
            if (countdown->left.fetch_sub(1, std::memory_order_acq_rel) == 1 && countdown->done) {
                countdown->done();
            }
        });
    }
}

void Gateway::kill(std::shared_ptr<const ServingTable> table, std::vector<RouteName> routes,
                   std::function<void(KillProof)> adopted, std::function<void(KillProof)> finished)
{
    // From the next line on no admission sees an older table; what follows deals with those before.
    const auto report =
        std::make_shared<KillReport>(m_impl->threads.size(), table->routing->revision(),
                                     m_impl->shared.clock, std::move(adopted), std::move(finished));
    m_impl->publish(std::move(table));
    const auto names = std::make_shared<const std::vector<RouteName>>(std::move(routes));
    for (const auto& state : m_impl->states) {
        state->thread().post([state = state.get(), names, report] { state->kill(*names, report); });
    }
}

void Gateway::drain(std::chrono::milliseconds deadline, std::function<void()> done)
{
    m_impl->shared.draining.store(true, std::memory_order_relaxed);
    for (const auto& state : m_impl->states) { // or each would keep us waiting
        state->thread().post([state = state.get()] { state->listeners().close(); });
    }
    m_impl->server->drain(deadline, std::move(done));
}

std::uint64_t Gateway::inFlight() const noexcept
{
    return m_impl->inFlight();
}

std::size_t Gateway::openConnections() const noexcept
{
    return m_impl->server->openConnections();
}

} // namespace sluice::gateway
