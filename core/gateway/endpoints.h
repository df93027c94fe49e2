// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/ofrep.h"
#include "core/gateway/shared.h"
#include "core/gateway/threadstate.h"

#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sluice::gateway {

/// The data port's paths. Every request goes through here, and what a path asks of its caller is in
/// one table.
class Endpoints
{
public:
    /// `gauges`: the gateway's own lines for /metrics; any thread.
    Endpoints(Shared& shared, std::function<std::string()> gauges);
    ~Endpoints(); ///< waits for scrapes that run

    /// On the exchange's thread, whose state is `state`.
    void handle(ThreadState& state, std::shared_ptr<net::HttpExchange> exchange);
    /// No scrape runs after it, and none will.
    void stop();

    /// What a path asks of its caller.
    enum class Access : std::uint8_t
    {
        Open,    ///< anybody who passed the listener's own checks
        Key,     ///< an API key, where keys exist or are required
        Scrape,  ///< a key only where keys are required
        Request, ///< as Key, checked by the request's own flow, which leaves a record
        Flags,   ///< as Key, by X-API-Key too, checked by Ofrep, whose refusals have no body
    };
    struct Path
    {
        std::string_view method;
        std::string_view path;
        Access access;
        void (Endpoints::*serve)(ThreadState&, const std::shared_ptr<net::HttpExchange>&,
                                 const ApiKey*);
    };
    static std::span<const Path> paths();

private:
    using Exchange = std::shared_ptr<net::HttpExchange>;

    void chat(ThreadState& state, const Exchange& exchange, const ApiKey* key);
    void models(ThreadState& state, const Exchange& exchange, const ApiKey* key);
    void model(ThreadState& state, const Exchange& exchange, const ApiKey* key);
    void health(ThreadState& state, const Exchange& exchange, const ApiKey* key);
    void ready(ThreadState& state, const Exchange& exchange, const ApiKey* key);
    void metrics(ThreadState& state, const Exchange& exchange, const ApiKey* key);
    void flags(ThreadState& state, const Exchange& exchange, const ApiKey* key);
    void flag(ThreadState& state, const Exchange& exchange, const ApiKey* key);
    void flagEvents(ThreadState& state, const Exchange& exchange, const ApiKey* key);
    void other(ThreadState& state, const Exchange& exchange);
    bool permit(ThreadState& state, const Exchange& exchange, Access access, const ApiKey*& key);

    Shared& m_shared;
    std::function<std::string()> m_gauges;
    Ofrep m_ofrep;
    boost::asio::thread_pool m_scrapes{1}; ///< putting the text together may wait for others' locks
};

} // namespace sluice::gateway
