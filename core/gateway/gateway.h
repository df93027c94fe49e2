// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
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
    std::string id = "gw-1";        ///< in records and metrics
    std::string hmacKey;            ///< for bucketing keys and session ids in records
    bool requireKeys = false;       ///< refuse requests without a known API key (any non-loopback listener)
};

/// What the data port hands to control (feedback, documents). Answers on the exchange's thread, later.
class DataPortCommands
{
public:
    virtual ~DataPortCommands() = default;
    virtual void handle(std::shared_ptr<net::HttpExchange> exchange) = 0;
};

/// What a red button press has come to on this gateway. Times are steady.
struct KillProof
{
    std::uint64_t revision = 0;
    SystemTime pressed;
    SystemTime adopted;                      ///< the last I/O thread has the table
    std::optional<SystemTime> lastAdmitted;  ///< last request admitted to the killed unit, on its route
    std::optional<SystemTime> lastFinished;  ///< set once inFlight is 0
    std::uint64_t inFlight = 0;              ///< still on the killed unit
    std::uint64_t movedBeforeCommit = 0;     ///< were on it, not committed, went to the known good one
};

/// The data plane: N I/O threads, each with its own connections, upstream pools and serving table pointer.
/// Construct, start(), publish() as often as wanted, drain(), destroy. Methods are for one owner (control).
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

    /// Makes a table the one that admissions use. `adopted` is called (on some I/O thread) when every I/O thread
    /// has it: from then on no admission sees an older one.
    void publish(std::shared_ptr<const ServingTable> table, std::function<void()> adopted);

    /// publish() with priority, and requests on `unit` of `routes` that have not passed their commit point go to
    /// the known good unit. `adopted` gets the proof so far; `finished` once nothing is in flight on the unit
    /// (at once, if nothing is).
    void kill(std::shared_ptr<const ServingTable> table, std::vector<RouteName> routes,
              std::function<void(KillProof)> adopted, std::function<void(KillProof)> finished);

    /// Stops accepting; /readyz answers 503; done when all requests have ended or the deadline passed.
    void drain(std::chrono::milliseconds deadline, std::function<void()> done);

    [[nodiscard]] std::uint64_t inFlight() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace sluice::gateway
