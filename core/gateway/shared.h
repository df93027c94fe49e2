// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/gateway.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace sluice::gateway {

/// What the gateway's threads have in common.
struct Shared
{
    GatewayOptions options;
    const Clock& clock;
    DataPortCommands* commands = nullptr; ///< may be null
    std::int64_t startedSeconds = 0;      ///< Unix time
    std::atomic<bool> draining{false};
    std::atomic<std::size_t> flagListeners{0}; ///< of all threads

    /// Makes a table current. The number it gets grows by one each time.
    void publish(std::shared_ptr<const ServingTable> next)
    {
        const std::lock_guard lock(m_mutex);
        m_table = std::move(next);
        m_epoch.fetch_add(1, std::memory_order_release);
    }
    /// One atomic read, for each admission: whether what a thread holds is still current.
    [[nodiscard]] std::uint64_t epoch() const noexcept
    {
        return m_epoch.load(std::memory_order_acquire);
    }
    /// The current table and its number; takes the mutex, so only after epoch() has changed.
    [[nodiscard]] std::pair<std::shared_ptr<const ServingTable>, std::uint64_t> current() const
    {
        const std::lock_guard lock(m_mutex);
        return {m_table, m_epoch.load(std::memory_order_relaxed)};
    }

    Shared(GatewayOptions gatewayOptions, const Clock& gatewayClock, DataPortCommands* dataPort)
        : options(std::move(gatewayOptions))
        , clock(gatewayClock)
        , commands(dataPort)
        , startedSeconds(toMicros(gatewayClock.now()) / 1'000'000)
    {
    }

private:
    mutable std::mutex m_mutex;
    std::shared_ptr<const ServingTable> m_table;
    std::atomic<std::uint64_t> m_epoch{0};
};

} // namespace sluice::gateway
