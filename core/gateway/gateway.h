// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/gateway/killproof.h"
#include "core/gateway/servingtable.h"
#include "core/net/httpserver.h"
#include "core/telemetry/recorder.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sluice::gateway {

struct GatewayOptions
{
    net::HttpServerOptions listen;
    std::size_t threads = 1;
    std::string id = "gw-1"; ///< in records and metrics
    std::string hmacKey;     ///< for bucketing keys and session ids in records
    bool requireKeys =
        false; ///< refuse requests without a known API key (any non-loopback listener)
    /// Over so much of a stream its speed is measured against the guard's min_tokens_per_s.
    std::chrono::milliseconds rateWindow{3000};
    std::size_t maxFlagListeners = 1'000; ///< open event streams about flags
    /// Prometheus text of everything but the gateway's own gauges. Called on a thread of the
    /// gateway's own that serves no request. Empty: only the gauges.
    std::function<std::string()> metricsText;
};

/// What the data port hands to control (feedback, documents). Answers on the exchange's thread,
/// later.
class DataPortCommands
{
public:
    virtual ~DataPortCommands() = default;
    virtual void handle(std::shared_ptr<net::HttpExchange> exchange) = 0;
};

/// The data plane: N I/O threads, each with its own connections, upstream pools and serving table
/// pointer. Construct, start(), publish() as often as wanted, drain(), destroy. Methods are for one
/// owner (control).
class Gateway
{
public:
    /// One recorder per I/O thread; they must outlive the gateway.
    Gateway(GatewayOptions options, std::vector<telemetry::Recorder*> recorders, const Clock& clock,
            DataPortCommands* commands);
    ~Gateway();

    /// Listens. The first table must have been published before.
    Status start();
    [[nodiscard]] std::uint16_t port() const noexcept;

    /// Makes a table the one that admissions use. `adopted` is called (on some I/O thread) when
    /// every I/O thread has it: from then on no admission sees an older one.
    void publish(std::shared_ptr<const ServingTable> table, std::function<void()> adopted);

    /// publish() with priority, and requests on `unit` of `routes` that have not passed their
    /// commit point go to the known good unit. `adopted` gets the proof so far; `finished` once
    /// nothing is in flight on the unit (at once, if nothing is).
    void kill(std::shared_ptr<const ServingTable> table, std::vector<RouteName> routes,
              std::function<void(KillProof)> adopted, std::function<void(KillProof)> finished);

    /// Stops accepting; /readyz answers 503; done when all requests have ended or the deadline
    /// passed.
    void drain(std::chrono::milliseconds deadline, std::function<void()> done);

    [[nodiscard]] std::uint64_t inFlight() const noexcept;
    [[nodiscard]] std::size_t openConnections() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace sluice::gateway
