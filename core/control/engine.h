// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/controlplane.h"
#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/net/httpserver.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::control {

struct Address
{
    std::string host = "127.0.0.1";
    std::uint16_t port = 0; ///< 0: a free one
};
/// "HOST:PORT", "[::1]:8080". InvalidArgument otherwise.
Result<Address> addressFromText(std::string_view text);

struct EngineOptions
{
    std::string workspace;               ///< the folder; made if it is not there
    Address listen{"127.0.0.1", 8080};   ///< data port
    Address admin{"127.0.0.1", 8081};    ///< admin port
    std::size_t threads = 0;             ///< of the gateway; 0: one a core, at most 8
    std::vector<std::string> allowHosts; ///< beside the loopback names
    net::TlsFiles tls;
    bool insecureListen = false;          ///< non-loopback without keys and TLS is meant
    const SecretStore* secrets = nullptr; ///< null: environment and files; outlives the engine
    const Clock* clock = nullptr;         ///< null: the machine's; outlives the engine
    bool embedded = false;                ///< inside the console
    bool demo = false;                    ///< shown by fleet.status
    std::string version;
    /// A declarative file (default: the workspace's sluice.json, if there is one) to apply at
    /// start, unless its digest is the one applied last. What it may not do (killed routes) is
    /// logged, and the workspace served as it is; on an empty workspace it fails the start.
    std::optional<std::string> applyFile;
};

/// One workspace being served: the composition of everything. Construct, start(), drain() or
/// destroy. Needs a QCoreApplication. Owner thread only, but plane() is for every thread.
class Engine
{
public:
    explicit Engine(EngineOptions options);
    ~Engine(); ///< ends at once what drain() has not

    /// Returns when requests are accepted and every I/O thread has the table. Conflict: another
    /// process serves the workspace (its address is named). Refused: an address that needs keys and
    /// TLS. Blocks.
    Status start();

    [[nodiscard]] const std::string& listenUrl() const noexcept;
    [[nodiscard]] const std::string& adminUrl() const noexcept;
    [[nodiscard]] std::string tokenFile() const;
    [[nodiscard]] api::ControlPlane& plane() noexcept;
    /// Serving from routing.snapshot because the store could not be read: changes are refused, the
    /// red button works.
    [[nodiscard]] bool degraded() const noexcept;

    /// Stops accepting; `done` (any thread) when all requests have ended or the deadline has
    /// passed.
    void drain(std::chrono::milliseconds deadline, std::function<void()> done);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace sluice::control
