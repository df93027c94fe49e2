// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/controlplane.h"
#include "core/control/eventhub.h"
#include "core/control/state.h"
#include "core/net/httpserver.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sluice::control {

/// What is done about a request before its route sees it. Every route names one of each.
enum class Access
{
    Open,
    Token
}; ///< Token: a bearer token of any role; commands check theirs
enum class BodyRule
{
    None,
    Json
}; ///< Json: content-type application/json, parsed with limits
enum class Audited
{
    No,
    ByCommand
}; ///< ByCommand: the command's row says whether

/// One row of the admin port's table of routes.
struct AdminRoute
{
    std::string_view method;
    std::string_view path; ///< exact, or ending in '/' for everything directly below
    Access access = Access::Token;
    BodyRule body = BodyRule::None;
    Audited audited = Audited::No;
};
std::span<const AdminRoute> adminRoutes() noexcept;

/// The admin API over HTTP (contracts.md): commands, the table, OpenAPI, events, health. One I/O
/// thread of its own. Host and Origin are checked by net's listener before anything here. Owner:
/// the engine.
class AdminPort
{
public:
    struct Parts
    {
        api::ControlPlane& plane;
        EventHub& events;
        const Clock& clock;
        std::function<std::shared_ptr<const State>()> state; ///< for tokens; any thread
        std::string version;
    };

    AdminPort(net::HttpServerOptions listen, Parts parts);
    ~AdminPort(); ///< stop()

    Status start();
    [[nodiscard]] std::uint16_t port() const noexcept;
    /// Once a second, any thread: heartbeats of event streams, and the end of those whose token is
    /// gone.
    void tick();
    void stop();

private:
    struct Impl;
    std::shared_ptr<Impl> m_impl;
};

} // namespace sluice::control
