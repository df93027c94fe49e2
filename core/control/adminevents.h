// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/control/eventhub.h"
#include "core/control/state.h"
#include "core/net/httpserver.h"

#include <list>
#include <memory>
#include <optional>
#include <string>

namespace sluice::control {

/// One event as an SSE message: id, event, data.
std::string sseMessage(const api::Event& event);

/// The open GET /admin/v1/events streams. Every call on the admin port's I/O thread.
class AdminEvents
{
public:
    explicit AdminEvents(EventHub& events)
        : m_events(events)
    {
    }

    /// Answers with a stream that goes on until the client, the token or the engine is gone.
    /// after: Last-Event-ID; what is still kept since then comes first.
    void open(const std::shared_ptr<net::HttpExchange>& exchange, std::string tokenId,
              std::optional<std::uint64_t> after);
    /// Ends streams whose token is gone or expired; now and then a heartbeat.
    void tick(const State& state, SystemTime now);
    void closeAll();

private:
    struct Stream;

    EventHub& m_events;
    std::list<std::shared_ptr<Stream>> m_streams;
    unsigned m_ticks = 0;
};

} // namespace sluice::control
