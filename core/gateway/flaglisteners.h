// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/httpserver.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace sluice::gateway {

/// Who on one I/O thread wants to know that flags have changed (OFREP 0.3.0, event streams). They
/// are told that, and never what: each asks again with its own context. Every method on that
/// thread.
class FlagListeners
{
public:
    /// `open` counts the listeners of all threads.
    explicit FlagListeners(std::atomic<std::size_t>& open);
    ~FlagListeners();
    FlagListeners(const FlagListeners&) = delete;
    FlagListeners& operator=(const FlagListeners&) = delete;

    /// Answers with an event stream and keeps it until the client goes. Whoever does not know
    /// `version` yet (by Last-Event-ID) is told at once: what changed before the stream was open
    /// would be missed otherwise.
    void add(std::shared_ptr<net::HttpExchange> exchange, std::span<const net::Header> headers,
             std::string_view version);
    /// Another version is in force. Whoever does not read what it is sent is let go.
    void changed(std::string_view version);
    /// Once a second: a comment now and then, so that nobody between us takes the stream for dead.
    void tick();
    /// Ends all streams; clients come back to another gateway, or later.
    void close();

    [[nodiscard]] bool empty() const noexcept { return m_streams.empty(); }

private:
    void write(std::string_view text);

    std::atomic<std::size_t>& m_open;
    std::map<std::uint64_t, std::shared_ptr<net::HttpExchange>> m_streams;
    std::uint64_t m_last = 0;
    unsigned m_ticks = 0;
};

} // namespace sluice::gateway
